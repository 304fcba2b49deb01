"""Tests of the sides of a comparison and of their resamples."""

import itertools
import math

import numpy as np
import pytest
from scipy.stats import sem, t

from paretune.confidence.runs import Resamples, Side, draw_trials, mean_over_runs, objectives_of_sides
from paretune.errors import InvalidInputError
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Float, Space
from paretune.trials import Trials

NAN = math.nan
SPACE = Space({"x": Float(0, 1)})
TWO = Objectives([Minimize("a"), Minimize("b")])


def study(losses, objectives=TWO, **columns):
    return Trials(SPACE, objectives, ({"x": 0.5},) * len(losses), losses=np.array(losses, float), **columns)


def test_runs_are_cut_to_the_shortest_and_sorted_by_number():
    trials = study(
        [[3, 3], [2, 9], [NAN, NAN], [1, 1], [NAN, NAN], [5, 5]],
        numbers=[4, 0, 1, 2, 7, 3],
        states=np.array(["complete", "complete", "failed", "complete", "pending", "failed"], object),
        reasons=np.array(["", "", "lost", "", "", "crashed"], object),
    )
    side = Side([trials, [[0, 0], [1, NAN], [2, 2], [3, 3], [4, 4]]], "candidate")
    assert side.n_trials == 4
    np.testing.assert_array_equal(side.runs[0], [[2, 9], [1, 1], [NAN, NAN], [3, 3]])
    np.testing.assert_array_equal(side.runs[1], [[0, 0], [NAN, NAN], [2, 2], [3, 3]])
    assert [len(run) for run in side.first_trials(2)] == [2, 2]


@pytest.mark.parametrize("runs", [np.zeros((3, 2, 2)), [np.zeros((2, 2))] * 3, [study([[0, 0]] * 2)] * 3])
def test_several_runs_can_be_arrays_or_trials(runs):
    assert [run.tolist() for run in Side(runs, "candidate").runs] == [[[0, 0], [0, 0]]] * 3


@pytest.mark.parametrize("run", [np.zeros((2, 2)), [[0, 0], [0, 0]], study([[0, 0]] * 2)])
def test_single_run_is_a_side(run):
    assert [each.tolist() for each in Side(run, "candidate").runs] == [[[0, 0], [0, 0]]]


def test_side_without_finished_trials_is_refused():
    pending = study([[NAN, NAN]], states=np.array(["pending"], object))
    with pytest.raises(InvalidInputError, match="the baseline has no finished trial"):
        Side(pending, "baseline")


def test_resamples_of_several_runs_are_all_equally_likely():
    numbers = Resamples([np.array([[x]]) for x in (1.0, 2.0, 4.0)], lambda run: float(run[0, 0]), 30_000, _rng())
    assert numbers.measured == [1.0, 2.0, 4.0]
    picks = numbers.picks.tolist()
    for each in itertools.product(range(3), repeat=3):
        assert picks.count(list(each)) / 30_000 == pytest.approx(1 / 27, abs=0.006)


def test_resamples_of_a_single_run_repeat_and_omit_trials():
    run = np.arange(50.0)[:, None]
    numbers = Resamples([run], lambda rows: len(np.unique(rows)) / 50, 2000, _rng())
    assert numbers.measured == [1.0]
    assert np.mean(numbers.drawn) == pytest.approx(1 - (1 - 1 / 50) ** 50, abs=0.01)
    assert (numbers.picks.shape, numbers.spread_factor) == ((2000, 1), 1.0)


def test_spread_of_the_mean_over_runs_is_that_of_students_t():
    values = [1.0, 2.0, 4.0, 5.0, 3.0, 9.0, 7.0, 8.0]
    numbers = Resamples([np.array([[x]]) for x in values], lambda run: float(run[0, 0]), 4000, _rng())
    measured, drawn = mean_over_runs(numbers)
    assert measured == np.mean(values)
    low, high = t.interval(0.95, len(values) - 1, measured, sem(values))
    assert np.subtract(*np.quantile(drawn, [0.975, 0.025])) == pytest.approx(high - low, rel=0.1)
    assert mean_over_runs(numbers, maximum=5.0)[1].max() == 5.0


def test_drawn_trials_are_rows_of_the_run():
    run = np.random.default_rng(1).random((9, 3))
    drawn = draw_trials(run, _rng())
    assert drawn.shape == run.shape
    assert {tuple(row) for row in drawn} <= {tuple(row) for row in run}


def test_objectives_of_sides_are_those_of_their_trials():
    arrays, trials = Side([[0, 0]], "baseline"), Side(study([[0, 0]]), "candidate")
    assert objectives_of_sides(arrays, arrays) is None
    assert objectives_of_sides(trials, arrays) == TWO
    with pytest.raises(InvalidInputError, match=r"both sides must have the same number of objectives, .* \[1, 2\]"):
        objectives_of_sides(trials, Side([[0]], "baseline"))
    other = Side(study([[0, 0]], Objectives([Minimize("a"), Maximize("b")])), "baseline")
    with pytest.raises(InvalidInputError, match="the candidate is to minimize a, minimize b, the baseline to minimize"):
        objectives_of_sides(trials, other)


def _rng():
    return np.random.default_rng(0)
