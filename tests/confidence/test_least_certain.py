"""The choice of the configuration to train again."""

import numpy as np
import pytest

from paretune import Int, Maximize, Minimize, Objectives, Space, Trials
from paretune.confidence import least_certain

SPACE, OBJECTIVES = Space({"k": Int(0, 99)}), Objectives([Minimize("f"), Minimize("g")])


def table(names, losses, **columns):
    return Trials(SPACE, OBJECTIVES, tuple({"k": name} for name in names), losses=losses, **columns)


def draws_with(shares, n=100):
    """Draws of losses on a line, in which each configuration but the first is dominated in all but its share."""
    k = len(shares)
    draws = np.tile(np.column_stack([np.arange(k), -np.arange(k)]).astype(float), (n, 1, 1))
    for j, share in enumerate(shares):
        draws[round(share * n) :, j] = draws[round(share * n) :, 0] + 0.5  # the first dominates it
    return draws


@pytest.mark.parametrize(
    ("shares", "expected"),
    [((1, 0.9, 0.6, 0.4), 2), ((1, 0.9, 0.95, 0.4), 1), ((1, 1, 1, 0.45), 0), ((1, 0.2, 0.05, 0.3), 0)],
)
def test_least_certain_of_the_likely_ones_that_were_trained_once_comes_first(shares, expected):
    draws = draws_with(shares)
    assert least_certain(table(range(4), draws[0]), draws) == expected


@pytest.mark.parametrize(
    ("names", "shares", "expected"),
    [
        ([0, 0, 1, 1, 2], [1, 0.5, 0.45], 2),  # more doubt, but one training more
        ([0, 0, 1, 1, 2], [1, 0.5, 0.15], 1),
        ([0, 0, 1, 1, 2], [1, 0.95, 0.05], None),
        ([0, 0, 1, 1, 1, 1, 1, 2, 2], [1, 0.5, 0.8], 2),
    ],
)
def test_doubt_by_number_of_trainings_decides_after_that(names, shares, expected):
    draws = draws_with(shares)[:, names]
    number = least_certain(table(names, draws[0]), draws)
    assert (None if number is None else names[number]) == expected


def test_running_and_failed_repeats_count_as_trainings_but_lost_ones_do_not():
    draws = draws_with([1, 1])
    losses = np.vstack([draws[0], np.full((2, 2), np.nan)])
    states = np.array(["complete", "complete", "pending", "failed"], object)
    trials = table([0, 1, 0, 1], losses, states=states)
    assert least_certain(trials, draws) is None
    lost = table([0, 1, 0, 1], losses, states=states, reasons=np.array(["", "", "", "lost"], object))
    assert least_certain(lost, draws) == 1


def test_without_a_complete_trial_nothing_is_chosen():
    assert least_certain(table([0], [[np.nan, np.nan]])) is None
    assert least_certain(table([], np.empty((0, 2)))) is None


@pytest.mark.parametrize("m", [1, 2, 5])
def test_any_number_of_objectives_is_confirmed(m):
    rng = np.random.default_rng(m)
    objectives = [Maximize(f"f{j}") for j in range(m)]
    losses = rng.normal(size=(6, m))
    trials = Trials(SPACE, objectives, tuple({"k": k} for k in range(6)), losses=losses, losses_se=np.full((6, m), 0.1))
    assert least_certain(trials) in range(6)


def test_noise_of_the_measurements_is_used_where_no_draws_are_given():
    """Of three on the measured front, two are hardly better than each other in both objectives."""
    losses, errors = [[0, 9], [5, 5.01], [5.01, 5], [9, 0]], np.full((4, 2), 0.1)
    assert least_certain(table(range(4), losses, losses_se=errors)) in {1, 2}
