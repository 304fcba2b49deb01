"""The files of a folder of images: a folder for each class, maybe below folders for training and test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from paretune.errors import DataError, InvalidInputError
from paretune.workloads.builtin.vision.decoding import ENDINGS

TRAINING, VALIDATION, TEST = "training", "validation", "test"
MIN_IMAGES_PER_CLASS, MAX_CLASSES = 3, 1000
_PART_NAMES = {
    "train": TRAINING,
    "training": TRAINING,
    "val": VALIDATION,
    "valid": VALIDATION,
    "validation": VALIDATION,
    "test": TEST,
    "testing": TEST,
}


@dataclass(frozen=True)
class ImageFile:
    """An image file of a class.

    Args:
        path: of the file.
        label: name of its class.
        part: ``training``, ``validation`` or ``test`` if its folder says so; else empty.
    """

    path: Path
    label: str
    part: str = ""


def find_images(folder: Path) -> list[ImageFile]:
    """Find the images of a folder with a folder for each class, in the order of their paths.

    If the folder contains ``train`` and ``test`` (and maybe ``validation``), the folders of the classes are below
    these. Files of other kinds, and hidden files and folders, are ignored.

    Raises:
        InvalidInputError: there is no such folder.
        DataError: it has no class folders, only one, or one with too few images.
    """
    if folder.is_file():
        raise InvalidInputError(f"{folder} is a file: --data takes a folder with a folder of images for each class")
    if not folder.is_dir():
        raise InvalidInputError(
            f"there is no folder {folder}: --data takes a folder with a folder of images for each class, or digits"
        )
    below = _folders(folder)
    parts = {each: _PART_NAMES.get(each.name.lower(), "") for each in below}
    if {TRAINING, TEST} <= set(parts.values()) and all(parts.values()):
        files = [file for each, part in parts.items() for file in _images_by_class(each, part)]
    else:
        files = _images_by_class(folder, "")
    if empty := _empty_classes(folder, files):
        raise DataError(f"the class folder {folder / empty[0]} has no images: put some there, or remove the folder")
    check_classes(folder, [(file.label, file.part) for file in files], [file.label for file in files])
    return files


def list_images(folder: Path) -> list[Path]:
    """All images in a folder and below, sorted."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in ENDINGS
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def check_classes(folder: Path, found: Sequence[tuple[str, str]], expected: Iterable[str]) -> None:
    """Check that classes can be learned.

    Args:
        folder: for messages.
        found: class and part of each image.
        expected: all classes, also those without an image.

    Raises:
        DataError: there are fewer than two classes, or a class has too few images, or none to train with.
    """
    counts = dict.fromkeys(expected, 0) | Counter(label for label, _ in found)
    if len(counts) < 2:
        raise DataError(_too_few_classes(folder, list(counts)))
    if len(counts) > MAX_CLASSES:
        raise DataError(f"{folder} has {len(counts):,} class folders, and at most {MAX_CLASSES:,} are possible")
    rare = min(counts, key=lambda label: (counts[label], label))
    if counts[rare] < MIN_IMAGES_PER_CLASS:
        raise DataError(
            f"the class {rare!r} of {folder} has only {counts[rare]} image{'s' if counts[rare] != 1 else ''} that can "
            f"be read: each class needs {MIN_IMAGES_PER_CLASS}"
        )
    if any(part for _, part in found):
        _check_parts(folder, found)


def _check_parts(folder: Path, found: Sequence[tuple[str, str]]) -> None:
    lacking = sorted({label for label, _ in found} - {label for label, part in found if part == TRAINING})
    if lacking:
        raise DataError(f"the class {lacking[0]!r} of {folder} has no images to train with, only in another part")


def _too_few_classes(folder: Path, classes: list[str]) -> str:
    if classes:
        return f"{folder} has one class, {classes[0]!r}: there is nothing to tell apart"
    if any(path.suffix.lower() in ENDINGS for path in folder.iterdir()):
        return f"{folder} has images, but no class folders: put the images of each class into a folder of its name"
    return f"{folder} has no class folders with images ({', '.join(ENDINGS)})"


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _images_by_class(folder: Path, part: str) -> list[ImageFile]:
    return list(chain.from_iterable(_of_class(each, part) for each in _folders(folder)))


def _of_class(folder: Path, part: str) -> list[ImageFile]:
    return [ImageFile(path, folder.name, part) for path in list_images(folder)]


def _empty_classes(folder: Path, files: list[ImageFile]) -> list[str]:
    """Class folders without images, unless no folder has any."""
    if not files or files[0].part:
        return []
    return [each.name for each in _folders(folder) if each.name not in {file.label for file in files}]
