"""Tests of translating the cells and rows of tables."""

import pytest

from paretune import Maximize, Minimize, Objectives
from paretune.errors import InvalidInputError
from paretune.trials import trials_from_csv

WANTED = Objectives([Maximize("accuracy"), Minimize("latency")])


def read(folder, text, objectives=WANTED, **options):
    path = folder / "t.csv"
    path.write_text(text)
    return trials_from_csv(path, objectives, **options)


def test_one_word_among_numbers_is_an_empty_cell_or_a_number(tmp_path):
    text = "x,y,accuracy,latency\n1,0.5,97%,2\n2,N/A,95,-\n3,0.75,98,None\n4,-,96,3\n"
    trials = read(tmp_path, text)
    assert trials.values[0].tolist() == [97, 2]
    assert trials.states.tolist() == ["complete", "failed", "failed", "complete"]
    assert [params.get("y") for params in trials.params] == [0.5, None, 0.75, None]


def test_bad_cell_among_many_numbers_is_reported_with_its_line(tmp_path):
    rows = [f"{i / 7:.3f},1,{i}" for i in range(1, 30)]
    text = "\n".join(["x,accuracy,latency", *rows, "o.5,1,2"])
    with pytest.raises(InvalidInputError, match=r"t\.csv, line 31: x must be a number as in most rows, .* 'o\.5'"):
        read(tmp_path, text + "\n")
    with pytest.raises(InvalidInputError, match=r"t\.csv, line 3: accuracy must be a number, or empty .* 'high'"):
        read(tmp_path, "x,accuracy,latency\n1,N/A,2\n2,high,3\n")


def test_cell_may_have_any_length(tmp_path):
    text = f"x,note,accuracy,latency\n1,{'a' * 200_000},1,2\n2,b,1,3\n"
    assert list(read(tmp_path, text).space) == ["x"]


def test_rows_without_a_configuration_are_left_out(tmp_path):
    mark = "run_id,experiment_id,status,params.x,metrics.accuracy,metrics.latency\n"
    trials = read(tmp_path, mark + "a,1,FINISHED,1,2,3\nb,1,FINISHED,,,\n")
    assert trials.params == ({"x": 1},)


def test_name_that_another_column_has_keeps_its_mark(tmp_path):
    mark = "run_id,experiment_id,status,params.x,params.accuracy,metrics.accuracy,metrics.latency\n"
    trials = read(tmp_path, mark + "a,1,FINISHED,1,7,2,3\n")
    assert trials.params == ({"x": 1, "params.accuracy": 7},)
    assert trials.values.tolist() == [[2, 3]]
