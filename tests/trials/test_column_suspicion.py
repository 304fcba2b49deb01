"""Tests of suspecting columns that are no parameters."""

import pytest

from paretune.trials.column_suspicion import suspicion

MANY = [f"{i / 7:.4f}" for i in range(20)]


@pytest.mark.parametrize(
    ("name", "cells", "reason"),
    [
        ("Name", ["a", "b"], "its name is that of bookkeeping"),
        ("Trial ID", ["1", "2"], "its name is that of bookkeeping"),
        ("when", ["2026-01-01", "2026-01-02"], "it has dates"),
        ("params_M", MANY, "its name and values are those of an outcome"),
        ("val_loss", MANY, "its name and values are those of an outcome"),
        ("trainTime_s", MANY, "its name and values are those of an outcome"),
        ("test/anything", MANY, "its name and values are those of an outcome"),
        ("label", [f"run {i}" for i in range(6)], "it differs in every row and has no numbers"),
        ("fixed", ["7"] * 6, "it has one value in all rows"),
        ("nearly", ["7"] * 39 + ["8"], "it hardly varies"),
        ("nothing", ["", ""], "it is empty"),
    ],
)
def test_column_that_is_probably_no_parameter_is_suspected(name, cells, reason):
    assert suspicion(name, cells, []) == reason


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("x", MANY),
        ("learning_rate", MANY),
        ("loss", ["mse", "mae", "mse"]),
        ("loss_weight", MANY),
        ("max_time", ["10", "20", "10", "20", "10", "20"]),
        ("batch_size", ["8", "16"]),
        ("optimizer", ["adam", "sgd"]),
        ("fixed", ["7"] * 3),
        ("rate", [*MANY, "o.5"]),
    ],
)
def test_column_that_may_be_a_parameter_is_not_suspected(name, cells):
    assert suspicion(name, cells, []) == ""


def test_column_that_is_empty_exactly_where_the_objectives_are_is_suspected():
    is_unknown = [False, True, False, False]
    assert suspicion("z", ["1", "", "2", "3"], is_unknown) == "it is empty exactly where the objectives are"
    assert suspicion("z", ["1", "", "2", ""], is_unknown) == ""
    assert suspicion("z", ["1", "2", "2", "3"], is_unknown) == ""
