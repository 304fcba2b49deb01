"""The numbers of a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from paretune import pareto
from paretune.trials import Trials


@dataclass(frozen=True)
class Summary:
    """What a report says, as numbers.

    Args:
        study: its name.
        efficient: the complete trials that no other dominates, ordered by their first objective, best first.
        knee: number of the efficient trial nearest to the ideal; None if there is none.
        counts: how many trials are ``complete``, ``failed``, ``pending`` and ``lost``.
        failures: how many failed by reason, lost ones left out.
        hypervolume: of the efficient trials.
        reference: the corner that it is measured from, in the user's units.
        origin: label and text, in order.
        notices: what a reader must know before anything else.
    """

    study: str
    efficient: Trials
    knee: int | None
    counts: Mapping[str, int]
    failures: Mapping[str, int]
    hypervolume: float
    reference: Mapping[str, float]
    origin: Mapping[str, str]
    notices: tuple[str, ...]

    @property
    def headline(self) -> str:
        """The result in a sentence."""
        finished = self.counts["complete"] + self.counts["failed"]
        if not finished:
            return "No trial has finished yet."
        trials = "1 trial" if finished == 1 else f"{finished} trials"
        if self.knee is None:
            return f"None of {trials} succeeded; the table of failures below says why."
        number = list(self.efficient.numbers).index(self.knee)
        values = ", ".join(
            f"{objective.name} {value:.4g}{' ' + objective.unit if objective.unit else ''}"
            for objective, value in zip(self.efficient.objectives, self.efficient.values[number], strict=True)
        )
        if len(self.efficient.objectives) == 1:
            return f"Of {trials}, the best is trial {self.knee}: {values}."
        n = len(self.efficient)
        worth = "1 is a trade-off" if n == 1 else f"{n} are trade-offs"
        return f"Of {trials}, {worth} worth having; the knee is trial {self.knee}: {values}."


def summarize(trials: Trials, origin: Mapping[str, Any]) -> Summary:
    """The numbers of a report.

    Args:
        trials: what was tried.
        origin: where it came from, as `paretune.study.Study.origin`.
    """
    efficient = pareto.efficient(trials)
    efficient = efficient[np.lexsort(efficient.losses.T[::-1])]
    knee = pareto.knee(efficient.losses)
    reference = pareto.reference_point(trials[trials.is_complete].losses, trials.objectives.limits)
    failures = trials.failures()
    return Summary(
        study=str(origin.get("study", "study")),
        efficient=efficient,
        knee=None if knee is None else int(efficient.numbers[knee]),
        counts={
            "complete": int(trials.is_complete.sum()),
            "failed": int((trials.is_failed & ~trials.is_lost).sum()),
            "pending": int(trials.is_pending.sum()),
            "lost": int(trials.is_lost.sum()),
        },
        failures={reason: n for reason, n in failures.items() if reason != "lost"},
        hypervolume=pareto.hypervolume(efficient.losses, reference),
        reference=dict(zip(trials.objectives.names, trials.objectives.values([reference])[0].tolist(), strict=True)),
        origin=_origin(trials, origin),
        notices=_notices(origin),
    )


def _notices(origin: Mapping[str, Any]) -> tuple[str, ...]:
    notice = (origin.get("data") or {}).get("notice")
    return (notice,) if notice else ()


def _origin(trials: Trials, origin: Mapping[str, Any]) -> dict[str, str]:
    rows = {"study": str(origin.get("study", ""))}
    if "workload" in origin:
        rows["workload"] = str(origin["workload"])
    for key in ("options", "fixed", "program"):
        if origin.get(key):
            rows[key] = ", ".join(f"{name}={value}" for name, value in origin[key].items())
    data = origin.get("data")
    if data:
        rows["data"], rows["data hash"] = str(data["name"]), f"sha256 {data['sha256']}"
    for i, run in enumerate(origin.get("runs", ()), 1):
        prefix = f"run {i}, " if len(origin["runs"]) > 1 else ""
        rows[f"{prefix}searcher"] = (
            f"{run['searcher']}, seed {run['seed']}, from trial {run['from_trial']}, {run['started']}"
        )
        if run.get("command"):
            rows[f"{prefix}command"] = run["command"]
        rows |= {f"{prefix}{key}": value for key, value in run.get("environment", {}).items()}
    rows["duration"] = f"{np.nansum(trials.durations):.0f} s of trials"
    return rows
