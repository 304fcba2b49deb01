"""Tests of reading the configurations of a known space from a CSV file."""

import csv

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import strategies
from paretune import Categorical, Float, Int, Space
from paretune.errors import InvalidInputError
from paretune.trials.csv_configurations import read_configurations
from paretune.trials.csv_file import read_csv


def read(folder, text, space):
    path = folder / "trials.csv"
    path.write_text(text)
    return read_configurations(read_csv(path), space)


def has_distinct_texts(space):
    """Texts can only be read back if no two choices have the same one, or the text of an empty cell."""
    choices = [parameter.choices for parameter in space.values() if isinstance(parameter, Categorical)]
    return all(len({"" if c is None else str(c) for c in each}) == len(each) for each in choices)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), strategies.spaces().filter(has_distinct_texts))
def test_configurations_are_unchanged_by_writing_and_reading(tmp_path, data, space):
    configurations = space.decode(data.draw(strategies.cubes(space)))
    with (tmp_path / "trials.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["state", *space])
        for params in configurations:
            writer.writerow(["complete", *(params.get(name) for name in space)])
    assert read_configurations(read_csv(tmp_path / "trials.csv"), space) == configurations


@pytest.mark.parametrize("cell", ["10", "10.0", "1e1", " 10 "])
def test_number_of_a_choice_can_be_written_in_any_form(tmp_path, cell):
    assert read(tmp_path, f"x\n{cell}\n", Space({"x": Categorical([10, 20])})) == [{"x": 10}]


def test_text_of_a_choice_wins_over_its_number(tmp_path):
    assert read(tmp_path, "x\n1\n1.0\n", Space({"x": Categorical(["1", 1.0])})) == [{"x": "1"}, {"x": 1.0}]


def test_empty_cell_is_an_absent_parameter_or_an_empty_choice(tmp_path):
    space = Space({"kind": Categorical(["a", "b"]), "sched": Categorical([None, "cosine"], when={"kind": "a"})})
    found = read(tmp_path, "kind,sched\na,\nb,\na,cosine\n", space)
    assert found == [{"kind": "a", "sched": None}, {"kind": "b"}, {"kind": "a", "sched": "cosine"}]


def test_none_in_a_cell_is_the_choice_none_unless_it_is_a_text(tmp_path):
    space = Space({"norm": Categorical([None, "batch", 3]), "drop": Float(0, 1, when={"norm": (None,)})})
    assert read(tmp_path, "norm,drop\nNone,0.5\n3,\n,0.1\n", space) == [
        {"norm": None, "drop": 0.5},
        {"norm": 3},
        {"norm": None, "drop": 0.1},
    ]
    assert read(tmp_path, "x,y\nNone,1\n,1\n", Space({"x": Categorical(["None", None]), "y": Int(1, 2)})) == [
        {"x": "None", "y": 1},
        {"x": None, "y": 1},
    ]
    with pytest.raises(InvalidInputError, match="x must be one of 'a', 'b', but is 'None'"):
        read(tmp_path, "x\nNone\n", Space({"x": Categorical(["a", "b"])}))


def test_nan_is_an_empty_cell_of_numbers_and_a_text_of_choices(tmp_path):
    space = Space({"word": Categorical(["nan", "a"]), "x": Float(0, 1, when={"word": "a"})})
    assert read(tmp_path, "word,x\nnan,nan\na,0.5\n", space) == [{"word": "nan"}, {"word": "a", "x": 0.5}]


def test_pending_trial_has_the_known_part_of_its_configuration(tmp_path):
    space = Space({"x": Int(1, 9), "y": Int(1, 9)})
    assert read(tmp_path, "state,x,y\npending,3,\n", space) == [{"x": 3}]
    with pytest.raises(InvalidInputError, match=r"trials.csv, line 2: parameter y is missing"):
        read(tmp_path, "state,x,y\ncomplete,3,\n", space)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("9,a", "line 2: x must be between 1 and 5, but is 9"),
        ("many,a", "line 2: x must be a number, but is 'many'"),
        ("1.5,a", "line 2: x must be a whole number, but is 1.5"),
        ("1,c", "line 2: kind must be one of 'a', 'b', but is 'c'"),
    ],
)
def test_value_outside_the_space_is_refused_with_its_line(tmp_path, row, message):
    with pytest.raises(InvalidInputError, match=message):
        read(tmp_path, f"x,kind\n{row}\n", Space({"x": Int(1, 5), "kind": Categorical(["a", "b"])}))


@pytest.mark.parametrize("choices", [[1, "1"], [True, "True"], ["a", " a"], ["", None]])
def test_choices_with_the_same_text_are_refused(tmp_path, choices):
    with pytest.raises(InvalidInputError, match=r"line 2: x has several choices that are written '.*': \["):
        read(tmp_path, f"y,x\n1,{str(choices[0] or '').strip()}\n", Space({"y": Int(1, 2), "x": Categorical(choices)}))
