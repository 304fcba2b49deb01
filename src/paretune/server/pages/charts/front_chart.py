"""The front: all trials, the efficient ones, where the front probably is, limits, the knee, and failures below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from markupsafe import Markup

from paretune import pareto
from paretune.number_format import format_number
from paretune.objectives import Objective
from paretune.server.pages.charts import svg
from paretune.server.pages.charts.svg import BOTTOM, HEIGHT, Frame
from paretune.trials import Trials

_STRIP = 30  # pixels for the failures below
_CROSS = Markup('<path class="failed" d="M{} {}l7 7m0 -7l-7 7" data-trial="{}"><title>trial {}: {}</title></path>')
_LARGEST = 1e60  # some trainings report a huge number in place of a failure


@dataclass(frozen=True)
class FrontExtras:
    """What other processes computed about a front.

    Args:
        probability: the probability of being efficient by trial number.
        knee: number of the knee; None without one.
        surfaces: points of the borders of the confidence region by share, ``0.05``, ``0.5`` and ``0.95``.
    """

    probability: Mapping[int, float] = field(default_factory=dict)
    knee: int | None = None
    surfaces: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)


@dataclass(frozen=True)
class FrontChart:
    """The picture of a front, and where its trials are on it.

    Args:
        picture: as SVG.
        points: number and two pixels of each trial, for a script that finds the nearest one.
    """

    picture: Markup
    points: list[tuple[int, float, float]]


def front_chart(trials: Trials, extras: FrontExtras) -> FrontChart:
    """Draw the first two objectives, the second one horizontally; a single objective over the trial numbers."""
    columns = (0, 1) if len(trials.objectives) > 1 else (0, 0)
    with np.errstate(invalid="ignore"):
        is_shown = (np.abs(trials.losses) <= _LARGEST).all(axis=1) & ~trials.is_pending & ~trials.is_stopped
    shown = trials[is_shown]
    ys = shown.values[:, columns[0]]
    xs = shown.values[:, columns[1]] if len(trials.objectives) > 1 else shown.numbers.astype(float)
    goals = trials.objectives[columns[0]], trials.objectives[columns[1]]
    x_label = _label(goals[1]) if len(trials.objectives) > 1 else "trial"
    frame = Frame.of(xs.tolist(), ys.tolist(), (x_label, _label(goals[0])), strip=_STRIP)
    points = frame.points(zip(xs.tolist(), ys.tolist(), strict=True))
    is_front = np.zeros(len(shown), bool)
    complete = np.flatnonzero(shown.is_complete)
    is_front[complete[pareto.is_nondominated(shown.losses[complete])]] = True
    parts = [
        _region(frame, extras.surfaces) if len(trials.objectives) == 2 else Markup(),
        _limits(frame, goals, is_pair=len(trials.objectives) > 1),
        svg.dots([p for p, i in zip(points, shown.is_failed, strict=True) if i], "outside"),
        svg.dots([p for p, i in zip(points, shown.is_complete & ~is_front, strict=True) if i], "dominated"),
        _front(shown, is_front, points, extras),
    ]
    picture = frame.render("front", _caption(shown, is_front), *parts, below=_failures(trials))
    found = zip(shown.numbers.tolist(), points, strict=True)
    return FrontChart(picture, [(number, *point) for number, point in found])


def _front(shown: Trials, is_front: Any, points: Sequence[tuple[float, float]], extras: FrontExtras) -> Markup:
    rows = np.flatnonzero(is_front)
    rows = rows[np.lexsort(shown.losses[rows].T[::-1])].tolist()
    parts = [svg.line([points[row] for row in rows], "front-line")] if len(shown.objectives) == 2 else []
    for row in rows:
        number = int(shown.numbers[row])
        probability = extras.probability.get(number)
        names = zip(shown.objectives.names, shown.values[row].tolist(), strict=True)
        words = ", ".join(f"{name} {format_number(value)}" for name, value in names)
        sure = "" if probability is None else f", efficient with probability {100 * probability:.0f} %"
        kind = "efficient knee" if number == extras.knee else "efficient"
        radius = 5.0 if probability is None else round(3.0 + 4.0 * probability, 1)
        parts.append(svg.mark(points[row], number, kind, f"trial {number}: {words}{sure}", radius))
    return Markup().join(parts)


def _region(frame: Frame, surfaces: Mapping[str, Sequence[tuple[float, float]]]) -> Markup:
    if not {"0.05", "0.95"} <= surfaces.keys():
        return Markup()
    outer, inner = (frame.points((x, y) for y, x in surfaces[share]) for share in ("0.05", "0.95"))
    middle = frame.points((x, y) for y, x in surfaces.get("0.5", ()))
    return svg.area([*outer, *reversed(inner)], "region") + svg.line(middle, "region-middle")


def _limits(frame: Frame, goals: tuple[Objective, Objective], *, is_pair: bool) -> Markup:
    parts = []
    if goals[0].limit is not None:
        at = frame.y.at(goals[0].limit)
        parts.append(svg.line([(frame.x.start, at), (frame.x.end, at)], "limit"))
    if is_pair and goals[1].limit is not None:
        at = frame.x.at(goals[1].limit)
        parts.append(svg.line([(at, frame.y.start), (at, frame.y.end)], "limit"))
    return Markup().join(parts)


def _failures(trials: Trials) -> Markup:
    """Failed trials without all objectives, by their numbers from left to right below the chart."""
    known = np.isfinite(trials.losses).all(axis=1)
    failed = trials[trials.is_failed & ~trials.is_lost & ~known]
    if not len(failed):
        return Markup()
    y, last = HEIGHT - BOTTOM - _STRIP / 2 + 2, max(1, int(trials.numbers.max(initial=1)))
    width = svg.WIDTH - svg.RIGHT - svg.LEFT - 12
    marks = [
        Markup(
            '<path class="failed" d="M{} {}l7 7m0 -7l-7 7" data-trial="{}"><title>trial {}: {}</title></path>'
        ).format(round(svg.LEFT + 2 + width * number / last, 1), y - 4, number, number, reason)
        for number, reason in zip(failed.numbers.tolist(), failed.reasons, strict=True)
    ]
    return Markup().join([svg.text((8, y + 4), "failed"), *marks])


def _label(objective: Objective) -> str:
    unit = f" [{objective.unit}]" if objective.unit else ""
    return f"{objective.name}{unit}, {'more' if objective.goal == 'maximize' else 'less'} is better"


def _caption(shown: Trials, is_front: Any) -> str:
    n = int(is_front.sum())
    return f"{len(shown)} evaluated trials, {n} of them efficient: {' against '.join(shown.objectives.names[:2])}"
