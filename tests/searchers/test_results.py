"""Order of results: constrained nondominated sorting and crowding, against brute force and moocore."""

import itertools

import moocore
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune import Float, Minimize, Objectives, Space, Trials
from paretune.searchers.results import COMPLETE, FAILED, OUTSIDE, STOPPED, Results, best_first, crowding, layers

SPACE = Space({"x": Float(0, 1)})


def make(kinds, losses, excess):
    return Results(np.array(kinds), np.array(losses, float), np.array(excess, float))


def is_better(results, a, b):
    """Deb's constrained dominance, from its definition, with a single constraint."""
    if results.kinds[a] != results.kinds[b]:
        return results.kinds[a] < results.kinds[b]
    if results.kinds[a] == OUTSIDE:
        return results.excess[a, 0] < results.excess[b, 0]
    first, second = results.losses[a], results.losses[b]
    return results.kinds[a] == COMPLETE and (first <= second).all() and (first < second).any()


@given(st.data())
def test_layers_are_those_of_peeling_by_the_definition(data):
    losses = data.draw(strategies.losses(min_size=1))
    n = len(losses)
    kinds = np.array(data.draw(st.lists(st.sampled_from([COMPLETE, STOPPED, OUTSIDE, FAILED]), min_size=n, max_size=n)))
    excess = np.array(data.draw(st.lists(st.integers(1, 3), min_size=n, max_size=n)), float)[:, None]
    results = make(kinds, np.where((kinds == COMPLETE)[:, None], losses, np.nan), excess)
    found, left, expected = layers(results), set(range(n)), np.zeros(n, int)
    for layer in itertools.count():
        best = [a for a in left if not any(is_better(results, b, a) for b in left)]
        expected[best] = layer
        left -= set(best)
        if not left:
            break
    assert found.tolist() == expected.tolist()


@given(strategies.losses(m=3, min_size=1))
def test_layers_of_complete_results_are_those_of_moocore(losses):
    results = make([COMPLETE] * len(losses), losses, np.empty((len(losses), 0)))
    assert layers(results).tolist() == moocore.pareto_rank(losses).tolist()


def test_trials_are_read_with_their_limits_and_constraints():
    objectives = Objectives([Minimize("a", at_most=1.0), Minimize("b")])
    losses = [[0.5, 2.0], [3.0, 1.0], [0.1, 0.1], [np.nan, np.nan], [np.nan, np.nan], [2.0, np.nan]]
    trials = Trials(
        SPACE,
        objectives,
        ({"x": 0.5},) * 6,
        losses=losses,
        violations=[[0.0], [0.0], [0.5], [np.nan], [np.nan], [np.nan]],
        states=np.array(["complete", "complete", "complete", "stopped", "failed", "failed"], object),
        reasons=np.array(["", "", "", "", "crashed", "outside_limits"], object),
    )
    results = Results.of(trials)
    assert results.kinds.tolist() == [COMPLETE, OUTSIDE, OUTSIDE, STOPPED, FAILED, OUTSIDE]
    assert results.excess[[1, 2, 5]].tolist() == [[2.0, 0.0, 0.0], [0.0, 0.0, 0.5], [1.0, 0.0, 0.0]]
    assert best_first(results)[0] == 0
    assert best_first(results)[-1] == 4
    assert not results[np.array([4])].has_direction


def test_crowding_is_that_of_the_worked_example():
    assert crowding(np.array([[0.0, 3.0], [1.0, 2.0], [3.0, 0.0]])).tolist() == [np.inf, 2.0, np.inf]
    assert crowding(np.array([[1.0, 1.0]])).tolist() == [0.0]
    order = best_first(make([COMPLETE] * 4, [[0, 4], [1, 1.2], [1.2, 1], [4, 0]], np.empty((4, 0))))
    assert set(order[:2]) == {0, 3}


def test_equal_results_keep_their_order():
    results = make([COMPLETE, COMPLETE, FAILED, FAILED], [[1.0], [1.0], [np.nan], [np.nan]], np.empty((4, 0)))
    assert best_first(results).tolist() == [0, 1, 2, 3]
