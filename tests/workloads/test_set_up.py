"""The files that are sent with a workload to another machine."""

import sys
from pathlib import Path

import pytest

from paretune.workloads.builtin import analytic
from paretune.workloads.set_up import WorkloadSetup, remote_setup

OBJECTIVES = analytic.WORKLOAD.objectives


@pytest.fixture(autouse=True)
def modules(tmp_path, monkeypatch):
    """A module of one file, and a package, each with a workload."""
    lines = "from paretune.workloads.builtin.analytic import WORKLOAD\n"
    (tmp_path / "one_file.py").write_text(lines)
    (tmp_path / "several" / "files").mkdir(parents=True)
    for folder in ("several", "several/files"):
        (tmp_path / folder / "__init__.py").write_text(lines)
    for name in ("one_file", "several", "several.files"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delenv("PARETUNE_DATA", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("word", "package"),
    [("one_file:WORKLOAD", "one_file.py"), ("several:WORKLOAD", "several"), ("several.files:WORKLOAD", "several")],
)
def test_module_or_package_of_workload_is_sent(tmp_path, word, package):
    luggage = remote_setup(WorkloadSetup(word, {"seconds": 0.0}, OBJECTIVES))
    assert (luggage.package, luggage.folder) == (tmp_path / package, None)
    assert luggage.set_up.word == word
    assert luggage.set_up()({"layers": 1, "width": 8, "learning_rate": 0.01, "activation": "relu", "optimizer": "adam"})


def test_own_workload_is_sent_by_location_without_package():
    luggage = remote_setup(WorkloadSetup("analytic", {"seconds": 0.0}, OBJECTIVES))
    assert (luggage.set_up.word, luggage.package) == ("paretune.workloads.builtin.analytic:WORKLOAD", None)


def test_folder_of_data_or_study_file_is_sent(tmp_path):
    data = remote_setup(WorkloadSetup("diatoms", {}, OBJECTIVES, Path("data")))
    assert (data.folder, data.set_up.data_dir) == (tmp_path / "data", Path())
    file = remote_setup(WorkloadSetup("./below/study.yaml", {}, OBJECTIVES))
    assert (file.folder, file.set_up.word) == (tmp_path / "below", "./study.yaml")
