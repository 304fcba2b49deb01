"""Kinds of columns, and their values as numbers and texts."""

import numpy as np
import pandas as pd
import pytest

from paretune.errors import DataError
from paretune.workloads.builtin.tabular.columns import MISSING, find_columns

from .mixed_table import mixed_table


def test_each_column_has_its_kind():
    found = find_columns(mixed_table(), ["kind", "price"])
    assert found.numbers == ("amount",)
    assert found.dates == ("day",)
    assert found.categories == ("shop",)
    assert found.many == ("customer",)
    assert found.texts == ("note",)
    assert found.unused == ("constant",)


def test_column_of_ten_thousand_categories_is_one_of_many():
    frame = pd.DataFrame({"id": [f"c{i % 10_000}" for i in range(20_000)], "y": 0})
    assert find_columns(frame, ["y"]).many == ("id",)


def test_features_have_numbers_parts_of_dates_and_texts():
    frame = mixed_table()
    features = find_columns(frame, ["kind", "price"]).features(frame)
    assert features["day: month"].iloc[40] == 2
    assert features["day: day_of_week"].iloc[0] == 0
    assert features["shop"].iloc[5] == MISSING
    assert np.isnan(features["amount"].iloc[3])


def test_numbers_and_dates_alone_are_an_array():
    frame = mixed_table()[["amount", "day"]]
    assert find_columns(frame, []).features(frame).shape == (60, 7)


def test_missing_column_is_named():
    columns = find_columns(mixed_table(), ["kind", "price"])
    with pytest.raises(DataError, match="the table has no column 'shop', which the model was trained on"):
        columns.features(mixed_table().drop(columns="shop"))


def test_table_without_a_varying_column_is_refused():
    with pytest.raises(DataError, match="no column to predict from"):
        find_columns(mixed_table()[["constant", "price"]], ["price"])
