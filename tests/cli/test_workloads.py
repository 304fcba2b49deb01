"""`paretune workloads`: the list of what can be tuned."""

import re

import pytest

from paretune.workloads.builtin.analytic import WORKLOAD

pytestmark = pytest.mark.end_to_end


def test_workloads_are_listed_with_parameters_and_options(paretune):
    _, out, _ = paretune("workloads")
    assert "analytic: " in out
    assert "diatoms: " in out
    assert "--set epochs=500" in out
    assert "\n  learning_rate: 1e-05 to 1, log\n" in out
    assert "\n  optimizer: sgd or adam\n" in out
    assert "\n  momentum: 0 to 0.99, where optimizer is sgd\n" in out
    assert re.search(r"--set framework=.*: .* \(tensorflow or torch\)\n", out)


def test_workload_of_another_package_is_found_by_entry_point(monkeypatch):
    from paretune.workloads import installed, load_workload

    class Point:
        name, value = "theirs", "theirs:WORKLOAD"

        def load(self):
            return WORKLOAD

    monkeypatch.setattr(installed, "entry_points", lambda group: [Point()] if group == "paretune.workloads" else [])
    assert load_workload("theirs") is WORKLOAD
