"""Sets of images: their size and channels, and what is left out."""

import pytest
from PIL import Image

from image_folders import write_images
from paretune.errors import DataError, InvalidInputError
from paretune.workloads.builtin.vision.reading import read_images


def test_digits_of_scikit_learn_are_read():
    digits = read_images("digits")
    assert digits.pixels.shape == (1797, 1, 8, 8)
    assert (digits.pixels.max(), digits.side, len(digits.classes)) == (255, 8, 10)
    assert len(read_images("digits", max_images=100)) == 106  # rounded up in each class
    assert read_images("digits") is digits


def test_folder_has_classes_size_and_same_hash_for_same_files(tmp_path):
    first, second = (read_images(str(write_images(tmp_path / name, {"b": 3, "a": 4}))) for name in ("x", "y"))
    assert first.classes == ("a", "b")
    assert (first.pixels.shape, first.side, first.n_channels) == ((7, 1, 12, 12), 12, 1)
    assert first.labels.tolist() == [0] * 4 + [1] * 3
    assert first.sha256 == second.sha256
    assert (first.name, first.notice) == ("x", "")
    Image.new("L", (12, 12)).save(tmp_path / "x" / "a" / "000.png")
    assert read_images(str(tmp_path / "x")).sha256 != first.sha256


def test_large_images_are_stored_with_room_for_a_larger_resolution(tmp_path):
    write_images(tmp_path, {"a": 3, "b": 3}, side=200)
    found = read_images(str(tmp_path))
    assert (found.side, found.pixels.shape[-1]) == (64, 96)
    assert read_images(str(tmp_path), 20).pixels.shape[-1] == 30


def test_grey_images_among_colours_have_three_channels(tmp_path):
    write_images(tmp_path, {"a": 3, "b": 3})
    Image.new("RGB", (12, 12), (200, 10, 10)).save(tmp_path / "a" / "colour.png")
    assert read_images(str(tmp_path)).n_channels == 3


def test_broken_images_are_left_out_and_that_is_said(tmp_path):
    write_images(tmp_path, {"a": 4, "b": 4})
    (tmp_path / "a" / "000.png").write_bytes(b"broken")
    found = read_images(str(tmp_path))
    assert (len(found), found.notice) == (7, "a/000.png is left out: it is damaged, no image, or too large")
    (tmp_path / "b" / "000.png").write_bytes(b"")
    assert read_images(str(tmp_path)).notice.startswith("2 files are left out, since they are damaged")
    for i in (1, 2):
        (tmp_path / "b" / f"00{i}.png").write_bytes(b"")
    with pytest.raises(DataError, match="the class 'b' of .* has only 1 image that can be read"):
        read_images(str(tmp_path))


def test_class_without_an_image_that_can_be_read_is_not_lost(tmp_path):
    write_images(tmp_path, {"a": 3, "b": 3, "c": 3}, side=4)
    for path in (tmp_path / "c").iterdir():
        path.write_bytes(b"broken")
    with pytest.raises(DataError, match="the class 'c' of .* has only 0 images that can be read: each class needs 3"):
        read_images(str(tmp_path))


def test_images_of_large_folder_are_drawn_and_that_is_said(tmp_path):
    write_images(tmp_path, {"a": 30, "b": 10}, side=4)
    found = read_images(str(tmp_path), max_images=20)
    assert found.labels.tolist() == [0] * 15 + [1] * 5
    assert found.notice == "20 of 40 images are drawn at random: --set max_images=... draws more"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "the data are not named: give --data with a folder"),
        ("digit", r"there is no folder digit \(did you mean 'digits'\?\)"),
        ("nothing/here", "there is no folder nothing/here: --data takes a folder"),
    ],
)
def test_unknown_data_are_refused(data, message):
    with pytest.raises(InvalidInputError, match=message):
        read_images(data)
