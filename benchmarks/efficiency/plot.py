"""Hypervolume against trials, a panel a problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from problems import HELD_OUT, load
from runs import MARKS

COLUMNS = 4
FIRST_SHOWN = 10  # before that, every peer draws without a model
N_BAND = 5  # an interval of fewer seeds would cover its panel


class Look(NamedTuple):
    """How a peer is drawn; relatives share a colour."""

    color: str
    style: str = "-"
    width: float = 1.2


LOOKS = {
    "paretune": Look("#d7191c", width=2.8),
    "paretune_no_reference": Look("#d7191c", "--", 1.6),
    "paretune_penalty": Look("#d7191c", ":", 1.6),
    "random": Look("#8c8c8c"),
    "optuna_tpe": Look("#2b7bba"),
    "optuna_tpe_worst": Look("#2b7bba", "--"),
    "optuna_tpe_penalty": Look("#2b7bba", ":"),
    "optuna_nsga2": Look("#8c6d46"),
    "optuna_gp": Look("#2ca05a"),
    "optuna_gp_worst": Look("#2ca05a", "--"),
    "optuna_gp_penalty": Look("#2ca05a", ":"),
    "botorch_sampler": Look("#17b3c4"),
    "ax": Look("#f28e1c"),
    "ax_abandoned": Look("#f28e1c", "--"),
    "smac": Look("#e377c2"),
    "sigopt": Look("#7b4fb5"),
}


def draw(problems: Mapping[str, Mapping[str, pd.DataFrame]], half_width: Callable[[pd.Series], float]) -> Figure:
    """Small multiples with one legend.

    Args:
        problems: by name, the runs of each peer.
        half_width: of the interval of a mean.
    """
    n_lines = -(-len(problems) // COLUMNS)
    figure, grid = plt.subplots(n_lines, COLUMNS, figsize=(14, 2.9 * n_lines + 1), layout="constrained", squeeze=False)
    for panel, (name, peers) in zip(grid.flat, problems.items(), strict=False):
        _panel(panel, name, curves(peers, half_width))
    for panel in grid.flat[len(problems) :]:
        panel.set_visible(False)
    shown = [peer for peer in LOOKS if any(peer in peers for peers in problems.values())]
    lines = [Line2D([], [], color=LOOKS[p].color, linestyle=LOOKS[p].style, linewidth=LOOKS[p].width) for p in shown]
    figure.legend(lines, shown, loc="outside upper center", ncols=7, frameon=False)
    figure.supxlabel("trials, failed ones included")
    return figure


def curves(peers: Mapping[str, pd.DataFrame], half_width: Callable[[pd.Series], float]) -> dict[str, pd.DataFrame]:
    """Of each peer the ``mean`` and ``half`` by number of trials; half is NaN for a few runs."""
    return {
        peer: pd.DataFrame([_point(runs[f"hv_{n}"].dropna(), n, half_width) for n in MARKS if n >= FIRST_SHOWN])
        for peer, runs in peers.items()
    }


def _point(values: pd.Series, n: int, half_width: Callable[[pd.Series], float]) -> dict[str, float]:
    return {"n": n, "mean": values.mean(), "half": half_width(values) if len(values) >= N_BAND else float("nan")}


def _panel(panel: Axes, name: str, found: Mapping[str, pd.DataFrame]) -> None:
    for peer, curve in sorted(found.items(), key=lambda item: item[0].startswith("paretune")):
        look = LOOKS[peer]
        panel.plot(curve["n"], curve["mean"], color=look.color, linestyle=look.style, linewidth=look.width)
        low, high = curve["mean"] - curve["half"], curve["mean"] + curve["half"]
        alpha = 0.22 if peer == "paretune" else 0.06
        panel.fill_between(curve["n"], low, high, color=look.color, alpha=alpha, linewidth=0)
    means = pd.concat([curve["mean"] for curve in found.values()])
    bottom, top = float(means.min()), float(means.max())
    panel.set_ylim(bottom - 0.03 * (top - bottom), top + 0.08 * (top - bottom))
    panel.set_title(f"{name} (held out)" if name in HELD_OUT else name, fontsize=10, loc="left")
    panel.set_ylabel("share of largest" if load(name).largest else "hypervolume", fontsize=8)
    panel.tick_params(labelsize=8)
    panel.grid(alpha=0.25)
    panel.spines[["top", "right"]].set_visible(False)
