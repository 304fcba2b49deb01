"""Outcomes of evaluations: metrics that count, and failures with their reasons."""

import json
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from paretune import Maximize, Minimize, Objectives, TrialFailedError
from paretune.errors import InvalidInputError
from paretune.evaluation.contract import STEPS_METRIC
from paretune.evaluation.outcome import MAX_METRICS, Outcome

OBJECTIVES = Objectives([Maximize("gain", at_least=0.0), Minimize("cost", at_most=10.0)])


@pytest.mark.parametrize(
    "number", [1, 1.0, np.float32(1), np.int64(1), np.array(1.0), np.array([[1.0]])[0, 0], Decimal(1), Fraction(1)]
)
def test_number_of_any_library_is_accepted(number):
    outcome = Outcome.from_metrics({"gain": number, "cost": 2}, OBJECTIVES)
    assert (outcome.values, outcome.reason) == ((1.0, 2.0), "")
    assert all(type(value) is float for value in outcome.values)


@pytest.mark.parametrize(
    ("value", "reason", "message"),
    [
        (1j, "crashed", "must return a number for 'gain', but returned gain='1j'"),
        (np.complex64(1 + 2j), "crashed", "must return a number for 'gain', but returned gain="),
        (np.array(1 + 2j), "crashed", "must return a number for 'gain', but returned gain="),
        ("0.9", "crashed", "must return a number for 'gain', but returned gain='0.9'"),
        (b"1", "crashed", "must return a number for 'gain'"),
        (True, "crashed", "must return a number for 'gain', but returned gain=True"),
        (None, "crashed", "must return a number for 'gain', but returned gain='None'"),
        (np.array([1.0, 2.0]), "crashed", "must return a number for 'gain'"),
        (math.nan, "not_finite", "gain is nan"),
        (-math.inf, "not_finite", "gain is -inf"),
        (np.float32("inf"), "not_finite", "gain is inf"),
        (-1.0, "outside_limits", "gain is -1, its limit 0"),
    ],
)
def test_invalid_metric_fails_with_its_reason(value, reason, message):
    outcome = Outcome.from_metrics({"gain": value, "cost": 1.0}, OBJECTIVES)
    assert outcome.reason == reason
    assert message in outcome.message
    json.dumps(outcome.metrics, allow_nan=False)


@pytest.mark.parametrize(
    ("extra", "complaint"),
    [
        (
            {"paretune:runner": 3},
            "returned 'paretune:runner'; names that begin with 'paretune:' are reserved",
        ),
        (
            {"cost_se": -1},
            "returned cost_se=-1; a standard error must be a number >= 0: leave it out if it is not known",
        ),
        ({"cost_se": "small"}, "returned cost_se=small; a standard error must be a number"),
        ({"gain_se": True}, "returned gain_se=True; a standard error must be a number"),
        ({STEPS_METRIC: 3}, "must return one mapping per step as 'paretune:steps', but returned 3"),
        ({STEPS_METRIC: [1, 2]}, "must return one mapping per step as 'paretune:steps', but returned [1, 2]"),
    ],
)
def test_invalid_extra_metric_is_refused_and_other_metrics_are_kept(extra, complaint):
    outcome = Outcome.from_metrics({"gain": 1.0, "cost": 2.0, "n": 3, **extra}, OBJECTIVES)
    assert (outcome.reason, outcome.values, outcome.steps) == ("crashed", None, ())
    assert complaint in outcome.message
    assert {"gain": 1.0, "cost": 2.0, "n": 3}.items() <= dict(outcome.metrics).items()
    assert not any(name.startswith("paretune:") for name in outcome.metrics)


def test_nan_standard_error_is_left_out():
    outcome = Outcome.from_metrics({"gain": 1, "cost": 1, "gain_se": math.nan, "cost_se": np.float32(0.5)}, OBJECTIVES)
    assert (outcome.reason, dict(outcome.metrics)) == ("", {"cost_se": 0.5})


def test_metrics_of_failure_have_no_reserved_names():
    error = TrialFailedError("crashed", "", {"gain": 1.0, "paretune:runner": 3})
    assert dict(Outcome.from_error(error).metrics) == {"gain": 1.0}


