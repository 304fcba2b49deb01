"""Tests of trials as data frames."""

import math

import numpy as np
import pandas as pd
from hypothesis import given

import strategies
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Categorical, Float, Int, Space
from paretune.trials import Trials

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


def table():
    return Trials.from_columns(COLUMNS, SPACE, OBJECTIVES)


def assert_same(a, b):
    assert a.space == b.space
    assert a.objectives == b.objectives
    assert a.params == b.params
    for name in ("losses", "losses_se", "states", "reasons", "numbers", "started", "durations"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


@given(strategies.trials())
def test_table_survives_conversion_to_a_frame(trials):
    assert_same(Trials.from_frame(trials.to_frame(), trials.space, trials.objectives), trials)


def test_frame_has_one_row_for_each_trial_and_typed_columns():
    frame = table().to_frame()
    assert list(frame) == ["number", "state", "reason", *SPACE, "accuracy", "time", "started", "duration"]
    assert [frame[name].dtype.kind for name in ("number", "rate", "accuracy", "started")] == ["i", "f", "f", "M"]
    assert frame["depth"].tolist()[0] == 3
    assert frame["depth"].isna().tolist() == [False, True, True, False]
    assert frame["accuracy"].tolist()[:2] == [0.9, 0.4]


def test_standard_errors_have_a_column_only_if_any_is_known():
    trials = Trials.from_columns({**COLUMNS, "time_se": [0.1, None, None, None]}, SPACE, OBJECTIVES)
    assert [name for name in trials.to_frame() if name.endswith("_se")] == ["time_se"]


def test_only_columns_of_parameters_are_required():
    trials = Trials.from_frame(pd.DataFrame({"x": [0.5]}), Space({"x": Float(0, 1)}), OBJECTIVES)
    assert trials.failures() == {"crashed": 1}
