"""Sets of labelled images: folders of a user, and the digits of scikit-learn."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from paretune.errors import DataError, InvalidInputError, did_you_mean
from paretune.workloads.builtin.stratified_subset import stratified_rows
from paretune.workloads.builtin.vision.decoding import (
    Pixels,
    decode_image,
    is_grey,
    require_pillow,
    short_side,
    strict_pillow,
)
from paretune.workloads.builtin.vision.folders import ImageFile, check_classes, find_images

DIGITS = "digits"
AUTO_SIDES, ENLARGEMENT = (8, 64), 1.5  # images are stored with room for so much larger a resolution
_N_SAMPLED, _N_THREADS = 100, 4


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Labelled images of one size.

    Args:
        name: for readers.
        pixels: ``n x c x s x s``, with one channel if all images are grey, else with three.
        labels: ``n`` places in ``classes``.
        classes: names, sorted.
        parts: of each image ``training``, ``validation`` or ``test``; all empty if they are to be split.
        side: pixels of a side at resolution 1; ``s`` may be larger.
        sha256: of the files, or of the data set.
        notice: what was left out, for readers; empty if nothing was.
    """

    name: str
    pixels: Pixels
    labels: NDArray[np.intp]
    classes: tuple[str, ...]
    parts: tuple[str, ...]
    side: int
    sha256: str
    notice: str = ""

    @property
    def n_channels(self) -> int:
        """1 for grey images, 3 for colour."""
        return int(self.pixels.shape[1])

    def __len__(self) -> int:
        return len(self.labels)


def read_images(data: str, size: int | str = "auto", max_images: int = 10_000) -> ImageSet:
    """Read a set of images; the same files with the same content are read once in a process.

    Args:
        data: ``digits``, or the path of a folder, as `find_images` describes it.
        size: pixels of a side at resolution 1, or ``auto``: the median of the images' shorter sides, from 8 to 64.
        max_images: if there are more, about so many are drawn from all classes, always the same ones.

    Raises:
        InvalidInputError: there is no such folder, or Pillow is missing.
        DataError: the folder has no classes to tell apart, or a class has too few images that can be read.
    """
    if data == DIGITS:
        return _read_digits(size, max_images)
    if not data:
        raise InvalidInputError(
            "the data are not named: give --data with a folder that has a folder of images for each class, or digits"
        )
    folder = Path(data)
    if not folder.exists() and (hint := did_you_mean(data, [DIGITS])):
        raise InvalidInputError(f"there is no folder {data}{hint}")
    files = tuple(find_images(folder))
    require_pillow()
    stats = [file.path.stat() for file in files]
    version = hash(tuple((stat.st_mtime_ns, stat.st_size) for stat in stats))
    return _read_folder(folder, files, version, size, max_images)


@lru_cache(maxsize=4)
def _read_digits(size: int | str, max_images: int) -> ImageSet:
    from sklearn.datasets import load_digits  # noqa: PLC0415 (slow to load)

    loaded = load_digits()
    pixels = np.asarray(np.minimum(loaded.images * 16, 255), dtype=np.uint8)[:, None]
    labels = np.asarray(loaded.target, dtype=np.intp)
    chosen = _drawn(labels, max_images)
    digest = hashlib.sha256(pixels[chosen].tobytes() + labels[chosen].tobytes()).hexdigest()
    return ImageSet(
        "digits of scikit-learn",
        pixels[chosen],
        labels[chosen],
        tuple(map(str, range(10))),
        ("",) * len(chosen),
        8 if size == "auto" else int(size),
        digest,
        _drawn_notice(len(chosen), len(labels)),
    )


@lru_cache(maxsize=2)
def _read_folder(
    folder: Path, files: tuple[ImageFile, ...], _version: int, size: int | str, max_images: int
) -> ImageSet:
    names = [file.label + "/" + file.part for file in files]
    drawn = [files[i] for i in _drawn(np.array(names), max_images)]
    with strict_pillow():
        median = _median_side(drawn)
        side = min(max(median, AUTO_SIDES[0]), AUTO_SIDES[1]) if size == "auto" else int(size)
        stored = min(max(side, median), math.ceil(ENLARGEMENT * side))
        with ThreadPoolExecutor(_N_THREADS) as threads:
            decoded = list(threads.map(lambda file: _decode(file, stored), drawn))
    kept = [file for file, (pixels, _) in zip(drawn, decoded, strict=True) if pixels is not None]
    broken = [file for file, (pixels, _) in zip(drawn, decoded, strict=True) if pixels is None]
    check_classes(folder, [(file.label, file.part) for file in kept], [file.label for file in drawn])
    classes = sorted({file.label for file in kept})
    notices = (_drawn_notice(len(drawn), len(files)), _broken_notice(folder, broken))
    return ImageSet(
        folder.resolve().name,
        _stack([pixels for pixels, _ in decoded if pixels is not None]),
        np.array([classes.index(file.label) for file in kept], dtype=np.intp),
        tuple(classes),
        tuple(file.part for file in kept),
        side,
        _joint_hash(folder, drawn, [digest for _, digest in decoded]),
        "; ".join(filter(None, notices)),
    )


def _drawn(labels: NDArray[np.generic], max_images: int) -> NDArray[np.intp]:
    return stratified_rows(labels, min(1.0, max_images / max(len(labels), 1)))


def _drawn_notice(n: int, n_all: int) -> str:
    return "" if n == n_all else f"{n:,} of {n_all:,} images are drawn at random: --set max_images=... draws more"


def _broken_notice(folder: Path, broken: Sequence[ImageFile]) -> str:
    if not broken:
        return ""
    name = broken[0].path.relative_to(folder)
    if len(broken) == 1:
        return f"{name} is left out: it is damaged, no image, or too large"
    return f"{len(broken):,} files are left out, since they are damaged, no images, or too large, such as {name}"


def _median_side(files: Sequence[ImageFile]) -> int:
    step = max(1, len(files) // _N_SAMPLED)
    sides = [side for file in files[::step] if (side := short_side(_content(file)))]
    return int(np.median(sides)) if sides else AUTO_SIDES[0]


def _content(file: ImageFile) -> bytes:
    try:
        return file.path.read_bytes()
    except OSError as error:
        raise DataError(f"{file.path} cannot be read: {error.strerror}") from error


def _decode(file: ImageFile, side: int) -> tuple[Pixels | None, str]:
    content = _content(file)
    return decode_image(content, side), hashlib.sha256(content).hexdigest()


def _stack(images: Sequence[Pixels]) -> Pixels:
    """One channel if all are grey; a grey image among colours has three equal ones."""
    n_channels = 1 if all(map(is_grey, images)) else 3
    return np.stack([image[:n_channels] for image in images])


def _joint_hash(folder: Path, files: Sequence[ImageFile], digests: Sequence[str]) -> str:
    lines = [f"{file.path.relative_to(folder)} {digest}" for file, digest in zip(files, digests, strict=True)]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
