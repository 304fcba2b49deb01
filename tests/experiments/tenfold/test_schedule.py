"""Turns of the sides in blocks."""

from tenfold.protocol import Side
from tenfold.schedule import turns


def test_turns_are_even_at_every_moment_and_catch_up_with_sides_that_are_behind():
    sides = [Side("random", 0, 225), Side("bayes", 0, 60), Side("bayes", 1, 60)]
    n_done = {side.name: 0 for side in sides} | {"random-0": 17}
    for block, side, total in turns(sides, 60, n_done):
        n_done[side.name] = total
        if block > 5:
            for other in sides:
                assert abs(n_done[other.name] / other.n_trials - block / 60) <= 1 / 60 + 1 / other.n_trials
    assert n_done == {side.name: side.n_trials for side in sides}
