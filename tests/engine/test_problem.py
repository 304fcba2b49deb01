"""A problem checks the arguments of `suggest` and the trials."""

import numpy as np
import pytest

from paretune.engine.problem import Problem
from paretune.errors import InvalidInputError
from paretune.objectives import Minimize, Objectives
from paretune.space import Categorical, Float, Space
from paretune.trials import Trials

SPACE = Space({"x": Float(0, 1), "c": Categorical(["a", "b"])})
LIMITED = Objectives([Minimize("f"), Minimize("g", at_most=0.5)])
TRIALS = Trials(SPACE, LIMITED, ({"x": 0.1, "c": "a"}, {"x": 0.9, "c": "b"}), losses=[[1.0, 0.3], [2.0, 0.4]])


def test_search_space_is_the_space_or_its_part_with_the_fixed_values():
    assert Problem.of(SPACE, LIMITED, None, {}).pinned_space is SPACE
    part = Problem.of(dict(SPACE), list(LIMITED), None, {"c": "b"}).pinned_space
    assert {params["c"] for params in part.decode(np.random.default_rng(0).random((20, 2)))} == {"b"}


def test_reference_point_is_within_the_limits():
    assert Problem.of(SPACE, LIMITED, [3.0, 0.7], None).reference_point(TRIALS).tolist() == [3.0, 0.5]
    default = Problem.of(SPACE, LIMITED, None, None).reference_point(TRIALS)
    assert default[0] > 2.0
    assert default[1] == 0.5


def test_checked_trials_are_without_lost_ones_and_have_the_limits_of_the_problem():
    reasons = np.array(["lost", ""], object)
    one_lost = Trials(SPACE, LIMITED, TRIALS.params, losses=[[np.nan, np.nan], [2.0, 0.4]], reasons=reasons)
    stricter = Objectives([Minimize("f"), Minimize("g", at_most=0.1)])
    checked = Problem.of(SPACE, stricter, None, None).usable_trials(one_lost)
    assert checked.objectives == stricter
    assert checked.is_failed.tolist() == [True]


def test_fixed_value_outside_the_space_is_an_error():
    with pytest.raises(InvalidInputError, match="c must be"):
        Problem.of(SPACE, LIMITED, None, {"c": "z"})
