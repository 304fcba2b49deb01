"""Drawing of `ImportanceView`."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from paretune.figures.forest import N_FOLDS, N_SHUFFLES, Importances
from paretune.figures.importance import ImportanceView
from paretune.figures.labels import plain_text
from paretune.figures.style import BLACK, BLUE, ORANGE, add_caption, excluded_text, hide_frame

_CAPTION = (
    "A random forest learns from four fifths of the trials and predicts the last fifth. A bar shows how much its "
    "squared error grows when the values of one parameter are shuffled, as a multiple of the outcome's variance, ± one "
    f"standard deviation over {N_FOLDS} folds of {N_SHUFFLES} shuffles. Objectives are predicted as ranks."
)


def draw_importance(view: ImportanceView) -> Figure:
    """Draw a panel of bars for each outcome; all panels have the same order of parameters, failure is hatched.

    A panel without bars says that the forest does not predict better than the mean.
    """
    n = len(view.outcomes)
    columns = n if n <= 3 else -(-n // 2)
    rows = -(-n // columns)
    order = view.order[::-1] if any(found.is_predicted for found in view.outcomes.values()) else []
    height = 1.4 + rows * (1.2 + 0.24 * len(order))
    fig = Figure(figsize=(1.6 + 2.7 * columns, height), layout="constrained")
    for i, (name, found) in enumerate(view.outcomes.items()):
        ax = fig.add_subplot(rows, columns, i + 1)
        hide_frame(ax)
        is_failing = i == n - 1
        ax.set_title(f"{plain_text(name, 24)}\n{_quality(found)}", fontsize=9, loc="left")
        _draw_panel(ax, found, order, is_failing=is_failing)
        ax.set_yticks(range(len(order)), [plain_text(view.parameters[j], 22) for j in order], fontsize=8)
        ax.tick_params(labelleft=i % columns == 0, left=False)
        ax.set_ylim(-0.6, max(len(order), 1) - 0.4)
    add_caption(fig, _CAPTION, excluded_text(view.n_excluded))
    return fig


def _draw_panel(ax: Axes, found: Importances, order: list[int], *, is_failing: bool) -> None:
    if not found.is_predicted:
        why = found.why_not or "a forest does not predict clearly better than the mean"
        ax.set(xticks=[], xlim=(0, 1))
        ax.text(
            0.5, 0.5, _wrapped(f"Nothing to show: {why}."), transform=ax.transAxes, ha="center", va="center", fontsize=8
        )
        return
    color, hatch = (ORANGE, "////") if is_failing else (BLUE, "")
    ax.barh(
        np.arange(len(order)),
        found.mean[order],
        xerr=found.spread[order],
        color=(color, 0.75),
        edgecolor=BLACK,
        linewidth=0.6,
        hatch=hatch,
        height=0.66,
        error_kw={"elinewidth": 0.9, "ecolor": BLACK, "capsize": 2},
    )
    ax.axvline(0, color=BLACK, linewidth=0.8)
    ax.grid(visible=True, axis="x", color="#E4E4E4", linewidth=0.6)
    ax.set_xlabel("growth of the error / variance", fontsize=8)
    ax.tick_params(axis="x", labelsize=8)


def _quality(found: Importances) -> str:
    trials = f"{found.n_trials:,} trials"
    if found.r2 is None:
        return trials
    return (
        f"R² {found.r2:.2f} ± {found.r2_se:.2f}"
        + ("" if found.auc is None else f", AUC {found.auc:.2f}")
        + f", {trials}"
    )


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 26)
