"""The rule of a population, against traces by hand and against a sort by brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paretune.pareto import ranks
from paretune.schedulers import PausingScheduler
from paretune.schedulers.members import Members
from paretune.schedulers.population import Population
from paretune.trials.birth import Birth
from schedulers.populations import members

FOUR = Population(size=4, interval=5, generations=4)


def waiting(losses, **changes):
    return members(losses, [5] * len(losses), ["paused"] * len(losses), **changes)


def test_members_pause_between_parts_and_never_at_the_end():
    assert isinstance(FOUR, PausingScheduler)
    assert list(FOUR.boundaries) == [5, 10, 15]
    assert list(Population(4, 5, 4, length=10).boundaries) == [5]
    assert not FOUR.is_due(5, -1)
    assert FOUR.promoted(waiting([[1]]).trials, [0]) == []
    assert not FOUR.decide(waiting([[1]]).trials, 0).is_stop


def test_worst_member_is_replaced_by_a_copy_of_one_of_the_better_half():
    """One objective: 3 is the worst of four; 1 and 2 are the better half, of which the generator draws one."""
    found = FOUR.next_generation(waiting([[3], [1], [2], [4]]))
    drawn = [1, 2][np.random.default_rng([0, 5, 3]).integers(2)]
    assert (found.step, found.survivors, dict(found.parents), found.is_early) == (5, (0, 1, 2), {3: drawn}, False)


def test_trace_of_eight_members_by_hand():
    """Layers {1, 2}, {0, 3}, {4, 5}, {6, 7}: the last two are replaced, and the first four may be copied."""
    losses = [[2, 3], [1, 2], [2, 1], [3, 2], [4, 5], [5, 4], [6, 7], [7, 6]]
    found = Population(8, 5, 4, seed=7).next_generation(waiting(losses))
    better = [1, 2, 0, 3]
    draws = {n: better[np.random.default_rng([7, 5, n]).integers(4)] for n in (6, 7)}
    assert dict(found.parents) == draws
    assert found.survivors == (0, 1, 2, 3, 4, 5)


def test_within_a_layer_the_member_with_the_least_hypervolume_is_replaced():
    """All four are on one front; (1, 8.9) adds next to nothing beside (0, 9) and (2, 3)."""
    found = FOUR.next_generation(waiting([[0, 9], [1, 8.9], [2, 3], [9, 0]]))
    assert set(found.parents) == {1}


def test_nothing_is_decided_before_all_have_begun():
    assert FOUR.next_generation(waiting([[1, 1], [2, 0], [0, 2]])) is None


def test_failed_member_is_replaced_first_and_by_a_copy():
    given = members([[1], [2], [3], [0]], [5, 5, 5, 2], ["paused"] * 3 + ["failed crashed"])
    found = FOUR.next_generation(given)
    assert set(found.parents) == {3}
    assert found.survivors == (0, 1, 2)


def test_all_failed_members_are_replaced():
    given = members([[1], [2], [3], [0]], [5, 1, 1, 2], ["paused"] + ["failed crashed"] * 3)
    assert dict(FOUR.next_generation(given).parents) == {1: 0, 2: 0, 3: 0}


def test_member_without_losses_is_worse_than_any():
    assert set(FOUR.next_generation(waiting([[1], [np.nan], [3], [4]])).parents) == {1}


def test_objective_that_nobody_reports_is_left_out():
    found = FOUR.next_generation(waiting([[1, np.nan], [2, np.nan], [4, np.nan], [3, np.nan]]))
    assert set(found.parents) == {2}


def test_member_that_lacks_an_objective_is_worse_than_any():
    found = FOUR.next_generation(waiting([[1, np.nan], [2, 5], [4, 4], [3, 3]]))
    assert set(found.parents) == {0}


def test_member_that_is_certain_to_go_on_does_not_wait():
    """Of four members one is replaced: who dominates one can no longer be it."""
    given = members([[1, 1], [2, 2], [0, 9], [0, 0]], [5, 5, 5, 2], ["paused"] * 3 + ["pending"])
    found = FOUR.next_generation(given)
    assert (found.survivors, dict(found.parents), found.is_early) == ((0,), {}, True)


def test_early_member_may_still_be_copied():
    losses = [[1], [2], [3], [4]]
    early = members(losses, [8, 5, 5, 5], ["pending", "paused", "paused", "paused"], released={0: 5})
    late = waiting(losses)
    assert FOUR.next_generation(early).parents == FOUR.next_generation(late).parents


def test_decision_is_the_same_while_it_is_carried_out():
    """A run that is killed after it has ended one member and made its copy decides the same of the others."""
    losses = [[8], [1], [7], [2], [3], [4], [5], [6]]
    rule = Population(8, 5, 4)
    whole = rule.next_generation(waiting(losses))
    last, states = [5] * 9, ["stopped", *["paused"] * 7, "pending"]
    births = {8: Birth(whole.parents[0], 5, 0)}
    assert rule.next_generation(members([*losses, [0]], last, states, births)).parents == whole.parents


@settings(max_examples=50)
@given(
    st.integers(1, 4).flatmap(
        lambda m: st.lists(st.lists(st.integers(0, 4), min_size=m, max_size=m), min_size=4, max_size=12)
    ),
    st.sampled_from([0.0, 0.2, 0.25, 0.5]),
    st.integers(0, 5),
)
def test_replaced_members_are_the_last_layers(losses, share, seed):
    """One to four objectives with many ties; the oracle is the sort by layers alone."""
    rule = Population(len(losses), 5, 3, share=share, seed=seed)
    found = rule.next_generation(waiting(losses))
    layer = ranks(np.array(losses, float))
    n = int(share * len(losses) + 1e-9)
    assert len(found.parents) == n
    assert set(found.survivors) | set(found.parents) == set(range(len(losses)))
    assert sorted(layer[list(found.parents)]) == sorted(layer)[len(losses) - n :]
    half = sorted(layer)[max(1, len(losses) // 2) - 1]
    assert all(layer[parent] <= half and parent not in found.parents for parent in found.parents.values())


@settings(max_examples=50)
@given(
    st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=4, max_size=8),
    st.data(),
)
def test_certain_members_survive_whatever_the_others_report(losses, data):
    rule = Population(len(losses), 5, 3)
    n_here = data.draw(st.integers(1, len(losses)))
    states = ["paused"] * n_here + ["pending"] * (len(losses) - n_here)
    early = rule.next_generation(members(losses, [5] * n_here + [0] * (len(losses) - n_here), states))
    if early is not None:
        final = rule.next_generation(waiting(losses))
        assert set(early.survivors) <= set(final.survivors)


def test_nobody_can_be_copied_if_the_best_have_ended():
    given = members([[1], [2]], [5, 9], ["paused", "complete"])
    assert FOUR.next_generation(Members(given.trials, [], {}, {})) is None


@pytest.mark.parametrize("size", [1, 2, 3])
def test_small_population_loses_nobody_below_one_in_four(size):
    found = Population(size, 5, 3).next_generation(waiting([[number] for number in range(size)]))
    assert found.parents == {}
