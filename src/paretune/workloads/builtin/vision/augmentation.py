"""Random changes of training images, the same for the same random generator."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_SHIFT_SHARE, _ERASED_SHARE = 1 / 8, 1 / 3  # of a side


def augment(images: Tensor, kind: str, generator: torch.Generator) -> Tensor:
    """Change images at random, each in its own way.

    Args:
        images: ``n x c x r x r`` normalised numbers.
        kind: ``none``; ``shift`` by up to an eighth of a side; ``shift_flip``: also mirrored left to right, every
            second one; ``shift_erase``: also a square of a third of a side erased.
        generator: on the device of the images.
    """
    if kind == "none":
        return images
    images = _shift(images, generator)
    if kind == "shift_flip":
        is_flipped = torch.rand(len(images), 1, 1, 1, generator=generator, device=images.device) < 0.5
        return torch.where(is_flipped, images.flip(3), images)
    return _erase(images, generator) if kind == "shift_erase" else images


def _shift(images: Tensor, generator: torch.Generator) -> Tensor:
    n, side = len(images), images.shape[-1]
    margin = max(1, round(side * _SHIFT_SHARE))
    padded = functional.pad(images, (margin,) * 4, mode="replicate")
    offsets = torch.randint(2 * margin + 1, (2, n, 1), generator=generator, device=images.device)
    rows, columns = offsets + torch.arange(side, device=images.device)
    each = torch.arange(n, device=images.device)[:, None, None]
    return padded[each, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2).contiguous()


def _erase(images: Tensor, generator: torch.Generator) -> Tensor:
    """Set a square of each image to 0, which is the mean."""
    n, side = len(images), images.shape[-1]
    size = max(1, round(side * _ERASED_SHARE))
    first = torch.randint(side - size + 1, (2, n, 1), generator=generator, device=images.device)
    places = torch.arange(side, device=images.device)
    in_rows, in_columns = (places >= first) & (places < first + size)
    is_erased = in_rows[:, None, :, None] & in_columns[:, None, None, :]
    return images.masked_fill(is_erased, 0.0)
