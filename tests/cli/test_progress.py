"""The progress of a run: a line a trial."""

import pytest

from paretune.study import load

pytestmark = pytest.mark.end_to_end


def test_run_prints_each_trial_without_terminal(paretune):
    _, _, err = paretune("run", "analytic", "--trials", 4, "--searcher", "random", "--no-report", "--set", "layers=1")
    trials = load("analytic", "paretune.db").trials
    lines = err.splitlines()
    assert [int(line.split()[0]) for line in lines] == [0, 1, 2, 3]
    for line, values, reason in zip(lines, trials.values, trials.reasons, strict=True):
        assert f"accuracy {values[0]:.4g}  latency {values[1]:.4g} s" in line or line.split()[1] == f"{reason}:"
