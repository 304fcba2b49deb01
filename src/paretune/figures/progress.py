"""How the hypervolume grew, trial by trial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from paretune import pareto
from paretune.figures.style import BLACK, BLUE, figure
from paretune.trials import Trials


@dataclass(frozen=True)
class ProgressView:
    """What a picture of a search's progress shows.

    Args:
        hypervolume: ``n`` volumes, after each finished trial in the order of their numbers.
        is_failed: ``n`` booleans.
        reference: ``m`` values, the corner that the volumes are measured from.
    """

    hypervolume: NDArray[np.float64]
    is_failed: NDArray[np.bool_]
    reference: NDArray[np.float64]


def progress_view(trials: Trials) -> ProgressView:
    """The hypervolume of the complete trials over all finished ones, with one reference throughout."""
    finished = trials[~trials.is_pending & ~trials.is_lost]
    losses = np.where(finished.is_complete[:, None], finished.losses, np.nan)
    reference = pareto.reference_point(losses, trials.objectives.limits)
    volumes = pareto.hypervolume_history(losses, reference)
    return ProgressView(volumes, finished.is_failed, trials.objectives.values(reference[None])[0])


def draw_progress(view: ProgressView) -> Figure:
    """Draw the hypervolume as a line that steps, failed trials as marks below."""
    fig, (ax,) = figure(height=3.4)
    count = np.arange(1, len(view.hypervolume) + 1)
    held = np.append(view.hypervolume, view.hypervolume[-1:])  # the last gain is seen to hold
    ax.step(np.arange(1, len(held) + 1), held, where="post", color=BLUE, linewidth=1.8)
    failed = count[view.is_failed]
    ax.plot(
        failed,
        np.zeros(len(failed)),
        "|",
        color=BLACK,
        markersize=9,
        clip_on=False,
        label=f"failed ({len(failed)})",
    )
    ax.set_xlabel("trials")
    ax.set_ylabel("hypervolume")
    ax.set_ylim(bottom=0)
    ax.set_xlim(0, max(len(count), 1) + 1)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if len(failed):
        fig.legend(frameon=False, fontsize=9, loc="outside upper right")
    return fig
