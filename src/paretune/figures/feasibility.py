"""The share of feasible trials and its change over time: the view and its drawing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from paretune.confidence.interval_estimate import CONFIDENCE_LEVEL, INTERVAL_QUANTILES
from paretune.figures.labels import plain_text
from paretune.figures.style import (
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    PINK,
    add_caption,
    add_legend,
    excluded_text,
    new_figure,
    show_message,
)
from paretune.figures.trial_selection import count_unevaluated, evaluated_trials, sum_counts
from paretune.trials import Trials

_LINE_STYLES = [
    (ORANGE, "-", ""),
    (BLUE, (0, (4, 1.5)), "////"),
    (GREEN, (0, (1, 1)), "...."),
    (PINK, "-.", "\\\\\\\\"),
]


@dataclass(frozen=True, eq=False)
class FeasibilityCurve:
    """The feasible share of one study; all shares are fractions of 1.

    Args:
        cumulative: ``n`` shares, one after each trial, of all trials so far.
        window: number of trials in the moving window.
        at: ``n - window + 1`` counts of trials at which a window ends.
        moving: the share in each window.
        low: the lower end of each window's binomial interval.
        high: the upper end of each interval.
    """

    cumulative: NDArray[np.float64]
    window: int
    at: NDArray[np.int64]
    moving: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FeasibilityView:
    """The data of a picture of feasibility.

    Args:
        curves: one curve per study, by label; a single study without a label has an empty one.
        n_excluded: number of trials of all studies that are not in the picture, by reason.
    """

    curves: Mapping[str, FeasibilityCurve]
    n_excluded: Mapping[str, int]


def feasibility_view(trials: Trials | Mapping[str, Trials], *, window: int | None = None) -> FeasibilityView:
    """Compute the share of trials that succeeded inside the limits, of all so far and of a moving window.

    The interval of a window is Wilson's 95 % interval (1927), which assumes independent trials with one probability.

    Args:
        trials: one study, or several by label.
        window: number of trials in a window; by default a tenth of the trials and at least ten (all if there are
            fewer).
    """
    studies = {"": trials} if isinstance(trials, Trials) else dict(trials)
    return FeasibilityView(
        {label: _curve(evaluated_trials(study).is_complete, window) for label, study in studies.items()},
        sum_counts([count_unevaluated(study) for study in studies.values()]),
    )


def _curve(is_feasible: NDArray[np.bool_], window: int | None) -> FeasibilityCurve:
    n = len(is_feasible)
    width = max(min(n, window or max(10, math.ceil(n / 10))), 1)
    total = np.concatenate([[0], np.cumsum(is_feasible)])
    successes = total[width:] - total[: max(n + 1 - width, 0)]
    low, high = wilson_interval(successes, width)
    return FeasibilityCurve(
        total[1:] / np.arange(1, n + 1), width, np.arange(width, n + 1), successes / width, low, high
    )


def wilson_interval(successes: NDArray[np.int64], n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The 95 % score interval (Wilson 1927) of each share ``successes / n``."""
    z2, share = NormalDist().inv_cdf(INTERVAL_QUANTILES[1]) ** 2, successes / n
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def draw_feasibility(view: FeasibilityView) -> Figure:
    """Draw the share so far as a thick line, and the moving share as a thin line with its interval."""
    fig, (ax,) = new_figure(height=3.6)
    for i, (label, curve) in enumerate(view.curves.items()):
        color, style, hatch = _LINE_STYLES[i % len(_LINE_STYLES)]
        n, prefix = len(curve.cumulative), f"{plain_text(label)}, " if label else ""
        if n == 0:
            continue
        name = f"{prefix}all {n:,} so far: {curve.cumulative[-1]:.0%}"
        ax.plot(np.arange(1, n + 1), curve.cumulative, color=color, linewidth=2, linestyle=style, label=name)
        ax.plot(curve.at, curve.moving, color=color, linewidth=0.9)
        interval = f"{prefix}last {curve.window:,}, {CONFIDENCE_LEVEL:.0%} interval"
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
        show_message(ax, "No trial has finished yet.")
    add_legend(fig, *ax.get_legend_handles_labels(), columns=2)
    add_caption(fig, "A feasible trial succeeded inside all limits.", excluded_text(view.n_excluded))
    return fig
