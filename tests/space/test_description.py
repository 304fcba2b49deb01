"""Plain descriptions of spaces; `tests/space/test_space.py` has more of them."""

import pytest

from paretune.errors import InvalidInputError
from paretune.space import Int, LinearConstraint
from paretune.space.description import prefix_errors, read_description

INT = {"type": "int", "low": 1, "high": 9}


def test_description_has_parameters_and_constraints():
    constraint = {"weights": {"k": 1}, "at_most": 5.0}
    parameters, constraints = read_description({"k": INT, "paretune:constraints": [constraint]})
    assert parameters == {"k": Int(1, 9)}
    assert [LinearConstraint.of(each) for each in constraints] == [LinearConstraint({"k": 1}, at_most=5)]


def test_error_begins_with_the_name_of_the_parameter():
    with pytest.raises(InvalidInputError, match="^k: step must"), prefix_errors("k"):
        raise InvalidInputError("step must be positive")
    with pytest.raises(InvalidInputError, match="k: unknown key 'hihg'; a int has low, high, log, step, when, prior"):
        read_description({"k": {**INT, "hihg": 3}})
