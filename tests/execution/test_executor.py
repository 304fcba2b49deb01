"""The executor that evaluates in this process, and evaluations that raise."""

import pytest

from paretune.execution import Executor, Inline
from paretune.execution.executor import run_evaluation
from trainings import METRICS, OBJECTIVES


@pytest.fixture
def inline():
    with Inline(lambda params: {**METRICS, "x": params["x"]}, OBJECTIVES) as executor:
        yield executor


def test_inline_is_an_executor(inline):
    assert isinstance(inline, Executor)
    assert not inline.is_out_of_process


def test_submitted_trial_is_evaluated_by_wait(inline):
    assert inline.n_free == 1
    assert inline.submit(7, {"x": 3}) == {}
    assert inline.n_free == 0
    (finished,) = inline.wait(0.0)
    assert (finished.number, finished.outcome.values, finished.outcome.metrics) == (7, (0.5, 2.0), {"x": 3})
    assert inline.n_free == 1


def test_wait_without_trial_returns_nothing(inline):
    assert inline.wait(0.01) == []


@pytest.mark.parametrize("error", [ValueError("wrong shape"), SystemExit(3)])
def test_exception_of_evaluation_becomes_failed_outcome_with_seconds(error):
    def evaluate(_params):
        raise error

    outcome = run_evaluation(evaluate, {}, OBJECTIVES)
    assert (outcome.reason, outcome.values) == ("crashed", None)
    assert str(error) in outcome.message
    assert outcome.seconds >= 0


def test_keyboard_interrupt_is_not_caught():
    def evaluate(_params):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_evaluation(evaluate, {}, OBJECTIVES)
