"""Tests of parsing the columns of a table of trials."""

import math

import numpy as np
import pytest

from paretune.errors import InvalidInputError
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Categorical, Float, Int, Space
from paretune.trials import Trials
from paretune.trials.columns import check_column_names, is_none_or_nan, parse_columns

SPACE = Space(
    {
        "kind": Categorical(["a", "b", None]),
        "rate": Float(0.0, 1.0),
        "depth": Int(1, 8, when={"kind": "a"}),
        "extra": Categorical([None, "on"], when={"kind": None}),
    }
)
OBJECTIVES = Objectives([Maximize("accuracy", at_least=0.5), Minimize("time")])
COLUMNS = {
    "kind": ["a", "b", None, "a"],
    "rate": [0.1, 0.2, 0.3, 0.4],
    "depth": [3, None, math.nan, 4.0],
    "extra": [None, None, "on", None],
    "accuracy": [0.9, 0.4, None, 0.7],
    "time": [1.0, 2.0, 3.0, math.nan],
}


def test_columns_become_the_fields_of_trials():
    details = {"number": [0, 2.0, 5, 6], "reason": ["", None, math.nan, "lost"], "duration": [1, None, 2.5, math.nan]}
    fields = parse_columns({**COLUMNS, **details, "accuracy_se": [0.1, None, None, None]}, SPACE, OBJECTIVES)
    assert set(fields) == {"reasons", "durations", "numbers", "losses", "losses_se", "params"}
    assert fields["numbers"] == [0, 2, 5, 6]
    assert fields["reasons"].tolist() == ["", "", "", "lost"]
    np.testing.assert_array_equal(fields["durations"], [1, math.nan, 2.5, math.nan])
    np.testing.assert_array_equal(fields["losses"], [[-0.9, 1], [-0.4, 2], [math.nan, 3], [-0.7, math.nan]])
    np.testing.assert_array_equal(fields["losses_se"][:, 0], [0.1, math.nan, math.nan, math.nan])
    assert np.isnan(fields["losses_se"][:, 1]).all()
    assert fields["params"][2] == {"kind": None, "rate": 0.3, "extra": "on"}


def test_empty_cell_is_the_choice_none_only_where_the_parameter_exists():
    params = parse_columns({**COLUMNS, "extra": [None] * 4}, SPACE, OBJECTIVES)["params"]
    assert params[1] == {"kind": "b", "rate": 0.2}
    assert params[2] == {"kind": None, "rate": 0.3, "extra": None}


@pytest.mark.parametrize(("value", "is_absent"), [(None, True), (math.nan, True), (0, False), ("", False)])
def test_only_none_and_nan_are_absent(value, is_absent):
    assert is_none_or_nan(value) == is_absent


@pytest.mark.parametrize("name", ["number", "state", "reason", "started", "duration", "accuracy_se", "time"])
def test_parameter_named_like_another_column_is_refused(name):
    check_column_names(SPACE, OBJECTIVES)
    with pytest.raises(InvalidInputError, match=f"two columns '{name}': rename the parameter or objective"):
        check_column_names(Space({name: Float(0, 1)}), OBJECTIVES)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rate": [0.1, 0.2, 2.0, 0.4]}, "row 2: rate must be between 0 and 1, but is 2.0"),
        ({"depth": [None, None, None, 4]}, "row 0: parameter depth is missing"),
        ({"depth": [3, 3, None, 4]}, "row 1: parameter depth does not exist unless kind is 'a'"),
        ({"time": [1, 2, "slow", 4]}, "row 2: time must be a number, but is 'slow'"),
        ({"time": [1, 2]}, "all columns must have the same length"),
        ({"number": [0, 1, None, 3]}, "row 2: number must be a number, but is None"),
        ({"number": [0, 1, 2, 3.5]}, "row 3: number must be a whole number"),
        ({"state": ["complete", "done", "failed", "failed"]}, "trial 1: state must be one of .*, but is 'done'"),
        ({"state": ["complete"] * 4}, "trial 2 is complete, but one of its objectives is not a finite number"),
        (
            {"reason": ["", "", "unknown", ""]},
            "trial 2: the reason of a failed trial must be one of .*'unknown'",
        ),
        ({"reason": ["crashed", "", "", ""]}, "trial 0: the reason of a complete trial must be empty"),
    ],
)
def test_wrong_cell_is_reported_with_row_and_column(changes, message):
    with pytest.raises(InvalidInputError, match=message):
        Trials.from_columns({**COLUMNS, **changes}, SPACE, OBJECTIVES)


def test_missing_column_is_named():
    with pytest.raises(InvalidInputError, match="no column 'rate': each parameter needs one: kind, rate, depth, extra"):
        Trials.from_columns({"kind": ["a"]}, SPACE, OBJECTIVES)


@pytest.mark.parametrize("name", ["state", "time", "time_se"])
def test_table_refuses_two_columns_with_one_name(name):
    space = Space({name: Float(0, 1)})
    with pytest.raises(InvalidInputError, match=f"two columns '{name}'"):
        Trials(space, OBJECTIVES).to_frame()
    with pytest.raises(InvalidInputError, match=f"two columns '{name}'"):
        Trials.from_columns({name: [0.1]}, space, OBJECTIVES)
