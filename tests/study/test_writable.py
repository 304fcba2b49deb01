"""Tests of the check that a file can be created in a folder."""

import os
from pathlib import Path

import pytest

from paretune.errors import InvalidInputError
from paretune.study.writable import check_writable


def test_writable_folder_passes_and_stays_empty(tmp_path):
    check_writable(tmp_path, "a.db cannot be written", "choose another folder")
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_and_file_are_refused_with_problem_and_remedy(tmp_path):
    (tmp_path / "file").touch()
    for name, cause in (("missing", "No such file or directory"), ("file", "Not a directory")):
        with pytest.raises(InvalidInputError) as raised:
            check_writable(tmp_path / name, "a.db cannot be written", "choose another folder")
        where = f"no file can be created in {tmp_path / name} ({cause})"
        assert str(raised.value) == f"a.db cannot be written: {where}; choose another folder"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_folder_is_refused(tmp_path):
    tmp_path.chmod(0o555)
    with pytest.raises(InvalidInputError, match="Permission denied"):
        check_writable(tmp_path, "", "")
    tmp_path.chmod(0o755)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux has a folder in which nobody can create a file")
def test_folder_with_write_permission_but_without_files_is_refused():
    with pytest.raises(InvalidInputError, match="no file can be created in /proc"):
        check_writable(Path("/proc"), "", "")
