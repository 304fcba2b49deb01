"""The parts of a set of images: to train with, to choose by, and a test part that no search sees."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.workloads.builtin.vision.folders import TEST, TRAINING, VALIDATION
from paretune.workloads.builtin.vision.reading import ImageSet

Rows = NDArray[np.intp]
_VALIDATION_SHARE = 0.2  # of what is not the test part


@dataclass(frozen=True, eq=False)
class ImageSplit:
    """Places of the images of each part.

    Args:
        training: the images that nets are trained with.
        validation: the images that the search chooses by.
        test: the images that it never sees.
    """

    training: Rows
    validation: Rows
    test: Rows

    def describe(self) -> str:
        """The split in words."""
        return (
            f"{len(self.training):,} images to train with, {len(self.validation):,} to choose by, and "
            f"{len(self.test):,} as the test part"
        )


def split_images(images: ImageSet, test_share: float = 0.2) -> ImageSplit:
    """Split images with the share of each class, always in the same way.

    A class gives at least one image to each part. Parts that the folder names are kept; a validation part that it
    lacks is a fifth of its training part.

    Args:
        images: the set.
        test_share: of the images of each class, if the folder has no test part.
    """
    parts, everything = np.array(images.parts), np.arange(len(images))
    if any(images.parts):
        rest, test = everything[parts != TEST], everything[parts == TEST]
    else:
        rest, test = _take(images.labels, everything, test_share, 2)
    if VALIDATION in images.parts:
        return ImageSplit(everything[parts == TRAINING], everything[parts == VALIDATION], test)
    training, validation = _take(images.labels, rest, _VALIDATION_SHARE, 1)
    return ImageSplit(training, validation, test)


def _take(labels: Rows, rows: Rows, share: float, n_left: int) -> tuple[Rows, Rows]:
    """Split rows into the others and a share of each class, rounded up, which leaves some of each class."""
    shuffled = np.random.default_rng(0).permutation(rows)
    chosen = []
    for label in np.unique(labels[rows]):
        own = shuffled[labels[shuffled] == label]
        chosen.append(own[: max(0, min(math.ceil(share * len(own) - 1e-9), len(own) - n_left))])
    taken = np.sort(np.concatenate(chosen))
    return np.setdiff1d(rows, taken), taken
