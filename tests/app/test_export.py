"""A study as text and as a file."""

import gzip
import io
import json
from pathlib import Path

import pandas as pd
import pytest

from paretune import Categorical, Float, Minimize, Space, Study, Trials, pareto
from paretune.app.export import ExportFormat, check_ending, curves_text, export_study, export_text, write_export
from paretune.errors import InvalidInputError
from paretune.study import StudyView, load
from paretune.trials import trials_from_csv


def test_csv_has_one_row_a_trial_and_front_only_the_efficient(random_study):
    study = load(random_study, "paretune.db")
    table = pd.read_csv(io.StringIO(export_text(study)))
    front = pd.read_csv(io.StringIO(export_text(study, front=True)))
    assert table.number.tolist() == list(range(12))
    assert front.number.tolist() == pareto.efficient_trials(study.trials).numbers.tolist()


def test_json_has_metrics_and_records(random_study):
    study = load(random_study, "paretune.db")
    rows = json.loads(export_text(study, ExportFormat.json), parse_constant=pytest.fail)
    assert [set(row) >= {"metrics", "record", "accuracy"} for row in rows] == [True] * 12
    assert rows[0]["record"]["durations"].keys() >= {"evaluate"}


def test_none_is_exported_as_a_value(tmp_path):
    space = Space(
        {
            "norm": Categorical([None, "batch"]),
            "drop": Float(0, 1, when={"norm": (None,)}),
            "k": Categorical([None, 1], when={"norm": "batch"}),
        }
    )
    rows = [
        {"norm": None, "drop": 0.5},
        {"norm": "batch", "k": None},
        {"norm": "batch", "k": 1},
        {"norm": None, "drop": 1},
    ]
    trials = Trials(space, [Minimize("loss")], tuple(rows), losses=[[1.0], [2.0], [3.0], [4.0]])
    study = StudyView("a", trials, {}, {number: {} for number in range(4)})

    path = tmp_path / "a.csv"
    path.write_text(export_text(study))
    assert path.read_text().splitlines()[1].startswith("0,complete,,None,0.5,,1.0")
    assert list(trials_from_csv(path, trials.objectives, space=space).params) == rows
    inferred = trials_from_csv(path, trials.objectives)
    assert list(inferred.params) == rows
    assert inferred.space["drop"].when == {"norm": (None,)}

    found = json.loads(export_text(study, ExportFormat.json))
    assert [(row["norm"], row.get("k", "absent")) for row in found] == [
        (None, "absent"),
        ("batch", None),
        ("batch", 1),
        (None, "absent"),
    ]


def repeated_study(path):
    study = Study({"x": Float(0, 1)}, [Minimize("f"), Minimize("g")], storage=path, searcher="random")
    study.run(lambda params, seed: {"f": params["x"] + seed % 7, "g": -params["x"]}, n_trials=3)
    study.enqueue(study.trials.params[1], is_repeat=True)
    study.run(lambda params, seed: {"f": params["x"] + seed % 7, "g": -params["x"]}, n_trials=4)
    return load("study", path)


def test_export_has_seeds_and_the_first_trial_of_each_configuration(tmp_path, quiet_optuna):  # noqa: ARG001
    study = repeated_study(tmp_path / "paretune.db")
    table = pd.read_csv(io.StringIO(export_text(study)))
    assert table["paretune:configuration"].tolist() == [0, 1, 2, 1]
    assert table["paretune:seed"].tolist() == [study.records[number]["seed"] for number in range(4)]
    assert table["paretune:seed"].nunique() == 4
    front = pd.read_csv(io.StringIO(export_text(study, front=True)))
    assert front["paretune:configuration"].tolist() == table["paretune:configuration"][front.number].tolist()
    rows = json.loads(export_text(study, ExportFormat.json))
    assert [row["metrics"]["seed"] for row in rows] == table["paretune:seed"].tolist()


def test_exported_seeds_and_repeats_are_read_as_no_parameters(tmp_path, quiet_optuna):  # noqa: ARG001
    study = repeated_study(tmp_path / "paretune.db")
    path = tmp_path / "a.csv"
    path.write_text(export_text(study))
    trials = trials_from_csv(path, study.trials.objectives)
    assert list(trials.space) == ["x"]
    assert trials.params == study.trials.params


def test_same_study_gives_same_compressed_bytes(random_study):
    for name in ("a.csv.gz", "b.csv.gz"):
        export_study(random_study, "paretune.db", Path(name))
    assert Path("a.csv.gz").read_bytes() == Path("b.csv.gz").read_bytes()
    assert gzip.decompress(Path("a.csv.gz").read_bytes()).decode() == export_text(load(random_study, "paretune.db"))


def test_file_in_missing_folder_is_refused():
    with pytest.raises(InvalidInputError, match="cannot write no/such.csv: No such file"):
        write_export(Path("no/such.csv"), "text")


@pytest.mark.parametrize(
    ("name", "format_", "remedy"),
    [
        ("x.json", "csv", r"name it x\.csv, or add --format json$"),
        ("x.json.gz", "csv", r"name it x\.csv, or add --format json$"),
        ("x.CSV", "json", r"name it x\.json, or add --format csv$"),
        ("x.csv", "origin", r"name it x\.json, or add --format csv$"),
        ("x.xlsx", "csv", r"name it x\.csv$"),
    ],
)
def test_ending_that_contradicts_the_format_is_refused(random_study, name, format_, remedy):
    with pytest.raises(InvalidInputError, match=f"but --format {format_} is written: {remedy}"):
        export_study(random_study, "paretune.db", Path(name), ExportFormat(format_))
    assert not Path(name).exists()


@pytest.mark.parametrize("name", ["x", "x.txt", "x.csv.gz", "x.v2"])
def test_ending_without_another_format_is_allowed(name):
    check_ending(Path(name), ExportFormat.csv)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "study 'random' has no curves: none of its trials reported metrics with a step"),
        ({"front": True}, "study 'random' has no curves: none of its efficient trials reported metrics with a step"),
        ({"format_": ExportFormat.origin}, "--curves writes CSV or JSON: leave --format origin out"),
    ],
)
def test_curves_that_do_not_exist_are_refused(random_study, options, message):
    with pytest.raises(InvalidInputError, match=message):
        curves_text(load(random_study, "paretune.db"), **options)


def test_front_of_the_origin_is_refused(random_study):
    with pytest.raises(InvalidInputError, match="--front chooses trials, and --format origin writes none"):
        export_text(load(random_study, "paretune.db"), ExportFormat.origin, front=True)
