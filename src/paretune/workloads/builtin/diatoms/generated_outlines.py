"""Generated data that replace Adiac if it cannot be downloaded: closed outlines in 37 shape classes."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from paretune.workloads.builtin.diatoms.dataset import LENGTH, Part, Split

_ENDS = (0.25, 0.5, 1.0)  # exponents of the half width at the ends: blunt, elliptic, pointed
_WIDTHS = (0.3, 0.5, 0.8)
_FEATURES = ((0.0, 0.0, 0.0), (0.3, 0.0, 0.0), (0.0, 0.35, 0.0), (0.0, 0.0, 0.35))  # waist, taper, bend
_TRIANGLE = (0.5, 0.9, 0.0, 0.0, 0.0, 0.15)
_SHAPES = [
    *((end, width, *feature, 0.0) for end, width, feature in itertools.product(_ENDS, _WIDTHS, _FEATURES)),
    _TRIANGLE,
]
_JITTER = np.array([0.02, 0.02, 0.03, 0.04, 0.04, 0.03])
_NOISE = 0.03
_N_PER_CLASS = 6
_ANGLES = np.linspace(0.0, 2 * np.pi, 1441)


def draw_outlines(seed: int = 0) -> Split:
    """Draw training and validation series, 222 each, six of every class.

    A series contains the distances from an outline's centre to 176 points, evenly spaced along the outline, with
    noise. Each series has mean 0 and standard deviation 1, as in Adiac. Values are rounded to four decimals, so that
    every machine draws the same.

    Args:
        seed: of the jitter in shape and of the noise.
    """
    generator = np.random.default_rng(seed)
    return Split(_part(generator), _part(generator))


def _part(generator: np.random.Generator) -> Part:
    labels = np.repeat(np.arange(len(_SHAPES), dtype=np.int32), _N_PER_CLASS)
    values = [_series(np.array(_SHAPES[label]), generator) for label in labels]
    return Part(np.round(values, 4).astype(np.float32), labels)


def _series(shape: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    jittered = shape + _JITTER * generator.uniform(-1, 1, len(shape))
    distances = radii(_outline(*jittered))
    standard = (distances - distances.mean()) / distances.std()
    noisy = standard + _NOISE * generator.standard_normal(LENGTH)
    return np.asarray((noisy - noisy.mean()) / noisy.std())


def _outline(
    end: float, width: float, waist: float, taper: float, bend: float, corners: float
) -> NDArray[np.complex128]:
    """A diatom's valve from above, with its axis on the real line from -1 to 1."""
    along = np.cos(_ANGLES)
    swelling = 1 - waist * np.cos(2 * np.pi * along) + taper * along
    across = width * np.abs(np.sin(_ANGLES)) ** (2 * end) * swelling * np.sign(np.sin(_ANGLES))
    return np.asarray((along + 1j * (across + bend * (1 - along**2))) * (1 + corners * np.cos(3 * _ANGLES)))


def radii(outline: NDArray[np.complex128]) -> NDArray[np.float64]:
    """The distances from the centre to 176 points that are evenly spaced along the outline.

    Args:
        outline: points of a closed curve in the complex plane; the last one equals the first.
    """
    travelled = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(outline)))])
    places = np.linspace(0.0, travelled[-1], LENGTH, endpoint=False)
    points = np.interp(places, travelled, outline)
    return np.asarray(np.abs(points - points.mean()))
