"""Tests of learning curves: the table itself, and the curves of `Trials`."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune.errors import InvalidInputError
from paretune.objectives import Minimize, Objectives
from paretune.space import Float, Space
from paretune.trials import Curves, Trials

NAN = float("nan")
REPORTS = {
    3: [{"step": 1, "loss": 0.9}, {"step": 4, "loss": 0.7, "accuracy": 0.5}],
    1: [{"step": 2, "loss": 0.8}],
}


def assert_same(a, b):
    pd.testing.assert_frame_equal(a.to_frame(), b.to_frame())


def table(numbers=(1, 2, 3), curves=None):
    params = tuple({"x": i / len(numbers)} for i in range(len(numbers)))
    curves = Curves.from_steps(REPORTS) if curves is None else curves
    return Trials(
        Space({"x": Float(0, 1)}), Objectives([Minimize("loss")]), params, numbers=np.array(numbers), curves=curves
    )


def last_of_each_step(numbers, steps, columns):
    """Return the frame of the last report of each trial and step, by pandas."""
    frame = pd.DataFrame({"number": numbers, "step": steps, **columns}).astype({"number": int, "step": int})
    return frame.drop_duplicates(["number", "step"], keep="last").sort_values(["number", "step"], ignore_index=True)


def test_rows_are_sorted_by_trial_and_missing_metrics_are_nan():
    curves = Curves.from_steps(REPORTS)
    assert curves.numbers.tolist() == [1, 3, 3]
    assert curves.steps.tolist() == [2, 1, 4]
    np.testing.assert_array_equal(curves.metrics["loss"], [0.8, 0.9, 0.7])
    np.testing.assert_array_equal(curves.metrics["accuracy"], [NAN, NAN, 0.5])
    assert (curves.names, curves.n_trials, curves.last_steps) == (("loss", "accuracy"), 2, {1: 2, 3: 4})


@given(strategies.curve_reports())
def test_last_report_of_a_step_counts(reports):
    pd.testing.assert_frame_equal(Curves.from_reports(*reports).to_frame(), last_of_each_step(*reports))


@given(strategies.curve_reports())
def test_steps_of_storage_are_read_as_reports(reports):
    numbers, steps, columns = reports
    stored = {number: [] for number in numbers}
    for row, (number, step) in enumerate(zip(numbers, steps, strict=True)):
        stored[number].append({"step": step, **{name: values[row] for name, values in columns.items()}})
    known = [name for name, values in columns.items() if np.isfinite(values).any()]
    frame = Curves.from_steps(stored).to_frame()
    assert set(frame) == {"number", "step", *known}
    pd.testing.assert_frame_equal(frame, last_of_each_step(*reports)[list(frame)])


@given(strategies.curve_reports(), st.integers(0, 6))
def test_last_report_at_or_before_step_is_that_of_a_group_by(reports, step):
    curves = Curves.from_reports(*reports)
    before = last_of_each_step(*reports)
    expected = before[before.step <= step].groupby("number").tail(1).reset_index(drop=True)
    pd.testing.assert_frame_equal(curves.at(step).to_frame(), expected)
    assert curves.last_steps == before.groupby("number").step.max().to_dict()
    assert curves.trial_numbers.tolist() == sorted(set(reports[0]))


@given(strategies.curve_reports(), st.lists(st.sampled_from([0, 3, 4, 5, 7])))
def test_selection_is_that_of_a_mask(reports, chosen):
    curves, frame = Curves.from_reports(*reports), last_of_each_step(*reports)
    pd.testing.assert_frame_equal(
        curves.select(chosen).to_frame(), frame[frame.number.isin(chosen)].reset_index(drop=True)
    )
    pd.testing.assert_frame_equal(curves.of(3).to_frame(), frame[frame.number == 3].reset_index(drop=True))


@given(strategies.curve_reports(), st.permutations([10, 2, 7, 5]))
def test_renumbered_curves_follow_their_trials(reports, renumbered):
    curves, frame = Curves.from_reports(*reports), last_of_each_step(*reports)
    new = dict(zip((0, 3, 4, 7), renumbered, strict=True))
    expected = frame.assign(number=frame.number.map(new).astype(int)).sort_values(["number", "step"], ignore_index=True)
    pd.testing.assert_frame_equal(curves.renumber(list(new), list(new.values())).to_frame(), expected)


@given(strategies.curve_reports(numbers=(0, 2)), strategies.curve_reports(numbers=(1, 3)))
def test_joined_curves_have_rows_of_both(first, second):
    a, b = Curves.from_reports(*first), Curves.from_reports(*second)
    expected = pd.concat([part.to_frame() for part in (a, b) if len(part)] or [Curves.empty().to_frame()])
    assert_same(Curves.join([a, b]), Curves.from_frame(expected))


@given(strategies.curve_reports())
def test_curves_survive_conversion_to_a_frame_and_pickling(reports):
    curves = Curves.from_reports(*reports)
    assert_same(Curves.from_frame(curves.to_frame()), curves)
    for again in (pickle.loads(pickle.dumps(curves)), copy.deepcopy(curves)):  # noqa: S301 (our own data)
        assert_same(again, curves)
        assert not again.steps.flags.writeable


@pytest.mark.parametrize(
    "entries",
    [
        None,
        3,
        "steps",
        [3, None, "step", []],
        [{"loss": 1.0}, {"step": None}, {"step": -1}, {"step": 1.5}, {"step": "2"}, {"step": True}, {"step": NAN}],
        [{"step": 2**63}, {"step": 1e300}, {"step": [1]}],
    ],
)
def test_foreign_content_is_no_step(entries):
    assert len(Curves.from_steps({0: entries, 1: [{"step": 1, "loss": 2}]})) == 1


def test_values_that_are_no_finite_numbers_are_left_out():
    report = {"step": 1.0, "loss": 2, "a": NAN, "b": "text", "c": True, "d": None, "e": [1], "number": 3, "": 4}
    curves = Curves.from_steps({0: [report]})
    assert curves.steps.tolist() == [1]
    assert {name: values.tolist() for name, values in curves.metrics.items()} == {"loss": [2.0]}
    assert Curves.from_steps({0: [{"step": 2**62 + 1}]}).last_steps == {0: 2**62 + 1}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (([0, 0], [1, 1], {}), "trial 0: steps must rise, but 1 follows 1"),
        (([0, 1, 0], [2, 1, 1], {}), "trial 0: steps must rise, but 1 follows 2"),
        (([0], [-1], {}), "steps must be whole numbers >= 0, but one is -1"),
        (([0], [0.5], {}), "steps must be whole numbers >= 0, but one is 0.5"),
        (([NAN], [0], {}), "numbers must be whole numbers"),
        (([0], [1e30], {}), "steps must be whole numbers"),
        (([0], ["first"], {}), "steps must be numbers: could not convert"),
        (([0], [[1]], {}), "steps must be one column of numbers, but has 2 dimensions"),
        (([0], [1, 2], {}), "all columns must have the same length, but have {'numbers': 1, 'steps': 2}"),
        (([0], [1], {"loss": []}), "all columns must have the same length"),
        (([0], [1], {"step": [1]}), "a metric of curves must have a name other than number and step, but has 'step'"),
    ],
)
def test_wrong_fields_are_refused(fields, message):
    with pytest.raises(InvalidInputError, match=message):
        Curves(*fields)


def test_frame_without_a_step_is_refused():
    with pytest.raises(InvalidInputError, match="no column 'step'; the columns are number, loss"):
        Curves.from_frame(pd.DataFrame({"number": [1], "loss": [0.5]}))


def test_two_trials_cannot_get_the_same_number():
    with pytest.raises(InvalidInputError, match="trial 5: steps must rise"):
        Curves.from_steps({1: [{"step": 1}], 2: [{"step": 1}]}).renumber([1, 2], [5, 5])


def test_curves_are_frozen_and_copy_their_inputs():
    losses = np.array([1.0, np.inf])
    curves = Curves([0, 1], [1, 1], {"loss": losses})
    losses[0] = 7
    np.testing.assert_array_equal(curves.metrics["loss"], [1, NAN])
    for array in (curves.numbers, curves.steps, curves.metrics["loss"], curves.trial_numbers):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(TypeError):
        curves.metrics["loss"] = losses


def test_trials_have_no_curves_by_default():
    trials = Trials(Space({"x": Float(0, 1)}), Objectives([Minimize("loss")]), ({"x": 0.5},))
    assert (len(trials.curves), trials.curves.names, trials.curves.last_steps) == (0, (), {})
    assert len(trials.curves.at(3)) == len(trials.curves.of(0)) == len(trials[:0].curves) == 0


def test_selected_trials_have_their_curves_only():
    trials = table()
    assert trials[trials.numbers == 3].curves.last_steps == {3: 4}
    assert trials[1:].curves.last_steps == {3: 4}
    assert trials[np.array([2, 0, 0])].curves.last_steps == {1: 2, 3: 4}
    assert trials[1:2].curves.last_steps == {}


def test_appended_trials_bring_their_curves_under_their_new_numbers():
    joined = table().concat(table())
    assert joined.numbers.tolist() == [1, 2, 3, 5, 6, 7]
    assert joined.curves.last_steps == {1: 2, 3: 4, 5: 2, 7: 4}
    resampled = table()[np.array([2, 2, 0])]
    assert table().concat(resampled).curves.last_steps == {1: 2, 3: 4, 7: 4, 5: 2}


def test_curves_stay_with_their_trials_when_other_fields_change():
    trials = table()
    for changed in (
        trials.with_pending([{"x": 0.5}]),
        trials.with_objectives(Objectives([Minimize("loss", at_most=1)])),
        replace(trials, losses=[[1.0]] * 3, states=["complete"] * 3, reasons=[""] * 3),
    ):
        assert_same(changed.curves, trials.curves)
    assert trials.with_numbers(np.array([3, 1, 2])).curves.last_steps == {3: 2, 2: 4}


def test_curve_of_unknown_trial_is_refused():
    with pytest.raises(InvalidInputError, match="the curves have steps of trial 3, but the table has no such trial"):
        table(numbers=(0, 1, 2))
    with pytest.raises(InvalidInputError, match=r"curves must be Curves, such as Curves.empty\(\), but are \[\]"):
        table(curves=[])
