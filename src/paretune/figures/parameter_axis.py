"""Ticks and positions of parameter values on an axis."""

from __future__ import annotations

import numpy as np

from paretune.figures.labels import short_text
from paretune.figures.scale import Scale
from paretune.space import Categorical, Float, Int, Parameter

INACTIVE_POSITION = -0.12  # position of an inactive parameter, below the unit interval


def ticks(parameter: Parameter, max_ticks: int = 6) -> tuple[list[float], list[str]]:
    """Positions in the unit interval and their labels, on the parameter's own scale (linear or logarithmic).

    Args:
        parameter: the parameter of the axis.
        max_ticks: maximal number of ticks; of more choices the first, the last and some between them are labelled.

    Example:
        >>> from paretune import Float
        >>> places, texts = ticks(Float(1e-4, 1.0, log=True))
        >>> texts, [round(place, 2) for place in places]
        (['0.0001', '0.001', '0.01', '0.1', '1'], [0.0, 0.25, 0.5, 0.75, 1.0])
    """
    if isinstance(parameter, Categorical):
        cells = np.unique(
            np.linspace(0, parameter.n_levels - 1, min(parameter.n_levels, max_ticks)).round().astype(int)
        )
        values = [parameter.level(int(cell)) for cell in cells]
    else:
        values = _round_values(parameter, max_ticks)
    return [float(place) for place in parameter.encode(values)], [_text(value) for value in values]


def _round_values(parameter: Parameter, max_ticks: int) -> list[float | int]:
    """Round numbers between the bounds; the bounds themselves if there are fewer than two round numbers."""
    assert isinstance(parameter, (Float, Int))  # noqa: S101 (tells the type checker)
    low, high = float(parameter.low), float(parameter.high)
    found = Scale(low, high, bool(parameter.log)).ticks(max_ticks) if low < high else []
    inside = [min(max(value, low), high) for value, _ in found]  # sums of floats may pass the ends
    if parameter.type == "int":
        inside = [value for value in inside if value == round(value)]
    if parameter.n_levels is not None and parameter.type == "float":
        inside = []  # round numbers may miss the values of a stepped parameter
    if len(inside) < 2:
        inside = sorted({low, high})
    return [int(value) for value in inside] if parameter.type == "int" else [float(value) for value in inside]


def _text(value: object) -> str:
    return (
        short_text(float(value))
        if isinstance(value, int) and not isinstance(value, bool) and value > 99_999
        else short_text(value)
    )


def is_crowded(parameter: Parameter) -> bool:
    """Whether the parameter has so few values that many trials share one."""
    return parameter.n_levels is not None and parameter.n_levels <= 12


def jitter(places: np.ndarray, parameter: Parameter, shift: float) -> np.ndarray:
    """Move positions inside their cells so that equal ones become distinguishable, by a golden-ratio sequence.

    Args:
        places: ``n`` positions in the unit interval; those of a parameter with many values stay unchanged.
        parameter: the parameter of the axis.
        shift: 0 to 1; give each axis another one, else all points lie on diagonals.
    """
    if not is_crowded(parameter):
        return places
    golden = (np.arange(len(places)) * 0.618033988749895 + shift * np.arange(len(places)) ** 2) % 1
    return places + (golden - 0.5) * 0.6 / (parameter.n_levels or 1)
