"""The contract of an evaluation: which callables take a report."""

from functools import partial

import pytest

from paretune.evaluation.contract import call_evaluate, ignore_report, is_asked_to_stop, takes_report, takes_seed
from paretune.evaluation.reporter import Reporter


def with_report(params, report, seconds=0):
    return {**params, "report": report, "seconds": seconds}


class Method:
    def evaluate(self, params, report=None):
        return {**params, "report": report}

    def __call__(self, params):
        return params


@pytest.mark.parametrize(
    "evaluate", [with_report, partial(with_report, seconds=3), Method().evaluate, lambda _params, report, /: report]
)
def test_second_parameter_named_report_takes_a_report(evaluate):
    assert takes_report(evaluate)


@pytest.mark.parametrize(
    "evaluate",
    [
        lambda params: params,
        lambda _params, other=1: other,
        lambda *arguments: arguments,
        lambda _params, *report: report,
        lambda _params, *, report=None: report,
        partial(with_report, report=print),
        lambda report: report,
        Method(),
        min,  # no signature can be read
        dict,
    ],
)
def test_other_callables_take_no_report(evaluate):
    assert not takes_report(evaluate)


def test_only_a_reporter_knows_of_a_stop_before_the_next_report():
    report = Reporter()
    assert (is_asked_to_stop(report), is_asked_to_stop(ignore_report)) == (False, False)
    report.stop()
    assert is_asked_to_stop(report)
    assert ignore_report(1, {}) is True


def with_seed(params, seed=0):
    return {**params, "seed": seed}


@pytest.mark.parametrize(
    ("evaluate", "found"),
    [
        (with_seed, 7),
        (lambda _params, report, seed: {"seed": seed, "goes_on": report(1, {})}, 7),
        (lambda _params, report, checkpoint, seed: {"seed": seed, "folder": checkpoint.folder, "report": report}, 7),
        (lambda _params, *, seed: {"seed": seed}, 7),
        (partial(with_seed, seed=3), 3),
        (lambda seed: {"seed": seed}, {"x": 1}),
    ],
)
def test_evaluation_gets_the_seed_that_it_takes(evaluate, found):
    assert call_evaluate(evaluate, {"x": 1}, ignore_report, seed=7)["seed"] == found
    assert takes_seed(evaluate) == (found == 7)


def test_evaluation_is_called_with_its_own_default_where_trials_have_no_seeds():
    assert call_evaluate(with_seed, {}, ignore_report) == {"seed": 0}
