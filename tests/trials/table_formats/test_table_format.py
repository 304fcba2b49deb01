"""Tests of the description of a tool's table."""

import pytest

from paretune.trials.csv_file import read_csv
from paretune.trials.table_formats.known_formats import KNOWN_FORMATS, MLFLOW, SIGOPT
from paretune.trials.table_formats.table_format import matches_all, without_prefix


def test_marks_are_removed_from_names():
    assert (MLFLOW.plain_parameter("params.lr"), MLFLOW.plain_parameter("lr")) == ("lr", None)
    assert (SIGOPT.plain_metric("values.acc.value"), MLFLOW.plain_metric("metrics.loss")) == ("acc", "loss")
    assert "values.acc.value" in SIGOPT.metric_columns("acc")
    assert without_prefix("params.", ["params."]) is None


def test_columns_of_the_tool_are_bookkeeping():
    assert MLFLOW.is_bookkeeping("tags.mlflow.user")
    assert MLFLOW.is_bookkeeping("status")
    assert not MLFLOW.is_bookkeeping("metrics.loss")
    assert MLFLOW.short == "MLflow"


def test_all_columns_must_have_a_name_or_prefix():
    assert matches_all(["a", "p_x"], {"a"}, ("p_",))
    assert not matches_all(["a", "q_x"], {"a"}, ("p_",))


@pytest.mark.parametrize("text", ["x,accuracy\n1,2\n", "params_M,value,note\n1,2,3\n", "Name,State,x\na,b,1\n"])
def test_table_of_no_tool_fits_no_format(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_text(text)
    assert [known.tool for known in KNOWN_FORMATS if known.fits(read_csv(path))] == []
