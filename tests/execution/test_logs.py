"""A trial's log is bounded, begins where the trial began, and fails nobody."""

import pytest

from paretune.execution import logs


@pytest.fixture
def folder(tmp_path):
    logs.fresh(tmp_path / "logs" / "7")
    return tmp_path / "logs" / "7"


def test_of_much_output_the_head_and_the_tail_are_kept(folder):
    lines = [b"line %d\n" % i for i in range(400_000)]
    (folder / "stdout").write_bytes(b"".join(lines))
    logs.bound(folder, slack=0)
    kept = (folder / "stdout").read_bytes()
    head, middle, tail = kept.partition(b"\n[... the middle was left out ...]\n")
    assert middle
    assert b"".join(lines).startswith(head)
    assert b"".join(lines).endswith(tail)
    assert (len(head), len(tail)) == (logs.HEAD_BYTES, logs.TAIL_BYTES)


def test_one_who_goes_on_writing_appends_to_what_was_kept(folder):
    with (folder / "log").open("ab", buffering=0) as log:
        log.write(b"x" * 2**22)
        logs.bound(folder, slack=0)
        log.write(b"the end")
    assert (folder / "log").read_bytes().endswith(b"the end")
    assert (folder / "log").stat().st_size < 2**21


def test_little_output_is_left_as_it_is_and_files_and_folders_that_say_nothing_go(folder):
    (folder / "stdout").write_text("few words\n")
    (folder / "stderr").touch()
    logs.tidy(folder)
    assert [path.name for path in folder.iterdir()] == ["stdout"]
    assert (folder / "stdout").read_text() == "few words\n"
    (folder / "stdout").write_text("")
    logs.tidy(folder)
    assert not folder.exists()
    logs.remove_if_empty(folder.parent)
    assert not folder.parent.exists()


def test_cutting_twice_changes_nothing_more(folder):
    (folder / "log").write_bytes(b"x" * 2**22)
    logs.tidy(folder)
    once = (folder / "log").read_bytes()
    logs.tidy(folder)
    assert (folder / "log").read_bytes() == once


def test_the_last_lines_are_those_of_standard_error_after_standard_output_and_nothing_else(folder):
    (folder / "params.json").write_text('{"x": 1}')
    (folder / "stdout").write_text("a\n\n  \nb\n")
    (folder / "stderr").write_bytes(b"c\xff\nd\n")
    assert logs.last_lines(folder, 3, 100).splitlines() == ["b", "c\N{REPLACEMENT CHARACTER}", "d"]
    assert logs.last_lines(folder, 9, 3) == "b\nd"


def test_what_an_earlier_trial_of_the_same_number_has_left_is_gone(folder):
    (folder / "stdout").write_text('{"accuracy": 0.9}')
    logs.fresh(folder)
    assert list(folder.iterdir()) == []


def test_a_log_that_is_taken_away_fails_nobody(folder):
    logs.remove_if_empty(folder)
    logs.bound(folder)
    logs.tidy(folder)
    logs.remove_if_empty(folder)
    assert logs.files(folder) == []
    assert logs.last_lines(folder, 9, 99) == ""


def test_where_no_folder_can_be_made_there_is_no_log(tmp_path):
    (tmp_path / "file").touch()
    logs.fresh(tmp_path / "file" / "7")
    assert logs.files(tmp_path / "file" / "7") == []
