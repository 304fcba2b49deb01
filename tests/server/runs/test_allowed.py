"""Tests of what an operator lets the service start."""

import pytest

from paretune.errors import InvalidInputError
from paretune.server.runs.allowed import read_allowed

STUDY_FILE = """
name: toy
space: {x: {type: float, low: 0, high: 1}, act: {type: categorical, choices: [relu, tanh]}}
objectives: {gain: {goal: maximize}, cost: {goal: minimize}}
command: [python3, train.py]
"""
MODULE = """
from paretune import Float, Int, Minimize, Objectives, Space
from paretune.workloads import Option, PreparedWorkload, Workload

WORKLOAD = Workload(
    "table", "a table", Space({"x": Float(0, 1)}), Objectives([Minimize("loss")]),
    lambda options, data_dir: PreparedWorkload(lambda params: {"loss": params["x"]}),
    options={"data": Option("", None, "a file"), "folds": Option(5, Int(2, 9), "folds")},
)
"""


@pytest.fixture
def study_file(tmp_path):
    path = tmp_path / "my study.yaml"
    path.write_text(STUDY_FILE)
    return path


def test_workloads_are_allowed_by_their_names(study_file):
    allowed = read_allowed([str(study_file), "analytic"])
    assert list(allowed) == ["toy", "analytic"]
    described = allowed["toy"].describe()
    assert str(study_file) not in str(described)
    assert described["parameters"]["x"] == {"type": "float", "low": 0.0, "high": 1.0, "log": False}


def test_settings_of_the_operator_cannot_be_changed():
    analytic = read_allowed(["analytic seconds=0.5 layers=2"])["analytic"]
    assert analytic.options == {}
    assert "layers" not in analytic.parameters
    assert analytic.check_settings({"width": "8:64"}) == {"width": "8:64", "seconds": 0.5, "layers": 2}
    with pytest.raises(InvalidInputError, match="'seconds' cannot be set for analytic"):
        analytic.check_settings({"seconds": 0})


def test_options_of_free_text_are_the_operators_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "allowed_table.py").write_text(MODULE)
    (tmp_path / "rows.csv").touch()
    table = read_allowed(["allowed_table:WORKLOAD data=rows.csv"])["table"]
    assert table.settings["data"] == str(tmp_path / "rows.csv")
    assert list(table.options) == ["folds"]
    with pytest.raises(InvalidInputError, match="'data' cannot be set"):
        table.check_settings({"data": "/etc/passwd"})


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing"], "no workload 'nothing'"),
        (["missing.yaml"], "missing.yaml"),
        (["analytic", "analytic"], "two workloads 'analytic'"),
        (["analytic seconds"], "settings such as epochs=20"),
        (["analytic speed=1"], "no option or parameter 'speed'"),
        (["analytic 'seconds"], "a workload and its settings"),
        ([""], "a workload and its settings"),
    ],
)
def test_wrong_words_are_refused(words, message):
    with pytest.raises(InvalidInputError, match=message):
        read_allowed(words)
