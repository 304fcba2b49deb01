"""Description of the machine and the versions."""

import platform
import re
import subprocess
from importlib.metadata import version

import pytest

from paretune.measure import environment


def git(*arguments):
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments], check=True, capture_output=True)  # noqa: S607 (whichever git there is)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_environment_names_machine_and_versions():
    found = environment()
    assert all(isinstance(value, str) and value for value in found.values())
    assert found["python"] == platform.python_version()
    assert f"numpy {version('numpy')}" in found["versions"]
    assert re.search(r", (1 core|\d+ cores)$", found["cpu"])
    assert found["memory"].endswith("GiB")


@pytest.mark.usefixtures("folder")
def test_folder_outside_a_repository_has_no_commit():
    assert environment()["commit"] == "none"


def test_commit_is_named_with_uncommitted_changes(folder):
    git("init")
    (folder / "a").write_text("1")
    git("add", "a")
    git("commit", "-m", "a")
    commit = environment()["commit"]
    assert len(commit) == 12
    (folder / "a").write_text("2")
    assert environment()["commit"] == f"{commit} with uncommitted changes"


@pytest.mark.usefixtures("folder")
def test_missing_programs_are_no_error(monkeypatch):
    monkeypatch.setenv("PATH", "")
    found = environment()
    assert (found["gpu"], found["commit"]) == ("none", "none")
