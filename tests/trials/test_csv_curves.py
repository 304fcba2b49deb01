"""Tests of the CSV file of learning curves."""

import gzip

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

import strategies
from paretune.errors import InvalidInputError
from paretune.trials import Curves, curves_from_csv


def write(folder, text):
    path = folder / "curves.csv"
    path.write_text(text)
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strategies.curve_reports())
def test_exported_curves_are_read_again(tmp_path, reports):
    curves = Curves.from_reports(*reports)
    path = write(tmp_path, curves.to_frame().to_csv(index=False))
    if len(curves):
        pd.testing.assert_frame_equal(curves_from_csv(path, [0, 3, 4, 7]).to_frame(), curves.to_frame())


def test_later_row_replaces_earlier_and_order_does_not_matter(tmp_path):
    path = write(tmp_path, "step,number,loss,accuracy\n2,1,0.5,\n1,1,inf,0.25\n2,1.0,0.75,nan\n1,0,,\n")
    frame = curves_from_csv(path).to_frame()
    expected = {"number": [0, 1, 1], "step": [1, 1, 2], "loss": [None, None, 0.75], "accuracy": [None, 0.25, None]}
    pd.testing.assert_frame_equal(frame, pd.DataFrame(expected))


def test_large_steps_and_compressed_files_are_read(tmp_path):
    path = tmp_path / "curves.csv.gz"
    path.write_bytes(gzip.compress(f"number,step\n0,{2**62}\n0,{2**62 + 1}\n".encode()))
    assert curves_from_csv(path).steps.tolist() == [2**62, 2**62 + 1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("number,loss\n1,2\n", "curves.csv has no column 'step'; its columns are number, loss"),
        ("step,loss\n1,2\n", "curves.csv has no column 'number'; its columns are step, loss"),
        ("number,step,loss\n1,1,2\n9,1,2\n", "line 3: number must be the number of one of the trials, but is '9'"),
        ("number,step,loss\n1,1,2\n1,1.5,2\n", "line 3: step must be a whole number of at least 0, but is '1.5'"),
        ("number,step,loss\n1,-1,2\n", "line 2: step must be a whole number of at least 0, but is '-1'"),
        ("number,step,loss\n1,,2\n", "line 2: step must be a whole number of at least 0, but is ''"),
        ("number,step,loss\n1,inf,2\n", "line 2: step must be a whole number of at least 0, but is 'inf'"),
        ("number,step,loss\n1,1e30,2\n", "line 2: step must be a whole number of at least 0, but is '1e30'"),
        ("number,step,loss\none,1,2\n", "line 2: number must be a whole number of at least 0, but is 'one'"),
        ("number,step,loss\n1,1,low\n", "line 2: loss must be a number, or empty if not known, but is 'low'"),
        ("number,step,loss\n1,1\n", "line 2: there are 2 cells for 3 columns"),
        ("number,step,loss\n", "curves.csv has no rows"),
        ("", "curves.csv is empty"),
    ],
)
def test_wrong_file_is_refused_by_line(tmp_path, text, message):
    with pytest.raises(InvalidInputError, match=message) as error:
        curves_from_csv(write(tmp_path, text), [1, 2])
    assert "\n" not in str(error.value)
