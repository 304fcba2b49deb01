"""Charts of lines: the growth of the hypervolume, and learning curves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from paretune.server.pages.charts import svg
from paretune.server.pages.charts.svg import Frame

_MAX_CURVES = 60


def growth_chart(growth: Mapping[str, Any]) -> Markup:
    """Draw the hypervolume over trials, beside that of random search if there is one.

    Args:
        growth: ``hypervolume`` by trial, and perhaps ``random`` with ``at``, ``mean``, ``low`` and ``high``.
    """
    own = [(i + 1.0, value) for i, value in enumerate(growth["hypervolume"])]
    random = growth.get("random")
    others = [] if random is None else [*zip(random["at"], random["high"], strict=True)]
    xs, ys = zip(*([(0.0, 0.0), *own, *others]), strict=True)
    frame = Frame.of(list(map(float, xs)), list(ys), ("trials", "hypervolume"), may_be_log=False)
    parts = []
    if random is not None:
        low, mean, high = (
            frame.points(zip(random["at"], random[name], strict=True)) for name in ("low", "mean", "high")
        )
        parts += [svg.area([*high, *reversed(low)], "random-band"), svg.line(mean, "random-line")]
    parts.append(svg.line(frame.points(own), "own-line"))
    last = own[-1][1] if own else 0.0
    return frame.render("growth", f"The hypervolume over {len(own)} trials; it is {last:.4g} now", *parts)


def curves_chart(curves: Mapping[int, Sequence[tuple[float, float]]], metric: str, states: Mapping[int, str]) -> Markup:
    """Draw the learning curves of the latest trials.

    Args:
        curves: steps and values by trial number.
        metric: what the values are.
        states: states by trial number; running and stopped trials are drawn in other colours.
    """
    latest = dict(sorted(curves.items())[-_MAX_CURVES:])
    points = [point for curve in latest.values() for point in curve if math.isfinite(point[1])]
    frame = Frame.of([x for x, _ in points], [y for _, y in points], ("step", metric))
    parts = []
    for number, curve in latest.items():
        pixels = frame.points(curve)
        kind = f"curve {states.get(number, '')}"
        parts.append(svg.line(pixels, kind) if len(pixels) > 1 else svg.dots(pixels, f"dot {kind}"))
    return frame.render("curves", f"{metric} by step of the last {len(latest)} trials that reported any", *parts)
