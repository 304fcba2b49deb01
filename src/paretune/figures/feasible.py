"""Which share of the trials was feasible, and how did it change?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from paretune.confidence.estimate import LEVEL, TAILS
from paretune.figures.shown import finished, total, unfinished
from paretune.figures.style import BLACK, BLUE, GREEN, ORANGE, PINK, caption, figure, left_out, legend, nothing
from paretune.figures.words import plain
from paretune.trials import Trials

_LOOKS = [(ORANGE, "-", ""), (BLUE, (0, (4, 1.5)), "////"), (GREEN, (0, (1, 1)), "...."), (PINK, "-.", "\\\\\\\\")]


@dataclass(frozen=True, eq=False)
class FeasibleCurve:
    """The feasible share of one study; all shares are fractions of 1.

    Args:
        cumulative: ``n`` shares of the first trials, after each.
        window: how many trials the moving share is of.
        at: ``n - window + 1`` counts of trials at which a window ends.
        moving: the shares of those windows.
        low: the lower ends of their binomial intervals.
        high: the upper ends.
    """

    cumulative: NDArray[np.float64]
    window: int
    at: NDArray[np.int64]
    moving: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FeasibleView:
    """What a picture of feasibility shows.

    Args:
        curves: one a study, by its label; the label is empty for a single study without one.
        n_excluded: how many trials are not in the picture, by why, of all studies.
    """

    curves: Mapping[str, FeasibleCurve]
    n_excluded: Mapping[str, int]


def feasible_view(trials: Trials | Mapping[str, Trials], *, window: int | None = None) -> FeasibleView:
    """The share of trials that succeeded inside the limits: of all so far, and of a window that moves.

    The interval of a window is Wilson's (1927), of 95 %, as if its trials were drawn alike.

    Args:
        trials: one study, or several by label.
        window: how many trials a window has; by default a tenth of them, and at least ten (or all, where fewer).
    """
    studies = {"": trials} if isinstance(trials, Trials) else dict(trials)
    return FeasibleView(
        {label: _curve(finished(study).is_complete, window) for label, study in studies.items()},
        total([unfinished(study) for study in studies.values()]),
    )


def _curve(is_feasible: NDArray[np.bool_], window: int | None) -> FeasibleCurve:
    n = len(is_feasible)
    width = max(min(n, window or max(10, math.ceil(n / 10))), 1)
    total = np.concatenate([[0], np.cumsum(is_feasible)])
    successes = total[width:] - total[: max(n + 1 - width, 0)]
    low, high = wilson(successes, width)
    return FeasibleCurve(total[1:] / np.arange(1, n + 1), width, np.arange(width, n + 1), successes / width, low, high)


def wilson(successes: NDArray[np.int64], n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The 95 % score interval of a share (Wilson 1927), for ``n`` trials each."""
    z2, share = NormalDist().inv_cdf(TAILS[1]) ** 2, successes / n
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def draw_feasible(view: FeasibleView) -> Figure:
    """Draw the share so far as a line, the moving one as a thin line with its interval."""
    fig, (ax,) = figure(height=3.6)
    for i, (label, curve) in enumerate(view.curves.items()):
        color, style, hatch = _LOOKS[i % len(_LOOKS)]
        n, whose = len(curve.cumulative), f"{plain(label)}, " if label else ""
        if n == 0:
            continue
        name = f"{whose}all {n:,} so far: {curve.cumulative[-1]:.0%}"
        ax.plot(np.arange(1, n + 1), curve.cumulative, color=color, linewidth=2, linestyle=style, label=name)
        ax.plot(curve.at, curve.moving, color=color, linewidth=0.9)
        interval = f"{whose}last {curve.window:,}, {LEVEL:.0%} interval"
        edge = (color, 0.45)
        ax.fill_between(
            curve.at,
            curve.low,
            curve.high,
            facecolor=(color, 0.14),
            edgecolor=edge,
            hatch=hatch,
            lw=0.4,
            label=interval,
        )
    ax.set(xlabel="trials", ylabel="feasible share", ylim=(-0.02, 1.02))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.axhline(0, color=BLACK, linewidth=0.6)
    if not any(len(curve.cumulative) for curve in view.curves.values()):
        nothing(ax, "No trial has finished yet.")
    legend(fig, *ax.get_legend_handles_labels(), columns=2)
    caption(fig, "Feasible: succeeded, inside all limits.", left_out(view.n_excluded))
    return fig
