"""Classes and parts of folders of images, and folders that cannot be learned from."""

import pytest

from image_folders import write_images
from paretune.errors import DataError, InvalidInputError
from paretune.workloads.builtin.vision.folders import find_images


def test_each_folder_is_a_class_with_all_images_below(tmp_path):
    write_images(tmp_path, {"cat": 3, "dog/small": 2, "dog": 1, ".hidden": 2})
    (tmp_path / "cat" / "notes.txt").write_text("no image")
    found = find_images(tmp_path)
    assert [file.label for file in found] == ["cat"] * 3 + ["dog"] * 3
    assert {file.part for file in found} == {""}


def test_folders_of_parts_are_recognized(tmp_path):
    for part in ("train", "val", "test"):
        write_images(tmp_path / part, {"a": 2, "b": 2})
    found = find_images(tmp_path)
    assert {(file.label, file.part) for file in found} == {
        (label, part) for label in "ab" for part in ("training", "validation", "test")
    }


def test_class_only_in_test_part_is_refused(tmp_path):
    write_images(tmp_path / "train", {"a": 3, "b": 3})
    write_images(tmp_path / "test", {"a": 2, "c": 3})
    with pytest.raises(DataError, match="the class 'c' of .* has no images to train with, only in another part"):
        find_images(tmp_path)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({"a": 3, "b": 3, "c": 0}, "the class folder .*c has no images: put some there, or remove the folder"),
        ({"a": 3}, "has one class, 'a': there is nothing to tell apart"),
        ({"a": 3, "b": 1}, "the class 'b' of .* has only 1 image that can be read: each class needs 3"),
        ({".": 3}, "has images, but no class folders"),
        ({}, "has no class folders with images"),
    ],
    ids=["empty class", "one class", "rare class", "no classes", "nothing"],
)
def test_folder_that_cannot_be_learned_from_is_refused(tmp_path, counts, message):
    write_images(tmp_path, counts)
    with pytest.raises(DataError, match=message):
        find_images(tmp_path)


def test_file_and_missing_folder_are_refused(tmp_path):
    (tmp_path / "x.png").write_bytes(b"")
    with pytest.raises(InvalidInputError, match="x.png is a file: --data takes a folder"):
        find_images(tmp_path / "x.png")
    with pytest.raises(InvalidInputError, match="there is no folder"):
        find_images(tmp_path / "none")


def test_too_many_classes_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("paretune.workloads.builtin.vision.folders.MAX_CLASSES", 2)
    write_images(tmp_path, {"a": 3, "b": 3, "c": 3}, side=4)
    with pytest.raises(DataError, match="has 3 class folders, and at most 2 are possible"):
        find_images(tmp_path)
