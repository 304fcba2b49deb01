"""Files of a report in a folder with files of an earlier report and with foreign files."""

import json
import shutil
from dataclasses import replace

import pytest

from paretune.errors import InvalidInputError
from paretune.reports import summarize, write_report
from paretune.reports.report_folder import FILE_NAMES, check_no_foreign_file, earlier_files


@pytest.fixture(scope="module")
def small(few):
    return summarize(replace(few, trials=few.trials[:3]))


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_smaller_report_replaces_a_larger_one_and_leaves_nothing_of_it(folder, small, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    assert {"film.svg", "growth.svg"} < set(names_in(tmp_path)) <= set(FILE_NAMES)
    (tmp_path / "notes.md").write_text("mine")
    write_report(small, tmp_path)
    left = json.loads((tmp_path / "report.json").read_bytes())["files"]
    assert names_in(tmp_path) == sorted([*left, "notes.md"]) == [
        "front.svg", "notes.md", "report.html", "report.json", "report.md",
    ]  # fmt: skip


@pytest.mark.parametrize("name", FILE_NAMES)
def test_foreign_file_is_never_overwritten(small, tmp_path, name):
    (tmp_path / name).write_text('{"mine": 1}')
    with pytest.raises(InvalidInputError, match=f"{name}, which no report has written: choose another --out"):
        write_report(small, tmp_path)
    assert names_in(tmp_path) == [name]
    assert (tmp_path / name).read_text() == '{"mine": 1}'


def test_foreign_picture_beside_a_small_report_is_never_overwritten_or_removed(summary, small, tmp_path):
    write_report(small, tmp_path)
    (tmp_path / "growth.svg").write_text("mine")
    with pytest.raises(InvalidInputError, match=r"growth\.svg"):
        write_report(summary, tmp_path)
    assert (tmp_path / "growth.svg").read_text() == "mine"


def test_link_that_leads_nowhere_is_a_foreign_file(tmp_path):
    (tmp_path / "report.md").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InvalidInputError, match=r"report\.md"):
        check_no_foreign_file(tmp_path)


def test_report_of_an_earlier_version_without_a_list_owns_its_pictures(small, tmp_path):
    write_report(small, tmp_path)
    numbers = json.loads((tmp_path / "report.json").read_bytes())
    del numbers["files"]
    (tmp_path / "report.json").write_text(json.dumps(numbers))
    (tmp_path / "front.svg").unlink()
    assert {"front.png", "density.png", "search.gif", "report.md"} < set(earlier_files(tmp_path))
    for name in ("front.png", "density.png", "search.gif"):
        (tmp_path / name).write_text("of the earlier report")
    write_report(small, tmp_path)
    assert names_in(tmp_path) == ["front.svg", "report.html", "report.json", "report.md"]


def test_list_of_files_cannot_name_other_files(small, tmp_path):
    folder = tmp_path / "report"
    write_report(small, folder)
    outside, inside = tmp_path / "outside.txt", folder / "notes.md"
    numbers = json.loads((folder / "report.json").read_bytes())
    numbers["files"] += ["../outside.txt", str(outside), "notes.md", 3, None]
    (folder / "report.json").write_text(json.dumps(numbers))
    for path in (outside, inside):
        path.write_text("mine")
    write_report(small, folder)
    assert outside.read_text() == inside.read_text() == "mine"


@pytest.mark.parametrize("content", ["[]", '{"headline": ""}', "not JSON", "[" * 10_000])
def test_json_file_of_another_program_is_no_report(tmp_path, content):
    (tmp_path / "report.json").write_text(content)
    assert earlier_files(tmp_path) == ()
