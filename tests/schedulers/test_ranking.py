import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from paretune import pareto
from paretune.schedulers.ranking import REFERENCE, contributions, normalize, standing

tables = st.integers(1, 4).flatmap(
    lambda m: st.integers(1, 9).flatmap(lambda n: arrays(float, (n, m), elements=st.integers(0, 4).map(float)))
)


@given(tables)
def test_no_point_is_before_one_that_dominates_it(losses):
    places = [standing(losses, row).place for row in range(len(losses))]
    for i, better in enumerate(losses):
        for j, worse in enumerate(losses):
            if (better <= worse).all() and (better < worse).any():
                assert places[i] < places[j]


@given(tables)
def test_front_is_that_of_the_pareto_room(losses):
    assert [standing(losses, row).is_on_front for row in range(len(losses))] == pareto.is_nondominated(losses).tolist()


@given(tables)
def test_contribution_is_the_hypervolume_that_is_lost_without_the_point(losses):
    points = pareto.front(normalize(losses))
    if points.shape[1] == 1:
        return
    reference = np.full(points.shape[1], REFERENCE)
    whole = pareto.hypervolume(points, reference)
    lost = [whole - pareto.hypervolume(np.delete(points, row, 0), reference) for row in range(len(points))]
    assert contributions(points) == pytest.approx(lost, abs=1e-9)


def test_place_within_a_layer_follows_the_hypervolume_contribution():
    losses = np.array([[0.0, 0.0], [1.0, 9.0], [5.0, 5.0], [5.1, 4.9], [9.0, 1.0]])
    places = [standing(losses, row).place for row in range(5)]
    assert places[0] == 0
    assert max(places[2:4]) == 4  # two that are nearly equal add least


def test_scale_of_an_objective_does_not_matter():
    losses = np.random.default_rng(0).random((12, 2))
    places = [standing(losses, row).place for row in range(12)]
    assert [standing(losses * [1e-6, 1e6] + 3, row).place for row in range(12)] == places


def test_order_of_the_trials_does_not_matter():
    losses = np.random.default_rng(1).random((12, 3))
    order = np.random.default_rng(2).permutation(12)
    places = np.array([standing(losses, row).place for row in range(12)])
    assert [standing(losses[order], row).place for row in range(12)] == places[order].tolist()


def test_diverged_loss_does_not_hide_the_differences_of_the_others():
    losses = np.array([[0.1], [0.2], [0.3], [1e12]])
    assert normalize(losses)[2, 0] > 0.1
