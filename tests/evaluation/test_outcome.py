"""What an evaluation gives back counts, or says why it does not."""

import json
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from paretune import Maximize, Minimize, Objectives, TrialFailedError
from paretune.errors import InvalidInputError
from paretune.evaluation.contract import STEPS
from paretune.evaluation.outcome import failed, judged, told

WANTED = Objectives([Maximize("gain", at_least=0.0), Minimize("cost", at_most=10.0)])


@pytest.mark.parametrize(
    "number", [1, 1.0, np.float32(1), np.int64(1), np.array(1.0), np.array([[1.0]])[0, 0], Decimal(1), Fraction(1)]
)
def test_a_number_of_any_library_is_one(number):
    outcome = judged({"gain": number, "cost": 2}, WANTED)
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
def test_anything_else_fails_with_its_reason(value, reason, message):
    outcome = judged({"gain": value, "cost": 1.0}, WANTED)
    assert outcome.reason == reason
    assert message in outcome.message
    json.dumps(outcome.metrics, allow_nan=False)


@pytest.mark.parametrize(
    ("beside", "complaint"),
    [
        (
            {"paretune:runner": 3},
            "returned 'paretune:runner', but names that begin with 'paretune:' are Paretune's own",
        ),
        (
            {"cost_se": -1},
            "returned cost_se=-1, but a standard error must be a number of at least 0: leave out one that",
        ),
        ({"cost_se": "small"}, "returned cost_se=small, but a standard error must be a number"),
        ({"gain_se": True}, "returned gain_se=True, but a standard error must be a number"),
        ({STEPS: 3}, "must return a mapping a step as 'paretune:steps', but returned 3"),
        ({STEPS: [1, 2]}, "must return a mapping a step as 'paretune:steps', but returned [1, 2]"),
    ],
)
def test_what_must_not_stand_beside_the_metrics_is_refused_and_the_metrics_are_kept(beside, complaint):
    outcome = judged({"gain": 1.0, "cost": 2.0, "n": 3, **beside}, WANTED)
    assert (outcome.reason, outcome.values, outcome.steps) == ("crashed", None, ())
    assert complaint in outcome.message
    assert {"gain": 1.0, "cost": 2.0, "n": 3}.items() <= dict(outcome.metrics).items()
    assert not any(name.startswith("paretune:") for name in outcome.metrics)


def test_a_standard_error_that_is_not_known_is_none():
    outcome = judged({"gain": 1, "cost": 1, "gain_se": math.nan, "cost_se": np.float32(0.5)}, WANTED)
    assert (outcome.reason, dict(outcome.metrics)) == ("", {"cost_se": 0.5})


def test_metrics_of_a_failure_have_no_names_of_ours():
    error = TrialFailedError("crashed", "", {"gain": 1.0, "paretune:runner": 3})
    assert dict(failed(error).metrics) == {"gain": 1.0}


def test_what_is_kept_of_a_trial_that_lacks_a_metric_is_finite():
    outcome = judged({"gain": 1.0, "loss": math.nan, "rate": math.inf, "n": 3}, WANTED)
    assert (outcome.reason, dict(outcome.metrics)) == ("crashed", {"gain": 1.0, "n": 3})


def test_a_metric_that_is_missing_or_misspelt_is_told_with_those_that_are_there():
    message = "evaluate must return a number for 'gain', but returned only gian, cost"
    assert judged({"gian": 1.0, "cost": 2.0}, WANTED).message == message
    assert judged({}, WANTED).message.endswith("but returned only nothing")
    assert judged([1.0, 2.0], WANTED).message.startswith("evaluate must return a mapping")


def test_both_limits_are_told():
    assert judged({"gain": -1, "cost": 11}, WANTED).message == "gain is -1, its limit 0, cost is 11, its limit 10"


def test_many_steps_are_thinned_to_what_a_storage_takes_and_the_last_stays():
    steps = [{"step": i, "gain": i / 7, "note": "x" * 100, "bad": math.nan} for i in range(3_000)]
    kept = judged({"gain": 1, "cost": 1, STEPS: steps}, WANTED).steps
    assert len(json.dumps(kept, allow_nan=False)) <= 60_000
    numbers = [step["step"] for step in kept]
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
def test_each_error_has_its_reason(error, reason):
    assert failed(error).reason == reason


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
def test_an_error_has_the_users_own_line_that_it_came_through(training):
    line = training.__code__.co_firstlineno
    with pytest.raises(Exception) as caught:  # noqa: PT011 (each of them, whatever it raises)
        training()
    assert failed(caught.value).message.endswith(f" (test_outcome.py, line {line})")


def test_the_line_of_a_long_error_is_kept():
    with pytest.raises(ValueError, match="x") as caught:
        raise ValueError("x" * 9_999)
    message = failed(caught.value).message
    assert len(message) == 2_000
    assert message.startswith("ValueError: xxx")
    assert ", line " in message


def test_a_host_tells_known_reasons_only():
    assert told("lost", "x" * 9_999).message == "x" * 2_000
    with pytest.raises(InvalidInputError, match="reason must be one of"):
        told("tired", "")
