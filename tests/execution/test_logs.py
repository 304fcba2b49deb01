"""Logs of trials: truncated, separate for each trial, and never a reason to fail."""

import pytest

from paretune.execution import logs


@pytest.fixture
def folder(tmp_path):
    logs.create_log_folder(tmp_path / "logs" / "7")
    return tmp_path / "logs" / "7"


def test_large_log_keeps_head_and_tail(folder):
    lines = [b"line %d\n" % i for i in range(400_000)]
    (folder / "stdout").write_bytes(b"".join(lines))
    logs.truncate_logs(folder, slack=0)
    kept = (folder / "stdout").read_bytes()
    head, middle, tail = kept.partition(b"\n[... the middle was left out ...]\n")
    assert middle
    assert b"".join(lines).startswith(head)
    assert b"".join(lines).endswith(tail)
    assert (len(head), len(tail)) == (logs.HEAD_BYTES, logs.TAIL_BYTES)


def test_writer_appends_after_truncation(folder):
    with (folder / "log").open("ab", buffering=0) as log:
        log.write(b"x" * 2**22)
        logs.truncate_logs(folder, slack=0)
        log.write(b"the end")
    assert (folder / "log").read_bytes().endswith(b"the end")
    assert (folder / "log").stat().st_size < 2**21


def test_short_log_is_kept_and_empty_files_and_folders_are_removed(folder):
    (folder / "stdout").write_text("few words\n")
    (folder / "stderr").touch()
    logs.close_log_folder(folder)
    assert [path.name for path in folder.iterdir()] == ["stdout"]
    assert (folder / "stdout").read_text() == "few words\n"
    (folder / "stdout").write_text("")
    logs.close_log_folder(folder)
    assert not folder.exists()
    logs.remove_if_empty(folder.parent)
    assert not folder.parent.exists()


def test_second_truncation_changes_nothing(folder):
    (folder / "log").write_bytes(b"x" * 2**22)
    logs.close_log_folder(folder)
    once = (folder / "log").read_bytes()
    logs.close_log_folder(folder)
    assert (folder / "log").read_bytes() == once


def test_last_lines_are_of_stderr_after_stdout(folder):
    (folder / "params.json").write_text('{"x": 1}')
    (folder / "stdout").write_text("a\n\n  \nb\n")
    (folder / "stderr").write_bytes(b"c\xff\nd\n")
    assert logs.last_lines(folder, 3, 100).splitlines() == ["b", "c\N{REPLACEMENT CHARACTER}", "d"]
    assert logs.last_lines(folder, 9, 3) == "b\nd"


def test_log_of_earlier_trial_with_same_number_is_removed(folder):
    (folder / "stdout").write_text('{"accuracy": 0.9}')
    logs.create_log_folder(folder)
    assert list(folder.iterdir()) == []


def test_removed_log_raises_no_error(folder):
    logs.remove_if_empty(folder)
    logs.truncate_logs(folder)
    logs.close_log_folder(folder)
    logs.remove_if_empty(folder)
    assert logs.log_files(folder) == []
    assert logs.last_lines(folder, 9, 99) == ""


def test_log_is_empty_if_no_folder_can_be_made(tmp_path):
    (tmp_path / "file").touch()
    logs.create_log_folder(tmp_path / "file" / "7")
    assert logs.log_files(tmp_path / "file" / "7") == []
