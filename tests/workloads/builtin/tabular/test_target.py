"""The task that a target has, its classes, and targets that cannot be learned from."""

import numpy as np
import pandas as pd
import pytest

from paretune.errors import DataError, InvalidInputError
from paretune.workloads.builtin.tabular.reading import Table
from paretune.workloads.builtin.tabular.target import read_target, target_name


def target_of(values, task="auto"):
    return read_target(pd.DataFrame({"y": values}), "y", task)


@pytest.mark.parametrize(
    ("values", "task", "classes"),
    [
        (["no", "yes"] * 15, "classification", ("no", "yes")),
        ([True, False] * 15, "classification", ("False", "True")),
        ([10, 9, 2] * 10, "classification", ("2", "9", "10")),
        ([10.0, 9.0] * 15, "classification", ("9", "10")),
        (list(range(30)), "regression", ()),
        ([0.5, 1.0] * 15, "regression", ()),
    ],
)
def test_task_is_found_by_values(values, task, classes):
    found = target_of(values)
    assert (found.task, found.classes) == (task, classes)


def test_given_task_replaces_the_found_one():
    assert target_of([1, 2] * 15, "regression").y.tolist() == [1.0, 2.0] * 15
    assert len(target_of(list(range(10)) * 3 + [0.5] * 3, "classification").classes) == 11


@pytest.mark.parametrize(
    ("values", "task", "message"),
    [
        (["a"] * 30, "auto", "the target 'y' is 'a' in all rows"),
        (["a"] * 29 + ["b"], "auto", "has only 1 row of the class 'b': each class needs 3"),
        (["a"] * 27 + ["b", "b", "c"], "auto", "has only 2 rows of the class 'b', as 1 other classes"),
        (["a", "b"], "auto", "only 2 rows have a value"),
        (["a", "b"] * 15, "regression", "has values that are no numbers: set task=classification"),
        (list(np.arange(3300) // 3), "classification", "has 1,100 classes"),
    ],
)
def test_target_that_cannot_be_learned_is_refused(values, task, message):
    with pytest.raises(DataError, match=message):
        target_of(values, task)


def test_target_column_must_be_named_and_exist():
    table = Table("t.csv", pd.DataFrame({"price": [1], "size": [2]}), "0")
    with pytest.raises(InvalidInputError, match="name the column to predict with --target: t.csv has price, size"):
        target_name(table, "t.csv", "")
    with pytest.raises(InvalidInputError, match=r"no column 'prise' \(did you mean 'price'\?\)"):
        target_name(table, "t.csv", "prise")
    assert target_name(table, "iris", "price") == "price"
