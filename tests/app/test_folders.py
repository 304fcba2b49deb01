"""Folders of reports."""

from pathlib import Path

import pytest

from paretune.app.folders import check_report_folder, report_folder
from paretune.errors import InvalidInputError


def test_report_folder_of_any_study_is_in_current_folder():
    for name in ("mine", "../up", "a/b", "x" * 400):
        folder = report_folder(name)
        assert folder.parent == Path()
        assert len(folder.name) < 200
    assert report_folder("a/b") != report_folder("a_b")


def test_folder_below_a_file_is_refused():
    Path("there").write_text("a letter")
    for folder in ("there", "there/below"):
        with pytest.raises(InvalidInputError, match=f"--out {folder} cannot be created: there is a file"):
            check_report_folder(Path(folder))
    check_report_folder(Path("new/one"))
    assert not Path("new").exists()


def test_folder_with_a_file_that_no_report_wrote_is_refused():
    Path("report.md").write_text("mine")
    with pytest.raises(InvalidInputError, match=r"would overwrite report\.md, which no report has written"):
        check_report_folder(Path())
