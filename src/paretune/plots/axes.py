"""Axes to draw on: new ones, or those that the user gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from paretune.errors import InvalidInputError, pip_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FRONT, BASELINE, OTHER, FAILED = "C0", "C1", "0.7", "C3"  # Matplotlib's colours, so a user's style changes them


def axes_for(n: int, ax: Axes | Sequence[Axes] | None) -> list[Axes]:
    """Return ``n`` axes: those that are given, or those of a new figure.

    Args:
        n: the number of panels.
        ax: an `Axes`, or ``n`` of them; None for a new figure.

    Raises:
        InvalidInputError: Matplotlib is not installed, or another number of axes is given.
    """
    if ax is None:
        columns = min(n, 3)
        rows = -(-n // columns)
        figure, grid = _pyplot().subplots(rows, columns, figsize=(4.8 * columns, 3.8 * rows), squeeze=False)
        for unused in grid.flat[n:]:
            unused.remove()
        figure.set_layout_engine("tight")
        return list(grid.flat[:n])
    given: list[Any] = [ax] if hasattr(ax, "plot") else list(np.ravel(np.asarray(ax, dtype=object)))
    if not all(hasattr(each, "errorbar") for each in given):
        raise InvalidInputError(f"ax must be Matplotlib axes or a list of them, not {ax!r}")
    if len(given) != n:
        axes = "1 axis" if n == 1 else f"{n} axes"
        raise InvalidInputError(f"the picture needs {axes}, and ax has {len(given)}; leave ax out for a new figure")
    return given


def set_scale(ax: Axes, *, x_is_log: bool = False, y_is_log: bool = False) -> None:
    """Make axes logarithmic where the view says so."""
    if x_is_log:
        ax.set_xscale("log")
    if y_is_log:
        ax.set_yscale("log")


def _pyplot() -> Any:
    try:
        import matplotlib.pyplot as plt  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise InvalidInputError(f"plots need Matplotlib, which is not installed: {pip_line('plots')}") from error
    return plt
