"""The first draw that no trial has."""

import numpy as np
import pytest

from paretune import Float, Minimize, Objectives, Space
from paretune.errors import SpaceExhaustedError
from paretune.searchers import Context
from paretune.searchers.untried import design, suggest_one_by_one, untried
from searchers.runs import OBJECTIVES, SMALL, make_trials, table


def test_draw_that_was_tried_is_drawn_again():
    draws = iter([0.1, 0.1, 0.5, 0.9])
    trials = make_trials(SMALL, [{"k": 1}, {"k": 3}], ["complete", "pending"])
    assert untried(lambda: np.array([next(draws)]), trials, np.random.default_rng(0)) == {"k": 2}


def test_draws_that_never_differ_are_replaced_by_uniform_ones():
    space, objectives = Space({"x": Float(0, 1)}), Objectives([Minimize("loss")])
    trials = table(space, objectives, [{"x": 0.5}], [[1.0]])
    params = untried(lambda: np.array([0.5]), trials, np.random.default_rng(0))
    assert params["x"] != 0.5


def test_exhausted_space_is_an_error():
    trials = make_trials(SMALL, [{"k": 1}, {"k": 2}, {"k": 3}])
    with pytest.raises(SpaceExhaustedError, match="all 3 configurations have been tried"):
        untried(lambda: np.array([0.5]), trials, np.random.default_rng(0))


def test_trials_ahead_are_suggested_first():
    trials, context = make_trials(SMALL, []), Context(SMALL, OBJECTIVES, n_ahead=2)
    last = suggest_one_by_one(lambda known: design(known, context), trials, context).params
    one_by_one = make_trials(SMALL, [])
    for _ in range(3):
        params = design(one_by_one, context)
        one_by_one = one_by_one.with_pending([params])
    assert params == last
