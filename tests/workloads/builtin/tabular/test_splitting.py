"""The test part and the folds: disjoint, stratified, by groups or by time."""

import numpy as np
import pandas as pd
import pytest

from paretune.errors import DataError
from paretune.workloads.builtin.tabular.splitting import split_rows
from paretune.workloads.builtin.tabular.target import read_target

PLAIN = {"folds": "auto", "test_share": 0.2, "groups": "", "time": ""}


def split(frame, task="auto", **options):
    target = read_target(frame, "y", task)
    return target, split_rows(frame, target, {**PLAIN, **options})


def rows_of(target, found):
    folds = list(found.folds(target, 0))
    for train, validation in folds:
        assert not set(train) & set(validation)
        assert not (set(train) | set(validation)) & set(found.test)
    return folds


def test_folds_and_test_part_are_disjoint_and_stratified():
    frame = pd.DataFrame({"y": ["a"] * 40 + ["b"] * 20})
    target, found = split(frame)
    assert np.bincount(target.y[found.test].astype(int)).tolist() == [8, 4]
    validations = [validation for _, validation in rows_of(target, found)]
    assert sorted(np.concatenate(validations)) == sorted(found.search)
    assert {sum(target.y[validation]) for validation in validations} <= {3.0, 4.0}


def test_repeats_shuffle_differently_and_the_same_each_time():
    target, found = split(pd.DataFrame({"y": ["a", "b"] * 30}))
    first, again, other = (next(found.folds(target, repeat))[1].tolist() for repeat in (0, 0, 1))
    assert first == again != other


def test_rare_class_lowers_number_of_folds():
    assert split(pd.DataFrame({"y": ["a"] * 40 + ["b"] * 4}))[1].n_folds == 3


def test_large_table_has_one_held_out_part():
    target, found = split(pd.DataFrame({"y": np.arange(10_000) / 7}))
    assert found.n_folds == 1
    ((train, validation),) = rows_of(target, found)
    assert (len(train), len(validation)) == (6400, 1600)


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_rows_of_one_group_stay_in_one_part(task):
    frame = pd.DataFrame({"y": [0, 1] * 60, "g": np.repeat([f"g{i}" for i in range(20)], 6)})
    target, found = split(frame, task, groups="g")
    groups = frame["g"].to_numpy()
    assert not set(groups[found.search]) & set(groups[found.test])
    for train, validation in rows_of(target, found):
        assert not set(groups[train]) & set(groups[validation])


@pytest.mark.parametrize("folds", [1, 4])
def test_later_rows_are_predicted_from_earlier_ones(folds):
    frame = pd.DataFrame({"y": np.arange(60) / 7, "t": pd.date_range("2024-01-01", periods=60)[::-1].astype(str)})
    target, found = split(frame, time="t", folds=folds)
    times = frame["t"].to_numpy()
    assert times[found.search].max() < times[found.test].min()
    for train, validation in rows_of(target, found):
        assert times[train].max() < times[validation].min()


def test_class_only_in_test_part_is_refused():
    frame = pd.DataFrame({"y": ["a", "b"] * 25 + ["c"] * 10, "t": range(60)})
    with pytest.raises(DataError, match="the class 'c' of 'y' is only in the test part"):
        split(frame, time="t")


def test_columns_without_times_or_groups_are_refused():
    frame = pd.DataFrame({"y": ["a", "b"] * 20, "t": ["x", "y"] * 20})
    with pytest.raises(DataError, match="'t' must have a time in each row"):
        split(frame, time="t")
    with pytest.raises(DataError, match="'t' has fewer than 3 groups"):
        split(frame, groups="t")
