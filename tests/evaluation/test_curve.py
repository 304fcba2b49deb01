"""The curve of one trial: checked, sorted, thinned, with its first and last step."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.errors import InvalidInputError
from paretune.evaluation.curve import (
    MAX_CURVE_CHARACTERS,
    MAX_STEPS,
    CurveRecorder,
    check_step,
    check_step_metrics,
)


def record(steps, **settings):
    curve = CurveRecorder(**settings)
    for i, step in enumerate(steps):
        curve.add(step, {"i": float(i)})
    return curve


@pytest.mark.parametrize(("given_step", "step"), [(0, 0), (7, 7), (3.0, 3), (np.int64(5), 5), (2**63 - 1, 2**63 - 1)])
def test_whole_number_of_any_library_is_a_step(given_step, step):
    assert check_step(given_step) == step
    assert type(check_step(given_step)) is int


@pytest.mark.parametrize("step", [-1, 0.5, math.nan, math.inf, "1", None, True, 2**64, [1, 2]])
def test_step_that_is_no_whole_number_is_refused_in_one_line(step):
    with pytest.raises(InvalidInputError, match="a step must be a whole number >= 0, but is") as caught:
        check_step(step)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        (None, "report takes a step and a mapping from name to number, but got None"),
        ([1], "but got"),
        ({"step": 1}, "'step' is a reserved name"),
        ({"paretune:x": 1}, "'paretune:x' is a reserved name"),
    ],
)
def test_bad_metrics_of_a_step_are_refused(metrics, message):
    with pytest.raises(InvalidInputError, match=message):
        check_step_metrics(metrics)


def test_metrics_that_are_not_finite_numbers_are_left_out_of_their_step():
    metrics = {"a": 1, "b": np.float32(0.5), "c": math.nan, "d": math.inf, "e": "text", "f": True, "g": 10**400, 3: 4.0}
    assert check_step_metrics(metrics) == {"a": 1.0, "b": 0.5, "3": 4.0}


def test_steps_are_sorted_and_a_later_report_replaces_an_earlier():
    curve = record([5, 3, 5, 9, 3])
    assert curve.steps == ({"step": 3, "i": 4.0}, {"step": 5, "i": 2.0}, {"step": 9, "i": 3.0})
    assert len(curve) == 3


@given(st.lists(st.integers(0, 60), max_size=120))
def test_curve_has_first_and_last_step_and_the_latest_report_of_each(steps):
    curve = record(steps, max_steps=8)
    latest = {step: float(i) for i, step in enumerate(steps)}
    points = curve.points
    assert [step for step, _ in points] == sorted({step for step, _ in points})
    assert len(points) == len(curve) <= 8
    assert {step: metrics["i"] for step, metrics in points}.items() <= latest.items()
    assert [points[0][0], points[-1][0]] == [min(steps), max(steps)] if steps else points == []


@pytest.mark.parametrize("steps", [range(100_000), range(99_999, -1, -1)])
def test_many_steps_are_thinned_to_an_even_choice(steps):
    kept = [step for step, _ in record(steps).points]
    assert (kept[0], kept[-1]) == (0, 99_999)
    assert MAX_STEPS / 3 < len(kept) <= MAX_STEPS
    gaps = np.diff(kept)
    assert max(gaps) <= 2 * np.median(gaps)


def test_curve_of_many_metrics_fits_in_an_attribute_of_any_storage():
    curve = CurveRecorder()
    for step in range(500):
        curve.add(step, {f"metric {i}": 1 / 3 for i in range(50)})
    assert len(json.dumps(curve.steps)) <= MAX_CURVE_CHARACTERS
    assert (curve.steps[0]["step"], curve.steps[-1]["step"]) == (0, 499)
    curve.add(1_000, {f"metric {i}": 1 / 3 for i in range(5_000)})
    assert [step["step"] for step in curve.steps] == [1_000]
    assert len(json.dumps(curve.steps)) <= MAX_CURVE_CHARACTERS
