"""Drawing of `GrowthView`."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from paretune.confidence.interval_estimate import CONFIDENCE_LEVEL
from paretune.figures.growth import GrowthCurve, GrowthView
from paretune.figures.labels import name_with_unit
from paretune.figures.style import BLACK, BLUE, ORANGE, add_caption, add_legend, excluded_text, new_figure, show_message
from paretune.number_format import format_number


def draw_growth(view: GrowthView) -> Figure:
    """Draw each side as a step line with its band, the baseline dashed and hatched, and failures as marks below."""
    fig, (ax,) = new_figure(height=3.8)
    _draw_curve(ax, view.candidate, "" if view.baseline is None else "candidate", ORANGE, "-")
    if view.baseline is not None:
        _draw_curve(ax, view.baseline, "baseline", BLUE, (0, (4, 1.5)), hatch="////")
    failed = view.candidate.failed
    if len(failed):
        label = "failed" if view.baseline is None else "candidate, failed"
        places, name = np.zeros(len(failed)), f"{label} ({len(failed):,})"
        ax.plot(failed, places, "|", color=BLACK, markersize=8, clip_on=False, label=name)
    longest = max(len(curve.hypervolume) for curve in (view.candidate, view.baseline) if curve is not None)
    ax.set(xlabel="trials", ylabel="hypervolume", xlim=(0, max(longest, 1) * 1.02 + 0.5))
    ax.set_ylim(bottom=0)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if longest == 0:
        show_message(ax, "No trial has finished yet.")
    bands = _bands(view) if longest else ""
    add_legend(fig, *ax.get_legend_handles_labels(), columns=2)
    add_caption(fig, _reference(view), bands, excluded_text(view.n_excluded))
    return fig


def _draw_curve(ax: Axes, curve: GrowthCurve, side: str, color: str, style: object, hatch: str | None = None) -> None:
    n = len(curve.hypervolume)
    if n == 0:
        return
    runs = f"mean of {curve.n_runs} runs" if curve.n_runs > 1 else f"{n:,} trials"
    name = f"{side}, {runs}" if side else runs
    extended = np.append(curve.hypervolume, curve.hypervolume[-1])  # one more step, so that the last gain is visible
    ax.step(np.arange(1, n + 2), extended, where="post", color=color, linewidth=1.8, linestyle=style, label=name)
    ax.fill_between(
        curve.at,
        curve.low,
        curve.high,
        facecolor=(color, 0.16),
        edgecolor=(color, 0.45),
        linewidth=0.4,
        hatch=hatch,
        step="post",
        label=f"{side}, {CONFIDENCE_LEVEL:.0%} band" if side else f"{CONFIDENCE_LEVEL:.0%} band",
    )


def _reference(view: GrowthView) -> str:
    places = zip(view.objectives, view.reference.tolist(), view.best.tolist(), strict=True)
    corner = ", ".join(
        f"{name_with_unit(objective)} = {format_number(value, best)}" for objective, value, best in places
    )
    return f"Hypervolume measured from {corner}."


def _bands(view: GrowthView) -> str:
    n_runs = {curve.n_runs for curve in (view.candidate, view.baseline) if curve is not None}
    single = "the run" if n_runs == {1} else "a single run"
    ways = [f"of the trials of {single}, which show how much the curve depends on a few trials"] * (1 in n_runs)
    ways += ["of the runs"] * (n_runs != {1})
    return f"Bands: {view.repeats:,} resamples {'; '.join(ways)}."
