"""Images that are ready to search: read and split, and the nets that a search builds for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from paretune.workloads.builtin.data import print_notice
from paretune.workloads.builtin.images.compound_scaling import Coefficients, parse_coefficients
from paretune.workloads.builtin.images.ranges import COMPOUND
from paretune.workloads.builtin.vision.reading import ImageSet, read_images
from paretune.workloads.builtin.vision.splitting import ImageSplit, split_images


@dataclass(frozen=True, eq=False)
class ImageProblem:
    """What all trials share.

    Args:
        images: the whole set.
        split: the places of each part.
    """

    images: ImageSet
    split: ImageSplit

    def describe(self) -> str:
        """The data and the split in words, in one line."""
        images, kind = self.images, "grey" if self.images.n_channels == 1 else "colour"
        return (
            f"{images.name}: {len(images):,} {kind} images of {images.side} x {images.side} pixels in "
            f"{len(images.classes)} classes; {self.split.describe()}"
        )


def open_problem(options: Mapping[str, Any]) -> ImageProblem:
    """Read images and split them; the same options give the same problem, which is made once in a process.

    Args:
        options: the options of the workload.

    Raises:
        InvalidInputError: an option names something that does not exist.
        DataError: the images cannot be learned from.
    """
    images = read_images(options["data"], options["size"], options["max_images"])
    return _open(images, options["test_share"])


@lru_cache(maxsize=4)
def _open(images: ImageSet, test_share: float) -> ImageProblem:
    if images.notice:
        print_notice(images.notice)
    return ImageProblem(images, split_images(images, test_share))


def fixed_coefficients(options: Mapping[str, Any]) -> Coefficients | None:
    """The coefficients of a compound scaling; None if they are searched, or if multipliers are free.

    Raises:
        InvalidInputError: the option has another form.
    """
    return parse_coefficients(options["coefficients"]) if options["scaling"] == COMPOUND else None
