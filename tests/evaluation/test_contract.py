"""The contract of an evaluation: which callables take a report."""

from functools import partial

import pytest

from paretune.evaluation.contract import ignore_report, is_asked_to_stop, takes_report
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
