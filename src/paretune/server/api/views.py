"""Studies and trials as the JSON interface shows them."""

from __future__ import annotations

from typing import Any

import numpy as np

from paretune.json_value import json_value
from paretune.server.names import study_key
from paretune.study import StudyView, record
from paretune.study.hosted_study import HostedStudy


def study_info(study: HostedStudy, *, with_definition: bool = False) -> dict[str, Any]:
    """Describe a study.

    Args:
        study: the study.
        with_definition: whether to add its space, its objectives and its revision.
    """
    listed, activity, run = study.listed(), study.activity(), study.run if study.is_writable else None
    ended = run.ended if run is not None and run.ended else "" if run is not None else listed.ended
    last = (record.runs(study.reader) or [{}])[-1]
    info: dict[str, Any] = {
        "name": study.name,
        "key": study_key(study.name),
        "state": _state(study, listed.state, ended),
        "ended": ended,
        "searcher": last.get("searcher") if run is None else run.searcher,
        "searcher_options": last.get("searcher_options", {}) if run is None else run.searcher_options,
        "seed": last.get("seed") if run is None else run.seed,
        "n_trials": activity.n_trials if run is None else run.n_trials,
        "counts": dict(listed.counts),
        "per_hour": activity.per_hour,
        "seconds_left": activity.seconds_left,
    }
    if with_definition:
        info["space"] = study.space.to_dict() if study.is_writable else None
        info["objectives"] = study.objectives.to_dict()
        info["revision"] = str(study.revision())
    return dict(json_value(info))


def _state(study: HostedStudy, listed: str, ended: str) -> str:
    if not study.is_writable:
        return "foreign"
    if listed == "running":
        return "running"
    if ended:
        return "ended"
    return "new" if listed == "new" else "open"


def trial_views(view: StudyView, *, with_steps: bool = False) -> list[dict[str, Any]]:
    """Describe trials.

    Args:
        view: the study with some of its trials.
        with_steps: whether to add what they reported while they ran.
    """
    trials, names = view.trials, view.trials.objectives.names
    values, errors = trials.values.tolist(), trials.losses_se.tolist()
    found = []
    for i, number in enumerate(trials.numbers.tolist()):
        record = view.records.get(number, {})
        described = {
            "number": number,
            "state": trials.states[i],
            "reason": trials.reasons[i],
            "params": dict(trials.params[i]),
            "values": dict(zip(names, values[i], strict=True)),
            "errors": dict(zip(names, errors[i], strict=True)),
            "metrics": {key: value for key, value in trials.metrics[i].items() if key not in names},
            "started": float(trials.started[i]),
            "duration": float(trials.durations[i]),
            "error": str(record.get("error", "")),
            "suggestion": record.get("suggestion", {}),
        }
        if with_steps:
            described["steps"] = list(record.get("steps") or ())
        found.append(dict(json_value(described)))
    return found


def front_numbers(view: StudyView) -> list[int]:
    """The numbers of the efficient trials, the best in the first objective first."""
    from paretune import pareto  # noqa: PLC0415 (needed only here)

    front = pareto.efficient_trials(view.trials)
    order = np.lexsort(front.losses.T[::-1])
    return [int(number) for number in front.numbers[order]]
