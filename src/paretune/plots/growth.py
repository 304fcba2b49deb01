"""The growth of the hypervolume as Matplotlib axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from paretune.argument_checks import NUMBERS, check_arguments, list_of
from paretune.figures import growth_view
from paretune.figures.growth import GrowthCurve, Runs
from paretune.plots.axes import BASELINE, FAILED, FRONT, axes_for
from paretune.trials import Trials

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_growth(
    runs: Runs,
    baseline: Runs | None = None,
    ax: Axes | Sequence[Axes] | None = None,
    *,
    reference: ArrayLike | None = None,
) -> Axes:
    """Draw the hypervolume after each trial with its 95 % band, and that of a baseline.

    Args:
        runs: one study, or several with different seeds.
        baseline: the same for the other side of a comparison.
        ax: axes to draw on; by default those of a new figure.
        reference: ``m`` losses, the reference point; by default that of a comparison.

    Returns:
        The axes.
    """
    check_arguments(
        runs=(runs, Trials, list_of(Trials)),
        baseline=(baseline, Trials, list_of(Trials), None),
        reference=(reference, NUMBERS, None),
    )
    view = growth_view(runs, baseline, reference=reference)
    (axes,) = axes_for(1, ax)
    _draw(view.candidate, axes, FRONT, "study" if view.baseline else "")
    if view.baseline is not None:
        _draw(view.baseline, axes, BASELINE, "baseline")
        axes.legend()
    if len(view.candidate.failed):
        zeros = np.zeros(len(view.candidate.failed))
        axes.plot(view.candidate.failed, zeros, "x", color=FAILED, label="failed", clip_on=False)
        axes.legend()
    axes.set(xlabel="trials", ylabel="hypervolume", ylim=(0, None))
    return axes


def _draw(curve: GrowthCurve, ax: Axes, color: str, label: str) -> None:
    n = np.arange(1, len(curve.hypervolume) + 1)
    ax.step(n, curve.hypervolume, where="post", color=color, label=label or "_")
    ax.fill_between(curve.at, curve.low, curve.high, step="post", color=color, alpha=0.2, linewidth=0)
