"""The objectives that an option names."""

import pytest

from paretune.errors import InvalidInputError
from paretune.workloads.builtin.images.objectives import DEFAULT, choose_objectives


def test_objectives_are_qualities_and_costs():
    assert choose_objectives(DEFAULT).names == ("accuracy", "latency")
    assert choose_objectives("auc, multiply_adds,parameters").names == ("auc", "multiply_adds", "parameters")


def test_wrong_objectives_are_refused():
    with pytest.raises(
        InvalidInputError, match=r"objectives: there is no 'latencie' \(did you mean 'latency'\?\); for"
    ):
        choose_objectives("accuracy,latencie")
    with pytest.raises(InvalidInputError, match="objectives: there is no 'r2'; for images there are accuracy, bal"):
        choose_objectives("r2,latency")
    with pytest.raises(InvalidInputError, match="objectives must name two or more of .*, but is 'accuracy'"):
        choose_objectives("accuracy")
