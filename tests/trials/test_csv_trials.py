"""Tests of reading trials from CSV files."""

import numpy as np
import pytest

from paretune import Categorical, Float, Int, Maximize, Minimize, Objectives, Space, Trials
from paretune.errors import InvalidInputError
from paretune.trials import ColumnChoice, csv_column_roles, require_columns, runs_from_csv, trials_from_csv

OBJECTIVES = Objectives([Maximize("accuracy"), Minimize("latency", unit="s")])
TABLE = """number,state,reason,width,rate,optimizer,momentum,accuracy,latency,latency_se,started,duration
0,complete,,8,0.001,sgd,0.9,0.7,1.5,0.1,2026-01-01 00:00:00.250000+00:00,3.5
2,complete,,16,0.1,adam,,0.8,2.5,,,
3,failed,out_of_memory,512,0.01,adam,,,,,,
5,failed,outside_limits,32,0.01,sgd,0.5,0.5,2.0,,,
7,failed,lost,32,0.02,sgd,0.1,,,,,
8,pending,,32,0.03,adam,,,,,,
"""


def write_file(folder, text, name="trials.csv"):
    path = folder / name
    path.write_text(text)
    return path


def test_file_has_the_meaning_of_an_export(tmp_path):
    trials = trials_from_csv(write_file(tmp_path, TABLE), OBJECTIVES)
    assert trials.numbers.tolist() == [0, 2, 3, 5, 7, 8]
    assert trials.states.tolist() == ["complete", "complete", "failed", "failed", "failed", "pending"]
    assert trials.failures() == {"out_of_memory": 1, "outside_limits": 1, "lost": 1}
    np.testing.assert_array_equal(trials.values[:2], [[0.7, 1.5], [0.8, 2.5]])
    assert trials.losses_se[0, 1] == 0.1
    assert trials.started[0] == 1767225600.25
    assert trials.durations[0] == 3.5
    assert trials.params[:2] == (
        {"width": 8, "rate": 0.001, "optimizer": "sgd", "momentum": 0.9},
        {"width": 16, "rate": 0.1, "optimizer": "adam"},
    )
    assert trials.space["momentum"].when == {"optimizer": ("sgd",)}


def test_reading_inverts_exporting(tmp_path):
    space = Space(
        {
            "kind": Categorical(["a", "b, c"]),
            "truth": Categorical([True, False]),
            "rate": Float(1e-5, 1, log=True),
            "depth": Int(1, 8, when={"kind": "a"}),
        }
    )
    rng = np.random.default_rng(0)
    params = space.decode(rng.random((40, 4)))
    losses = rng.normal(size=(40, 2))
    losses[[3, 5]] = np.nan
    states = np.where(np.isnan(losses[:, 0]), "failed", "complete").astype(object)
    given = Trials(
        space, OBJECTIVES, tuple(params), losses, abs(losses) / 9, states=states, numbers=np.arange(40) * 2,
        started=np.full(40, 1.7e9) + np.arange(40) / 7, durations=rng.random(40),
    )  # fmt: skip
    read = trials_from_csv(write_file(tmp_path, given.to_frame().to_csv(index=False)), OBJECTIVES)
    assert read.params == given.params
    for name in ("losses", "losses_se", "states", "reasons", "numbers", "durations"):
        np.testing.assert_array_equal(getattr(read, name), getattr(given, name), err_msg=name)
    np.testing.assert_allclose(read.started, given.started, atol=1e-6)


def test_only_columns_of_parameters_and_objectives_are_required(tmp_path):
    trials = trials_from_csv(write_file(tmp_path, "x,latency,accuracy\n1,2,3\n2,,\n3,nan,1\n4,inf,2\n"), OBJECTIVES)
    assert trials.numbers.tolist() == [0, 1, 2, 3]
    assert trials.states.tolist() == ["complete", "failed", "failed", "failed"]
    assert trials.reasons.tolist() == ["", "crashed", "not_finite", "not_finite"]
    assert list(trials.space) == ["x"]


def test_limit_fails_trials_and_never_repairs_failed_ones(tmp_path):
    path = write_file(tmp_path, TABLE)
    limited = trials_from_csv(path, OBJECTIVES.with_limits({"accuracy": 0.4}, {"latency": 2.0}))
    assert limited.states.tolist()[:4] == ["complete", "failed", "failed", "failed"]
    assert limited.reasons.tolist()[:4] == ["", "outside_limits", "out_of_memory", "outside_limits"]


def test_ignored_columns_and_standard_errors_are_not_parameters(tmp_path):
    path = write_file(tmp_path, "x,size,size_se,accuracy,latency\n1,2,3,4,5\n")
    assert list(trials_from_csv(path, OBJECTIVES).space) == ["x", "size"]
    assert list(trials_from_csv(path, OBJECTIVES, ignore=["size"]).space) == ["x"]


def test_columns_with_a_special_meaning_can_be_ignored(tmp_path):
    path = write_file(tmp_path, "x,state,duration,accuracy,latency\n1,done,long,4,5\n")
    assert trials_from_csv(path, OBJECTIVES, ignore=["state", "duration"]).is_complete.all()


