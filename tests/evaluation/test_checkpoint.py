"""Tests of what one trial saves."""

import json
from pathlib import Path

from paretune.evaluation.checkpoint import Checkpoint, checkpoint_bytes, delete_checkpoint, has_checkpoint


def write(text):
    return lambda path: path.write_text(text)


def test_later_save_replaces_the_earlier_one_as_a_whole(tmp_path):
    checkpoint = Checkpoint(tmp_path / "7")
    assert not has_checkpoint(checkpoint.folder)
    assert checkpoint.save(write("one")) and checkpoint.save(write("two"))  # noqa: PT018 (one step)
    assert [path.name for path in (tmp_path / "7").iterdir()] == ["state"]
    assert checkpoint.load(Path.read_text) == "two"
    assert checkpoint_bytes(tmp_path) == 3
    delete_checkpoint(checkpoint.folder)
    assert not has_checkpoint(checkpoint.folder)


def test_failed_write_leaves_the_earlier_file_and_is_said_once(tmp_path):
    checkpoint = Checkpoint(tmp_path)

    def fill_disk(path):
        path.write_text("half")
        raise OSError(28, "No space left on device")

    assert checkpoint.save(write("one"))
    assert not checkpoint.save(fill_disk)
    assert not checkpoint.save(fill_disk)
    assert checkpoint.load(Path.read_text) == "one"
    assert [path.name for path in tmp_path.iterdir()] == ["state"]
    assert checkpoint.notices == ["its checkpoint could not be saved (No space left on device)"]


def test_partial_file_of_a_killed_process_is_no_checkpoint(tmp_path):
    (tmp_path / "state.partial").write_text("half")
    assert not has_checkpoint(tmp_path)
    assert Checkpoint(tmp_path).load(Path.read_text) is None


def test_damaged_file_is_deleted_and_said(tmp_path):
    checkpoint = Checkpoint(tmp_path)
    checkpoint.save(write('{"epo'))
    assert checkpoint.part(".").load(lambda path: json.loads(path.read_text())) is None
    assert checkpoint.notices[0].startswith("its checkpoint is damaged, so it is trained again from the start")
    assert not has_checkpoint(tmp_path)


def test_saving_is_due_at_most_once_a_second_and_takes_a_twentieth_of_the_time(tmp_path):
    now = 100.0
    checkpoint = Checkpoint(tmp_path, lambda: now)
    assert not checkpoint.is_due
    now = 101.0
    assert checkpoint.is_due

    def write_slowly(path):
        nonlocal now
        now += 2.0
        path.write_text("")

    checkpoint.save(write_slowly)
    now += 39.0
    assert not checkpoint.is_due
    now += 1.0
    assert checkpoint.is_due


def test_checkpoint_without_a_folder_saves_nothing():
    checkpoint = Checkpoint()
    assert not checkpoint.save(write("one"))
    assert checkpoint.load(Path.read_text) is None
    assert not checkpoint.part("part").is_due
