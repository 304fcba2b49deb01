"""How is the growth of hypervolume drawn?"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from paretune.confidence.estimate import LEVEL
from paretune.digits import written
from paretune.figures.growth import GrowthCurve, GrowthView
from paretune.figures.style import BLACK, BLUE, ORANGE, caption, figure, left_out, legend, nothing
from paretune.figures.words import named


def draw_growth(view: GrowthView) -> Figure:
    """Draw each side as a line that steps with its band, the baseline dashed and hatched; failures as marks below."""
    fig, (ax,) = figure(height=3.8)
    _draw_curve(ax, view.candidate, "" if view.baseline is None else "candidate", ORANGE, "-")
    if view.baseline is not None:
        _draw_curve(ax, view.baseline, "baseline", BLUE, (0, (4, 1.5)), hatch="////")
    failed = view.candidate.failed
    if len(failed):
        whose = "failed" if view.baseline is None else "candidate, failed"
        places, name = np.zeros(len(failed)), f"{whose} ({len(failed):,})"
        ax.plot(failed, places, "|", color=BLACK, markersize=8, clip_on=False, label=name)
    longest = max(len(curve.hypervolume) for curve in (view.candidate, view.baseline) if curve is not None)
    ax.set(xlabel="trials", ylabel="hypervolume", xlim=(0, max(longest, 1) * 1.02 + 0.5))
    ax.set_ylim(bottom=0)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if longest == 0:
        nothing(ax, "No trial has finished yet.")
    bands = _bands(view) if longest else ""
    legend(fig, *ax.get_legend_handles_labels(), columns=2)
    caption(fig, _reference(view), bands, left_out(view.n_excluded))
    return fig


def _draw_curve(ax: Axes, curve: GrowthCurve, side: str, color: str, style: object, hatch: str | None = None) -> None:
    n = len(curve.hypervolume)
    if n == 0:
        return
    runs = f"mean of {curve.n_runs} runs" if curve.n_runs > 1 else f"{n:,} trials"
    name = f"{side}, {runs}" if side else runs
    held = np.append(curve.hypervolume, curve.hypervolume[-1])  # the last gain is seen to hold
    ax.step(np.arange(1, n + 2), held, where="post", color=color, linewidth=1.8, linestyle=style, label=name)
    ax.fill_between(
        curve.at,
        curve.low,
        curve.high,
        facecolor=(color, 0.16),
        edgecolor=(color, 0.45),
        linewidth=0.4,
        hatch=hatch,
        step="post",
        label=f"{side}, {LEVEL:.0%} band" if side else f"{LEVEL:.0%} band",
    )


def _reference(view: GrowthView) -> str:
    places = zip(view.objectives, view.reference.tolist(), view.best.tolist(), strict=True)
    corner = ", ".join(f"{named(objective)} = {written(value, best)}" for objective, value, best in places)
    return f"Hypervolume measured from {corner}."


def _bands(view: GrowthView) -> str:
    n_runs = {curve.n_runs for curve in (view.candidate, view.baseline) if curve is not None}
    ways = [f"of the trials of {'the run' if n_runs == {1} else 'a single run'}: what hangs on a few of them"] * (
        1 in n_runs
    )
    ways += ["of the runs"] * (n_runs != {1})
    return f"Bands: {view.repeats:,} resamples {'; '.join(ways)}."
