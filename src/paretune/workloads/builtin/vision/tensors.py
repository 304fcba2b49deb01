"""Images on a device, at one resolution; batches of them are normalised numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from paretune.workloads.builtin.vision.decoding import Pixels

_CHUNK = 256  # images that are scaled at once


@dataclass(frozen=True)
class Normalisation:
    """The mean and the standard deviation of each channel, of values from 0 to 1."""

    means: tuple[float, ...]
    deviations: tuple[float, ...]

    @classmethod
    def of(cls, pixels: Pixels) -> Normalisation:
        """That of images, ``n x c x s x s``."""
        means = [float(channel.mean(dtype=float)) / 255 for channel in pixels.transpose(1, 0, 2, 3)]
        deviations = [float(channel.std(dtype=float)) / 255 for channel in pixels.transpose(1, 0, 2, 3)]
        return cls(tuple(means), tuple(deviation or 1.0 for deviation in deviations))


class ImageTensors:
    """Images on a device.

    Args:
        pixels: ``n x c x s x s``.
        labels: ``n`` whole numbers.
        resolution: pixels of a side; the images are scaled to it.
        normalisation: of the channels.
        device: where the images are.

    Attributes:
        labels: ``n`` whole numbers, on the device.
        resolution: as above.
        device: as above.
    """

    def __init__(
        self,
        pixels: Pixels,
        labels: NDArray[np.intp],
        resolution: int,
        normalisation: Normalisation,
        device: torch.device,
    ) -> None:
        self.resolution, self.device = resolution, device
        self.labels = torch.as_tensor(np.asarray(labels, dtype=np.int64), device=device)
        self._pixels = resize(torch.from_numpy(np.ascontiguousarray(pixels)), resolution).to(device)
        self._scale, self._shift = (
            torch.tensor(values, dtype=torch.float32, device=device).view(1, -1, 1, 1)
            for values in _scale_and_shift(normalisation)
        )

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of an image."""
        n_channels = int(self._pixels.shape[1])
        return n_channels, self.resolution, self.resolution

    def batch(self, rows: Tensor) -> Tensor:
        """Some images as normalised numbers: ``k x c x r x r``."""
        return self._pixels[rows].float() * self._scale + self._shift

    def __len__(self) -> int:
        return len(self.labels)


def _scale_and_shift(normalisation: Normalisation) -> tuple[list[float], list[float]]:
    """The factors and the summands that turn bytes into normalised numbers."""
    scale = [1 / (255 * deviation) for deviation in normalisation.deviations]
    shift = [-mean / dev for mean, dev in zip(normalisation.means, normalisation.deviations, strict=True)]
    return scale, shift


@torch.inference_mode()
def resize(pixels: Tensor, resolution: int) -> Tensor:
    """Scale images of bytes to another resolution, with a filter that leaves no false patterns.

    Args:
        pixels: ``n x c x s x s`` bytes.
        resolution: pixels of a side.
    """
    if pixels.shape[-1] == resolution:
        return pixels.clone()
    size = (resolution, resolution)
    chunks = [pixels[i : i + _CHUNK].float() for i in range(0, len(pixels), _CHUNK)]
    scaled = [
        functional.interpolate(chunk, size, mode="bilinear", antialias=True).round_().clamp_(0, 255) for chunk in chunks
    ]
    return torch.cat([chunk.to(torch.uint8) for chunk in scaled])