def test_ignored_column_must_be_in_at_least_one_file(tmp_path):
    first = write_file(tmp_path, "x,accuracy,latency\n1,4,5\n", "1.csv")
    second = write_file(tmp_path, "x,note,accuracy,latency\n1,a,4,5\n", "2.csv")
    require_columns([first, second], ["note"])
    assert [list(run.space) for run in runs_from_csv([first, second], OBJECTIVES, ignore=["note"])] == [["x"], ["x"]]
    with pytest.raises(InvalidInputError, match=r"1\.csv, .*2\.csv has no column 'nota'; its columns are x, acc"):
        require_columns([first, second], ["nota"])
    with pytest.raises(InvalidInputError, match="1.csv has no column 'note'"):
        trials_from_csv(first, OBJECTIVES, ignore=["note"])


def test_several_files_share_one_space(tmp_path):
    first = write_file(tmp_path, "x,kind,accuracy,latency\n1,a,1,1\n2,a,1,1\n", "1.csv")
    second = write_file(tmp_path, "kind,x,accuracy,latency\nb,9,1,2\n", "2.csv")
    runs = runs_from_csv([first, second], OBJECTIVES)
    assert [len(run) for run in runs] == [2, 1]
    assert runs[0].space == runs[1].space == Space({"x": Int(1, 9), "kind": Categorical(["a", "b"])})
    assert runs[1].params == ({"x": 9, "kind": "b"},)
    assert runs[1].values.tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("accuracy", "acc", "has no column 'accuracy'; its columns are number, state"),
        ("0.8,2.5", "1_5,2.5", "trials.csv, line 3: accuracy must be a number, or empty .*, but is '1_5'"),
        ("0.8,2.5", "high,2.5", "trials.csv, line 3: accuracy must be a number, or empty .*, but is 'high'"),
        ("1.5,0.1", "1.5,-0.1", "line 2: latency_se must be at least 0, but is '-0.1'"),
        ("3.5\n", "-1\n", "line 2: duration must be at least 0"),
        ("3.5\n", "inf\n", r"line 2: duration must be at most 1e\+15, but is 'inf'"),
        ("2,complete", "1e300,complete", r"line 3: number must be at most 1e\+15, but is '1e300'"),
        ("2,complete", "9" * 50 + ",complete", r"line 3: number must be at most 1e\+15, but is '9+\.\.\.9+'$"),
        ("2,complete", "0,complete", "line 3: number must be a whole number that no other row has, but is '0'"),
        ("2,complete", ",complete", "line 3: number must be a whole number"),
        ("2,complete", "2,done", "line 3: state must be one of complete, failed, pending.*, or empty, but is 'done'"),
        ("out_of_memory", "bored", "line 4: reason must be one of crashed, .*, but is 'bored'"),
        ("failed,lost", "complete,", "trials.csv: trial 7 is complete, but one of its objectives is not a finite"),
        ("2026-01-01 ", "yesterday ", "line 2: started must be a date such as 2026-01-31"),
    ],
)
def test_wrong_cell_is_reported_with_line_and_column(tmp_path, before, after, message):
    with pytest.raises(InvalidInputError, match=message) as caught:
        trials_from_csv(write_file(tmp_path, TABLE.replace(before, after, 1)), OBJECTIVES)
    assert str(caught.value).count("trials.csv") == 1


def test_nan_among_numbers_means_an_absent_parameter_with_known_and_unknown_space(tmp_path):
    path = write_file(tmp_path, "x,word,accuracy,latency\nnan,nan,1,1\n2,a,1,1\n3,a,1,1\n")
    found = trials_from_csv(path, OBJECTIVES)
    assert found.params == ({"word": "nan"}, {"x": 2, "word": "a"}, {"x": 3, "word": "a"})
    assert found.space["x"] == Int(2, 3, when={"word": "a"})
    assert trials_from_csv(path, OBJECTIVES, space=found.space).params == found.params


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "1e999", "9" * 400, "9" * 5000])
@pytest.mark.parametrize("other", ["2", "2.5", ""])
def test_infinite_parameter_is_refused_with_file_and_line(tmp_path, cell, other):
    first = write_file(tmp_path, f"x,y,accuracy,latency\n{other},1,1,1\n", "1.csv")
    second = write_file(tmp_path, f"y,x,accuracy,latency\n1,3,1,1\n2,{cell},1,1\n", "2.csv")
    with pytest.raises(InvalidInputError, match=r"2\.csv, line 3: x must be a number of at most 1.8e308, ") as caught:
        runs_from_csv([first, second], OBJECTIVES)
    assert len(str(caught.value)) < 300


def test_file_without_parameters_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match="trials.csv: no column is a parameter"):
        trials_from_csv(write_file(tmp_path, "accuracy,latency\n1,2\n"), OBJECTIVES)


@pytest.mark.parametrize("choice", [ColumnChoice(parameters=["loss"]), ColumnChoice(ignored=["loss"])])
def test_objective_is_neither_parameter_nor_ignored(choice, tmp_path):
    (tmp_path / "t.csv").write_text("x,loss\n1,2\n2,1\n")
    with pytest.raises(InvalidInputError, match="'loss' is an objective"):
        csv_column_roles([tmp_path / "t.csv"], ["loss"], choice)
