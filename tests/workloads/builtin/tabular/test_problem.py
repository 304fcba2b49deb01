"""A table that is ready to search, in words, and options that do not fit it."""

import pytest

from paretune.errors import InvalidInputError
from paretune.workloads.builtin.tabular import WORKLOAD, tailor
from paretune.workloads.builtin.tabular.problem import open_problem

from .mixed_table import mixed_table


@pytest.fixture
def path(tmp_path):
    frame = mixed_table()
    frame.loc[0, "kind"] = None
    frame.to_csv(tmp_path / "mixed.csv", index=False)
    return str(tmp_path / "mixed.csv")


def options(**given):
    return WORKLOAD.parse_settings(given).options


def test_problem_is_described_in_one_line(path, capsys):
    text = open_problem(options(data=path, target="kind")).describe()
    assert text.startswith("mixed.csv: classification with 2 classes of 'kind' from 6 columns (2 numbers, 1 dates")
    assert text.endswith("47 rows in 5 folds, and 12 rows as the test part, split at random")
    assert "1 rows without a target are left out" in capsys.readouterr().err


def test_same_options_share_one_problem(path):
    assert open_problem(options(data=path, target="kind")) is open_problem(options(data=path, target="kind"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"groups": "shopp"}, r"no column 'shopp' \(did you mean 'shop'\?\) to split by"),
        ({"time": "kind"}, "'kind' is the target"),
        ({"groups": "shop", "time": "day"}, "give either groups or time"),
    ],
)
def test_wrong_column_to_split_by_is_refused(path, given, message):
    with pytest.raises(InvalidInputError, match=message):
        open_problem(options(data=path, target="kind", **given))


def test_workload_has_objectives_and_models_for_its_table(path):
    found = tailor(options(data=path, target="price", models="linear,nearest"), None)
    assert found.objectives.names == ("r2", "batch_time")
    assert found.space["model"].choices == ("linear", "nearest")
    assert found.space["neighbors"].high == 24
    assert [params["model"] for params in found.first_configurations(found.space, {})] == [
        "linear",
        "nearest",
        "linear",
    ]


def test_data_folder_is_refused(path, tmp_path):
    with pytest.raises(InvalidInputError, match="tabular takes its table by --data: leave --data-dir out"):
        tailor(options(data=path, target="kind"), tmp_path)
