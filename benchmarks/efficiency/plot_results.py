"""The figure of hypervolume against trials, with one panel per problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import matplotlib.pyplot as plt
import pandas as pd
from compact_rows import TRIAL_COUNTS
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from problems.registry import HELD_OUT, load_problem

COLUMNS = 4
FIRST_TRIAL_COUNT = 10  # every peer draws the first trials without a model
MIN_RUNS_FOR_BAND = 5  # the interval of fewer runs would fill the panel


class LineStyle(NamedTuple):
    """The line style of a peer. Variants of one optimizer share a colour."""

    color: str
    style: str = "-"
    width: float = 1.2


LINE_STYLES = {
    "paretune": LineStyle("#d7191c", width=2.8),
    "paretune_no_reference": LineStyle("#d7191c", "--", 1.6),
    "paretune_penalty": LineStyle("#d7191c", ":", 1.6),
    "random": LineStyle("#8c8c8c"),
    "optuna_tpe": LineStyle("#2b7bba"),
    "optuna_tpe_worst": LineStyle("#2b7bba", "--"),
    "optuna_tpe_penalty": LineStyle("#2b7bba", ":"),
    "optuna_nsga2": LineStyle("#8c6d46"),
    "optuna_gp": LineStyle("#2ca05a"),
    "optuna_gp_worst": LineStyle("#2ca05a", "--"),
    "optuna_gp_penalty": LineStyle("#2ca05a", ":"),
    "botorch_sampler": LineStyle("#17b3c4"),
    "ax": LineStyle("#f28e1c"),
    "ax_abandoned": LineStyle("#f28e1c", "--"),
    "smac": LineStyle("#e377c2"),
    "sigopt": LineStyle("#7b4fb5"),
}


def plot_results(
    problems: Mapping[str, Mapping[str, pd.DataFrame]], half_width: Callable[[pd.Series], float]
) -> Figure:
    """Draw one panel per problem, with one legend.

    Args:
        problems: the runs of each peer, by problem.
        half_width: compute half the width of the interval of a mean.
    """
    n_rows = -(-len(problems) // COLUMNS)
    figure, grid = plt.subplots(n_rows, COLUMNS, figsize=(14, 2.9 * n_rows + 1), layout="constrained", squeeze=False)
    for panel, (name, peers) in zip(grid.flat, problems.items(), strict=False):
        _draw_panel(panel, name, mean_curves(peers, half_width))
    for panel in grid.flat[len(problems) :]:
        panel.set_visible(False)
    shown = [peer for peer in LINE_STYLES if any(peer in peers for peers in problems.values())]
    lines = [
        Line2D([], [], color=LINE_STYLES[p].color, linestyle=LINE_STYLES[p].style, linewidth=LINE_STYLES[p].width)
        for p in shown
    ]
    figure.legend(lines, shown, loc="outside upper center", ncols=7, frameon=False)
    figure.supxlabel("trials, failed ones included")
    return figure


def mean_curves(peers: Mapping[str, pd.DataFrame], half_width: Callable[[pd.Series], float]) -> dict[str, pd.DataFrame]:
    """Return for each peer the ``mean`` and ``half`` width by number of trials. The width of few runs is NaN."""
    return {
        peer: pd.DataFrame(
            [_point(runs[f"hv_{n}"].dropna(), n, half_width) for n in TRIAL_COUNTS if n >= FIRST_TRIAL_COUNT]
        )
        for peer, runs in peers.items()
    }


def _point(values: pd.Series, n: int, half_width: Callable[[pd.Series], float]) -> dict[str, float]:
    return {
        "n": n,
        "mean": values.mean(),
        "half": half_width(values) if len(values) >= MIN_RUNS_FOR_BAND else float("nan"),
    }


def _draw_panel(panel: Axes, name: str, curves: Mapping[str, pd.DataFrame]) -> None:
    for peer, curve in sorted(curves.items(), key=lambda item: item[0].startswith("paretune")):
        line = LINE_STYLES[peer]
        panel.plot(curve["n"], curve["mean"], color=line.color, linestyle=line.style, linewidth=line.width)
        low, high = curve["mean"] - curve["half"], curve["mean"] + curve["half"]
        alpha = 0.22 if peer == "paretune" else 0.06
        panel.fill_between(curve["n"], low, high, color=line.color, alpha=alpha, linewidth=0)
    means = pd.concat([curve["mean"] for curve in curves.values()])
    bottom, top = float(means.min()), float(means.max())
    panel.set_ylim(bottom - 0.03 * (top - bottom), top + 0.08 * (top - bottom))
    panel.set_title(f"{name} (held out)" if name in HELD_OUT else name, fontsize=10, loc="left")
    panel.set_ylabel("share of largest" if load_problem(name).max_hypervolume else "hypervolume", fontsize=8)
    panel.tick_params(labelsize=8)
    panel.grid(alpha=0.25)
    panel.spines[["top", "right"]].set_visible(False)
