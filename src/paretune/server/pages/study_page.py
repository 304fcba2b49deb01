"""What the page of a study shows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from paretune import pareto
from paretune.number_format import format_number
from paretune.server.pages.charts.front_chart import FrontExtras, front_chart
from paretune.server.pages.charts.line_charts import curves_chart, growth_chart
from paretune.study import Activity, StudyView
from paretune.trials import Trials

_NO_ANALYSIS: Mapping[str, Any] = {"notices": (), "optimism": "", "surfaces": {}, "probability": {}, "n_finished": 0}
MAX_ROWS = 30  # of tables
_MAX_POINTS = 20_000  # trials that a pointer can find


def study_context(view: StudyView, activity: Activity, analysis: Mapping[str, Any] | None) -> dict[str, Any]:
    """The values of the page.

    Args:
        view: the study.
        activity: what runs.
        analysis: what other processes computed of it, perhaps of an earlier revision; None if there is nothing yet.
    """
    trials = view.trials
    found = {**_NO_ANALYSIS, **(analysis or {})}
    extras = FrontExtras(
        {int(number): share for number, share in found.get("probability", {}).items()},
        found.get("knee"),
        found.get("surfaces", {}),
    )
    chart = front_chart(trials, extras)
    return {
        "sentence": found.get("sentence") or _sentence(trials),
        "is_current": found.get("n_finished") == int((~trials.is_pending & ~trials.is_lost).sum()),
        "analysis": found,
        "is_analysed": bool(analysis),
        "front": chart.picture,
        "data": chart.points[-_MAX_POINTS:],
        "growth": growth_chart(found["growth"]) if found.get("growth", {}).get("hypervolume") else None,
        "has_random": "random" in found.get("growth", {}),
        "efficient": _efficient_rows(trials, extras),
        "objectives": list(trials.objectives),
        "failures": _failure_rows(view),
        "curves": _curves(trials),
        "running": [_running_row(trial) for trial in activity.running],
        "latest": _latest_rows(trials),
        "activity": activity,
    }


def _sentence(trials: Trials) -> str:
    """What is known before the report's own sentence is computed."""
    n = int((~trials.is_pending & ~trials.is_lost).sum())
    if not n:
        return "No trial has finished yet."
    front = len(pareto.efficient_trials(trials))
    return (
        f"{n:,} {'trial has' if n == 1 else 'trials have'} finished; {front} {'is' if front == 1 else 'are'} efficient."
    )


def _efficient_rows(trials: Trials, extras: FrontExtras) -> list[dict[str, Any]]:
    front = pareto.efficient_trials(trials)
    front = front[np.lexsort(front.losses.T[::-1])]
    columns = front.values
    rows = []
    for i, number in enumerate(front.numbers.tolist()):
        values = [
            _measured(columns[i, j], front.losses_se[i, j], columns[:, j].tolist())
            for j in range(len(front.objectives))
        ]
        rows.append(
            {
                "number": number,
                "values": values,
                "probability": extras.probability.get(number),
                "is_knee": number == extras.knee,
                "params": {name: _text(value) for name, value in front.params[i].items()},
            }
        )
    return rows


def _measured(value: float, error: float, column: Sequence[float]) -> str:
    known = f" ± {format_number(error, min_digits=2)}" if math.isfinite(error) else ""
    return format_number(value, column) + known


def _failure_rows(view: StudyView) -> list[dict[str, Any]]:
    """For each reason: how many trials, their share, and the last message."""
    trials, rows = view.trials, []
    n = int((~trials.is_pending & ~trials.is_lost).sum())
    for reason, count in trials.failures().items():
        if reason == "lost":
            continue
        numbers = trials.numbers[trials.reasons == reason].tolist()
        last = next((number for number in reversed(numbers) if view.records.get(number, {}).get("error")), None)
        message = "" if last is None else str(view.records[last]["error"])
        rows.append({"reason": reason, "n": count, "share": count / n, "last": last, "message": message})
    return sorted(rows, key=lambda row: -row["n"])


def _curves(trials: Trials) -> Markup | None:
    """The curves of the metric that most trials reported: an objective, if any did."""
    curves = trials.curves
    if not len(curves):
        return None
    known = {name: int(np.isfinite(values).sum()) for name, values in curves.metrics.items()}
    objectives = {name: n for name, n in known.items() if name in trials.objectives.names and n}
    metric = max(objectives or known, key=lambda name: (objectives or known)[name])
    states = dict(zip(trials.numbers.tolist(), trials.states, strict=True))
    points: dict[int, list[tuple[float, float]]] = {}
    for number, step, value in zip(
        curves.numbers.tolist(), curves.steps.tolist(), curves.metrics[metric].tolist(), strict=True
    ):
        if math.isfinite(value):
            points.setdefault(number, []).append((step, value))
    return curves_chart(points, metric, states) if points else None


def _running_row(trial: Any) -> dict[str, Any]:
    where = ", ".join(f"{name} {value}" for name, value in trial.where.items())
    step = dict(trial.last_step)
    number = step.pop("step", None)
    metrics = ", ".join(f"{name} {format_number(value)}" for name, value in list(step.items())[:3] if _is_number(value))
    return {
        "number": trial.number,
        "where": where or "a client",
        "since": seconds_text(trial.seconds),
        "step": "" if number is None else f"step {number}: {metrics}",
        "is_dead": trial.is_dead,
    }


def _latest_rows(trials: Trials) -> list[dict[str, Any]]:
    last = trials[np.argsort(trials.numbers)][-MAX_ROWS:]
    rows = []
    for i in reversed(range(len(last))):
        values = [format_number(value) if math.isfinite(value) else "-" for value in last.values[i].tolist()]
        state = last.reasons[i] or last.states[i]
        params = ", ".join(f"{name} {_text(value)}" for name, value in last.params[i].items())
        rows.append({"number": int(last.numbers[i]), "state": state, "values": values, "params": params})
    return rows


def seconds_text(seconds: float | None) -> str:
    """A duration in words.

    Example:
        >>> seconds_text(42), seconds_text(5400), seconds_text(None)
        ('42 s', '1.5 h', '-')
    """
    if seconds is None or not math.isfinite(seconds):
        return "-"
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.0f} s"


def rate_text(per_hour: float | None) -> str:
    """A number of trials per hour.

    Example:
        >>> rate_text(24512.3), rate_text(2.345), rate_text(None)
        ('24,512', '2.35', '-')
    """
    if per_hour is None or not math.isfinite(per_hour):
        return "-"
    return f"{per_hour:,.0f}" if per_hour >= 100 else f"{per_hour:.3g}"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value)


def _text(value: Any) -> str:
    return format_number(value, min_digits=4) if isinstance(value, float) else str(value)
