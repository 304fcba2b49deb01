"""Conditions on objectives in one text; `tests/study/test_stopping.py` has more of them."""

import numpy as np
import pytest

from paretune.errors import InvalidInputError
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.trials.target_conditions import parse_target, target_losses

OBJECTIVES = Objectives([Maximize("accuracy"), Minimize("latency"), Minimize("size, in MB")])


def test_conditions_become_losses_and_the_others_are_infinite():
    target = "accuracy>=0.8, size, in MB <= 20 and accuracy >= 0.7"
    assert target_losses(target, OBJECTIVES).tolist() == [-0.8, np.inf, 20.0]


def test_empty_target_has_no_conditions():
    assert parse_target("  ", OBJECTIVES) == []


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("accuracy<=0.8", "accuracy is maximized, so write the target as accuracy>=0.8, not 'accuracy<=0.8'"),
        ("speed>=1", "'speed>=1' is no condition of a target: write accuracy>=0.5 and ..., with the objectives"),
        ("accuracy>=nan", "'accuracy>=nan' is no condition of a target"),
        ("accuracy", "'accuracy' is no condition of a target"),
    ],
)
def test_wrong_condition_is_refused(target, message):
    with pytest.raises(InvalidInputError) as error:
        parse_target(target, OBJECTIVES)
    assert message in str(error.value)
