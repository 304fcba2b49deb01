"""Tests of inferring a space from the cells of a table."""

import numpy as np
import pytest
from hypothesis import given

import strategies
from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int, Space
from paretune.trials.space_inference import ABSENT, infer_space, parse_column


def cells_of(trials):
    """Export trials and parse the columns of the parameters."""
    text = trials.to_frame()[list(trials.space)].to_csv(index=False, na_rep="")
    rows = [line.split(",") for line in text.splitlines()[1:]]
    return {name: parse_column(column) for name, column in zip(trials.space, zip(*rows, strict=True), strict=True)}


def test_columns_are_inferred_as_numbers_texts_or_booleans():
    space = infer_space(
        {
            "depth": [1, 2, 4],
            "rate": [0.1, 0.5, 0.9],
            "word": ["b", "a", "b"],
            "truth": [True, False, True],
            "nothing": [ABSENT, ABSENT, ABSENT],
        }
    )
    assert space == Space(
        {
            "depth": Int(1, 4),
            "rate": Float(0.1, 0.9),
            "word": Categorical(["a", "b"]),
            "truth": Categorical([False, True]),
        }
    )


@pytest.mark.parametrize("low", [1e-6, 1.0])
def test_log_uniform_values_get_a_logarithmic_scale(low):
    rng = np.random.default_rng(0)
    logarithmic = low * 10 ** (4 * rng.random(60))
    linear = low + 1e4 * low * rng.random(60)
    space = infer_space(
        {"log": logarithmic.tolist(), "linear": linear.tolist(), "narrow": (1 + rng.random(60)).tolist()}
    )
    assert [space[name].log for name in space] == [True, False, False]


def test_condition_is_found_if_another_column_explains_absent_values():
    space = infer_space(
        {
            "momentum": [0.9, ABSENT, 0.5, ABSENT, 0.1, ABSENT],
            "optimizer": ["sgd", "adam", "sgd", "rmsprop", "sgd", ABSENT],
            "nesterov": [True, ABSENT, False, ABSENT, ABSENT, ABSENT],
            "depth": [1, 1, 1, 1, 2, ABSENT],
            "wild": [1, ABSENT, ABSENT, 2, 3, ABSENT],
        }
    )
    assert list(space) == ["optimizer", "depth", "momentum", "wild", "nesterov"]
    assert space["momentum"].when == {"optimizer": ("sgd",)}
    assert space["nesterov"].when == {"optimizer": ("sgd",), "depth": (1,)}
    assert space["wild"].when == {}
    assert space["depth"].when == {}  # the last row is empty, and is ignored


def test_none_is_a_value_and_no_missing_one():
    space = infer_space({"norm": [None, "batch", None], "drop": [0.1, ABSENT, 0.3], "k": [None, 3, ABSENT]})
    assert space["norm"] == Categorical([None, "batch"])
    assert space["drop"].when == {"norm": (None,)}
    assert space["k"].choices == (None, 3)
    assert parse_column(["None", "batch", ""], has_none=True) == [None, "batch", ABSENT]
    assert parse_column(["None", "2.0", ""], has_none=True) == [None, 2, ABSENT]
    assert parse_column(["None", "batch"]) == ["None", "batch"]


@given(strategies.trials())
def test_inferred_space_contains_every_row(trials):
    columns = cells_of(trials) if len(trials) else {}
    if not any(value is not ABSENT for column in columns.values() for value in column):
        return
    space = infer_space(columns)
    for row in range(len(trials)):
        params = {name: columns[name][row] for name in space if columns[name][row] is not ABSENT}
        for name, value in params.items():
            assert space[name].check(name, value) == value
        assert all(space.is_active(name, params) for name in params)


def test_table_without_parameters_or_with_names_of_trials_is_refused():
    with pytest.raises(InvalidInputError, match="no column is a parameter"):
        infer_space({"x": [ABSENT]})
    with pytest.raises(InvalidInputError, match="column 'id' has 501 different texts: ignore it"):
        infer_space({"id": [f"trial {i}" for i in range(501)]})


def test_texts_with_underscores_are_not_numbers():
    assert parse_column(["64_32", "128_64"]) == ["64_32", "128_64"]


@pytest.mark.parametrize("nan", ["nan", "NaN", "-nan"])
def test_nan_is_an_empty_cell_among_numbers_and_a_text_among_texts(nan):
    assert parse_column([nan, "2", "3"]) == [ABSENT, 2, 3]
    assert parse_column(["2.0", nan, ""]) == [2, ABSENT, ABSENT]
    assert parse_column(["2.5", nan]) == [2.5, ABSENT]
    assert parse_column([nan, nan]) == [ABSENT, ABSENT]
    assert parse_column([nan, "2", "sgd"]) == [nan, "2", "sgd"]


def test_large_whole_numbers_are_exact():
    assert parse_column([str(2**53 + 1), "nan"]) == [2**53 + 1, ABSENT]
