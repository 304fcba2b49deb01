"""Workloads by their names, and by the locations of modules."""

import sys

import pytest

from paretune.errors import InvalidInputError
from paretune.workloads import load_workload


@pytest.mark.parametrize(
    ("code", "said"), [("1 / 0", "ZeroDivisionError: division by zero"), ("raise SystemExit(0)", "SystemExit: 0")]
)
def test_module_that_fails_while_it_is_loaded_is_one_error(tmp_path, monkeypatch, code, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "failing_training.py").write_text(code)
    with pytest.raises(InvalidInputError, match=f"'failing_training:WORKLOAD' cannot be loaded: {said}"):
        load_workload("failing_training:WORKLOAD")


def test_module_of_the_current_folder_is_found_first(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "my_training.py").write_text("WORKLOAD = 'another one'")
    (tmp_path / "my_training.py").write_text("from my_neighbour import NAME\nfrom paretune.workloads import *\n"
        "from paretune import *\nWORKLOAD = Workload(NAME, '', Space({'x': Float(0, 1)}), "
        "Objectives([Minimize('y')]), lambda *_: None)\n")  # fmt: skip
    (tmp_path / "my_neighbour.py").write_text("NAME = 'mine'")
    try:
        assert load_workload("my_training:WORKLOAD").name == "mine"
        with pytest.raises(InvalidInputError, match="'no_training:WORKLOAD' cannot be loaded: ModuleNotFoundError"):
            load_workload("no_training:WORKLOAD")
    finally:
        for name in ("my_training", "my_neighbour"):
            sys.modules.pop(name, None)