def test_metrics_of_incomplete_trial_are_finite():
    outcome = Outcome.from_metrics({"gain": 1.0, "loss": math.nan, "rate": math.inf, "n": 3}, OBJECTIVES)
    assert (outcome.reason, dict(outcome.metrics)) == ("crashed", {"gain": 1.0, "n": 3})


def test_message_on_missing_metric_lists_the_returned_ones():
    message = "evaluate must return a number for 'gain', but returned only gian, cost"
    assert Outcome.from_metrics({"gian": 1.0, "cost": 2.0}, OBJECTIVES).message == message
    assert Outcome.from_metrics({}, OBJECTIVES).message.endswith("but returned only nothing")
    assert Outcome.from_metrics([1.0, 2.0], OBJECTIVES).message.startswith("evaluate must return a mapping")


def test_message_names_both_violated_limits():
    assert (
        Outcome.from_metrics({"gain": -1, "cost": 11}, OBJECTIVES).message
        == "gain is -1, its limit 0, cost is 11, its limit 10"
    )


def test_many_steps_are_thinned_and_last_one_stays():
    steps = [{"step": i, "gain": i / 7, "note": "x" * 100, "bad": math.nan} for i in range(3_000)]
    stored = Outcome.from_metrics({"gain": 1, "cost": 1, STEPS_METRIC: steps}, OBJECTIVES).steps
    assert len(json.dumps(stored, allow_nan=False)) <= 60_000
    numbers = [step["step"] for step in stored]
    assert (numbers[0], numbers[-1]) == (0, 2_999)
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("x"), "crashed"),
        (MemoryError(), "out_of_memory"),
        (type("OutOfMemoryError", (RuntimeError,), {})("cuda"), "out_of_memory"),
        (RuntimeError("DefaultCPUAllocator: Error code 12 (Cannot allocate memory)"), "out_of_memory"),  # PyTorch's
        (TimeoutError(), "timed_out"),
        (TrialFailedError("not_finite", "loss is nan"), "not_finite"),
        (TrialFailedError("tired", "so"), "crashed"),
    ],
)
def test_exception_has_its_reason(error, reason):
    assert Outcome.from_error(error).reason == reason


@pytest.mark.parametrize(
    "training",
    [
        lambda: json.loads("no number"),
        lambda: np.linalg.inv(np.zeros((2, 2))),
        lambda: Minimize("cost", at_most="dear"),
        lambda: {}["cost"],
    ],
    ids=["Python's own files", "a package's", "ours", "none"],
)
def test_error_names_last_line_of_user_code(training):
    line = training.__code__.co_firstlineno
    with pytest.raises(Exception) as caught:  # noqa: PT011 (each of them, whatever it raises)
        training()
    assert Outcome.from_error(caught.value).message.endswith(f" (test_outcome.py, line {line})")


def test_long_error_keeps_its_line():
    with pytest.raises(ValueError, match="x") as caught:
        raise ValueError("x" * 9_999)
    message = Outcome.from_error(caught.value).message
    assert len(message) == 2_000
    assert message.startswith("ValueError: xxx")
    assert ", line " in message


def test_outcome_accepts_known_reasons_only():
    assert Outcome.from_reason("lost", "x" * 9_999).message == "x" * 2_000
    with pytest.raises(InvalidInputError, match="reason must be one of"):
        Outcome.from_reason("tired", "")


def test_very_many_metrics_are_refused_and_those_of_a_failed_trial_are_cut():
    metrics = {f"m{i}": i for i in range(MAX_METRICS)}
    few = dict(list(metrics.items())[:-2])
    assert Outcome.from_metrics({"gain": 1, "cost": 2, **few}, OBJECTIVES).reason == ""
    outcome = Outcome.from_metrics({"gain": 1, "cost": 2, **metrics}, OBJECTIVES)
    assert (outcome.reason, outcome.metrics) == ("crashed", {})
    assert outcome.message == "it has 1,002 metrics, but at most 1,000 are stored: leave some out"
    failed = Outcome.from_error(TrialFailedError("timed_out", metrics={**metrics, "last": 1}))
    assert failed.metrics == metrics
