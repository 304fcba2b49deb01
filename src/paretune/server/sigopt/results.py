"""What SigOpt says of an experiment's observations: progress, the best ones, importances, and when to stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from paretune.pareto import is_nondominated
from paretune.server.sigopt.experiment import Experiment
from paretune.server.sigopt.metrics import stored_name, violations
from paretune.server.sigopt.observation import (
    OBSERVATION_NOTES,
    describe_observation,
    describe_values,
    live_observations,
    observation_id,
    observed_values,
)
from paretune.study.hosted_trials import TrialRecord

_STAGNATION = 5  # observations a parameter without a better one
MIN_PER_PARAMETER = 5  # observations, for importances


def best_trials(experiment: Experiment, records: Sequence[TrialRecord]) -> list[TrialRecord]:
    """The trials that meet all thresholds and that no other one dominates, the best in the first metric first.

    Args:
        experiment: the experiment.
        records: its trials.

    Returns:
        One trial for a single optimized metric.
    """
    objectives = experiment.objectives
    met = [record for record in live_observations(records) if _meets_thresholds(experiment, record)]
    if not met:
        return []
    losses = objectives.losses([list(record.values) for record in met])
    order = np.lexsort(losses.T[::-1])
    best = [met[i] for i in order if is_nondominated(losses)[i]]
    return best[:1] if len(objectives) == 1 else best


def describe_best(experiment: Experiment, record: TrialRecord) -> dict[str, Any]:
    """The answer of SigOpt that describes one of the best."""
    metadata = record.notes.get(OBSERVATION_NOTES)
    values = describe_values(experiment, record)
    only = values[0] if len(values) == 1 else {}  # for clients that know one metric
    return {
        "object": "best_assignments",
        "id": str(observation_id(record)),
        "assignments": dict(record.params),
        "values": values,
        "value": only.get("value"),
        "value_stddev": only.get("value_stddev"),
        "metadata": dict(metadata) if metadata else None,
    }


def describe_progress(experiment_id: int, experiment: Experiment, records: Sequence[TrialRecord]) -> dict[str, Any]:
    """The progress of an experiment of the core interface."""
    observed = live_observations(records)
    best = best_trials(experiment, records) if len(experiment.objectives) == 1 else []
    ends = [describe_observation(experiment_id, experiment, record) for record in (*observed[:1], *observed[-1:])]
    return {
        "object": "progress",
        "observation_count": len(observed),
        "observation_budget_consumed": len(observed),
        "first_observation": ends[0] if ends else None,
        "last_observation": ends[-1] if ends else None,
        "best_observation": describe_observation(experiment_id, experiment, best[0]) if best else None,
    }


def describe_run_progress(experiment: Experiment, states: Sequence[str]) -> dict[str, Any]:
    """The progress of an experiment of the newer module.

    Args:
        experiment: the experiment.
        states: of its runs.
    """
    n_active = sum(state == "active" for state in states)
    return {
        "object": "progress",
        "finished_run_count": len(states) - n_active,
        "active_run_count": n_active,
        "total_run_count": len(states),
        "remaining_budget": None if experiment.budget is None else experiment.budget - len(states),
    }


def describe_stopping(experiment: Experiment, records: Sequence[TrialRecord]) -> dict[str, Any]:
    """Whether and why an experiment may end.

    ``possible_stagnation``: none of the best is among the last observations, five for each parameter; with several
    optimized metrics only after the budget. ``observation_budget_reached``: there are more observations than planned.
    """
    observed = live_observations(records)
    is_over = experiment.budget is not None and len(observed) > experiment.budget
    reasons = ["observation_budget_reached"] if is_over else []
    n_last = _STAGNATION * (len(experiment.parameters) + len(experiment.conditionals))
    may_look = len(experiment.objectives) == 1 or is_over
    if may_look and len(observed) > n_last:
        last = {record.number for record in observed[-n_last:]}
        if not any(record.number in last for record in best_trials(experiment, records)):
            reasons.append("possible_stagnation")
    return {"object": "stopping_criteria", "should_stop": bool(reasons), "reasons": sorted(reasons)}


def describe_importances(experiment: Experiment, found: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    """The importances of each optimized metric, as shares that add up to 1.

    Args:
        experiment: the experiment.
        found: by metric and parameter.
    """
    described = []
    for metric in experiment.metrics:
        shares = found.get(stored_name(metric))
        if shares is not None:
            positive = {name: max(0.0, share) for name, share in shares.items()}
            total = sum(positive.values()) or 1.0
            importances = {name: share / total for name, share in positive.items()}
            described.append({"object": "metric_importances", "metric": metric["name"], "importances": importances})
    return described


def _meets_thresholds(experiment: Experiment, record: TrialRecord) -> bool:
    objectives = experiment.objectives
    if record.state != "complete" or len(record.values) != len(objectives):
        return False
    values = observed_values(experiment, record)
    is_within = objectives.is_within(objectives.losses([list(record.values)]))[0]
    return bool(is_within) and all(excess <= 0 for excess in violations(experiment.metrics, values).values())
