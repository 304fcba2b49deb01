"""The workload of architectures: what each method runs, and settings that are refused."""

import subprocess
import sys

import pytest

from paretune.errors import InvalidInputError
from paretune.workloads.builtin.architecture import SEARCHERS, SHARED_WEIGHTS, WORKLOAD


def tailored(**settings):
    return WORKLOAD.tailor(WORKLOAD.parse_settings(settings).options, None)


@pytest.mark.parametrize("method", SEARCHERS)
def test_method_without_shared_weights_is_the_searcher(method):
    workload = tailored(method=method)
    assert workload.run_defaults == {"searcher": method}
    assert workload.proposer is None


@pytest.mark.parametrize("method", SHARED_WEIGHTS)
def test_method_by_shared_weights_proposes_all_trials(method):
    workload = tailored(method=method, proposals=5, supernet_epochs=7)
    assert workload.run_defaults == {"trials": 5}
    assert workload.proposer.n_steps == 7


def test_cost_is_second_objective():
    assert tailored(cost="n_parameters").objectives.names == ("accuracy", "n_parameters")
    assert tailored().objectives.names == ("accuracy", "inference_time")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "gradient"}, "method must be one of"),
        ({"data": "letters"}, "data must be one of"),
        ({"candidates": 0}, "candidates"),
        ({"supernet_epochs": 0}, "supernet_epochs"),
        ({"proposals": 2.5}, "proposals"),
        ({"edge_0_1": "conv5"}, "edge_0_1"),
        ({"temperature": 1}, "no option or parameter 'temperature'"),
    ],
)
def test_wrong_setting_is_refused_in_a_line(settings, message):
    with pytest.raises(InvalidInputError, match=message) as caught:
        WORKLOAD.parse_settings(settings)
    assert "\n" not in str(caught.value)


def test_import_of_workload_loads_no_torch():
    code = "import sys, paretune.workloads.builtin.architecture; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
