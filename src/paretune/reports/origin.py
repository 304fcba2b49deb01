"""The origin of a run's trials: objectives, settings, data, machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from paretune.number_format import MAX_DIGITS, format_number
from paretune.objectives import Objective
from paretune.reports.runs import Run


def origin_rows(run: Run) -> dict[str, str]:
    """Texts by label: the objectives, the settings, the data, and each start or continuation of the study."""
    origin = run.origin
    rows = {"study": run.name, "objectives": "; ".join(map(_objective_text, run.trials.objectives))}
    if "workload" in origin:
        rows["workload"] = str(origin["workload"])
    for key in ("options", "fixed", "ranges", "program"):
        if origin.get(key):
            rows[key] = ", ".join(f"{name}={value}" for name, value in origin[key].items())
    if found := origin.get("proposals"):
        rows["before the first trial"] = (
            f"{found['method']}: {found['summary']}; {found['steps']} epochs and {found['seconds']:.0f} s; "
            f"{found['configurations']} proposed"
        )
    data = origin.get("data")
    if data:
        rows["data"], rows["data hash"] = str(data["name"]), f"sha256 {data['sha256']}"
    if origin.get("ignored"):
        rows["columns left out"] = ", ".join(origin["ignored"])
    rows |= _starts(origin.get("runs", ()))
    if np.isfinite(run.trials.durations).any():
        rows["duration"] = f"{np.nansum(run.trials.durations):.0f} s of trials"
    return rows


def _starts(runs: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Texts by label for each start or continuation of a study."""
    rows = {}
    for i, started in enumerate(runs, 1):
        prefix = f"run {i}, " if len(runs) > 1 else ""
        options = "".join(f", {name}={value}" for name, value in started.get("searcher_options", {}).items())
        rows[f"{prefix}searcher"] = (
            f"{started['searcher']}{options}, seed {started['seed']}, from trial {started['from_trial']}, "
            f"{started['started']}"
        )
        if started.get("command"):
            rows[f"{prefix}command"] = started["command"]
        if started.get("workers", 1) > 1:
            rows[f"{prefix}workers"] = str(started["workers"])
        if started.get("ended"):
            rows[f"{prefix}ended by"] = started["ended"]
        rows |= {f"{prefix}{key}": value for key, value in started.get("environment", {}).items()}
    return rows


def searcher_of(run: Run) -> str | None:
    """The searcher of all trials of a run; None if it is unknown or there are several."""
    searchers = {started.get("searcher") for started in run.origin.get("runs", ())}
    return searchers.pop() if len(searchers) == 1 else None


def _objective_text(objective: Objective) -> str:
    unit = f" {objective.unit}" if objective.unit else ""
    bound = "at least" if objective.goal == "maximize" else "at most"
    limit = (
        "" if objective.limit is None else f", {bound} {format_number(objective.limit, min_digits=MAX_DIGITS)}{unit}"
    )
    return f"{objective.goal} {objective.name}{f' [{objective.unit}]' if objective.unit else ''}{limit}"
