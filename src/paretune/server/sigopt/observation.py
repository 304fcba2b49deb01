"""Observations of SigOpt: read from a request as the outcome of a trial, and answered from one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from paretune.errors import FAILURE_REASONS, InvalidInputError
from paretune.evaluation.outcome import Outcome
from paretune.server.sigopt.experiment import Experiment
from paretune.server.sigopt.fields import (
    read_flag,
    read_list,
    read_metadata,
    read_number,
    read_object,
    require,
    shown,
)
from paretune.server.sigopt.metrics import stored_name, violations, with_strategy
from paretune.server.sigopt.suggestion import SUGGESTION, suggestion_id
from paretune.study.hosted_trials import TrialRecord

OBSERVATION, OBSERVATION_NOTES = "observation", "metadata"
_FIELDS = ("suggestion", "assignments", "values", "value", "value_stddev", "failed", "metadata", "no_optimize", "task")


@dataclass(frozen=True)
class Observation:
    """What a request observed.

    Args:
        outcome: how the trial ended.
        suggestion: id of the suggestion; None for a configuration of the user's own.
        assignments: the user's own configuration; None for that of the suggestion.
        metadata: notes of the user.
        no_optimize: whether nothing is to be computed now.
    """

    outcome: Outcome
    suggestion: int | None = None
    assignments: Mapping[str, Any] | None = None
    metadata: Mapping[str, Any] | None = None
    no_optimize: bool = False


def read_observation(body: Any, experiment: Experiment) -> Observation:
    """Read an observation.

    Args:
        body: of the request, or one of the list of a batch.
        experiment: its metrics are those that must be there, each once.

    Raises:
        InvalidInputError: a field is wrong, unknown or missing; the message names it.
    """
    fields = read_object(body, "", _FIELDS)
    if "task" in fields:
        raise InvalidInputError("task: this service has no multitask experiments; leave the field out")
    if ("suggestion" in fields) == ("assignments" in fields):
        raise InvalidInputError("give either suggestion or assignments")
    metadata = read_metadata(fields.get("metadata", {}))
    return Observation(
        read_outcome(fields, experiment, metadata),
        read_id(fields["suggestion"], "suggestion") if "suggestion" in fields else None,
        fields.get("assignments"),
        metadata,
        read_flag(fields.get("no_optimize", False), "no_optimize"),
    )


def read_outcome(fields: Mapping[str, Any], experiment: Experiment, metadata: Mapping[str, Any]) -> Outcome:
    """The outcome in the fields ``failed``, ``values``, ``value`` and ``value_stddev``.

    Raises:
        InvalidInputError: a field is wrong, or a metric is missing, unknown or there twice.
    """
    values = _with_old_form(fields)
    if read_flag(fields.get("failed", False), "failed"):
        if values:
            raise InvalidInputError("values must be left out, since failed is true")
        return failed_outcome(metadata)
    metrics = {metric["name"]: metric for metric in experiment.metrics}
    found: dict[str, Any] = {}
    for i, value in enumerate(read_list(values, "values")):
        where = f"values[{i}]"
        each = read_object(value, where, ("name", "value", "value_stddev"))
        name = each.get("name")
        if name not in metrics:
            known = ", ".join(map(str, metrics))
            raise InvalidInputError(f"{where}.name: there is no metric {name!r}; the metrics are {known}")
        stored = stored_name(metrics[name])
        if stored in found:
            raise InvalidInputError(f"{where}.name: the metric {name!r} occurs twice")
        found[stored] = read_number(require(each, "value", where), f"{where}.value")
        if "value_stddev" in each:
            found[f"{stored}_se"] = _read_error(each["value_stddev"], f"{where}.value_stddev")
    if missing := [name for name, metric in metrics.items() if stored_name(metric) not in found]:
        raise InvalidInputError(f"values: the metric {missing[0]!r} is missing")
    return succeeded_outcome(found, experiment)


def change_observation(body: Any, experiment: Experiment, record: TrialRecord) -> Observation:
    """An observation with the changes of a request.

    Args:
        body: of the request.
        experiment: of the observation.
        record: the trial that was observed.

    Raises:
        InvalidInputError: a field is wrong or unknown; the message names it.
    """
    fields = read_object(body, "", _FIELDS)
    if "suggestion" in fields and "assignments" in fields:
        raise InvalidInputError("give either suggestion or assignments")
    before = record.notes.get(OBSERVATION_NOTES) or {}
    metadata = read_metadata(body["metadata"] or {}) if "metadata" in body else dict(before)
    is_judged = any(name in fields for name in ("values", "value", "failed"))
    outcome = read_outcome(fields, experiment, metadata) if is_judged else same_outcome(record, experiment)
    suggestion = suggestion_id(record) if "assignments" not in fields else None
    if "suggestion" in fields:
        suggestion = read_id(fields["suggestion"], "suggestion")
    return Observation(outcome, suggestion, fields.get("assignments"), metadata)


def same_outcome(record: TrialRecord, experiment: Experiment) -> Outcome:
    """The outcome of a trial that has ended, judged by the present thresholds."""
    if record.state == "failed":
        return failed_outcome(record.notes.get(OBSERVATION_NOTES) or {})
    names = experiment.objectives.names
    values = {**record.metrics, **dict(zip(names, record.values, strict=False))}
    return succeeded_outcome({name: value for name, value in values.items() if name != "reason"}, experiment)


def succeeded_outcome(values: Mapping[str, float], experiment: Experiment) -> Outcome:
    """The outcome of a trial with all metrics.

    Args:
        values: every metric by stored name; standard errors under ``<name>_se``.
        experiment: its thresholds are the limits.
    """
    outcome = Outcome.from_metrics(values, experiment.objectives)
    return replace(outcome, violations=violations(experiment.metrics, values))


def failed_outcome(metadata: Mapping[str, Any]) -> Outcome:
    """The outcome of a failed trial; ``reason`` in its notes may be one of Paretune's words."""
    reason = metadata.get("reason")
    is_known = reason in FAILURE_REASONS and reason != "lost"
    return Outcome.from_reason(str(reason) if is_known else "crashed", json.dumps(metadata) if metadata else "")


def observation_id(record: TrialRecord) -> int:
    """The id of the observation of a trial that has ended."""
    noted = record.notes.get(OBSERVATION, record.number + 1)
    return noted if isinstance(noted, int) else record.number + 1


def notes_with_ids(record: TrialRecord) -> dict[str, Any]:
    """The notes for a trial in place of an ended one, which keeps the ids of its suggestion and observation."""
    return {**record.notes, SUGGESTION: suggestion_id(record), OBSERVATION: observation_id(record)}


def live_observations(records: Sequence[TrialRecord]) -> list[TrialRecord]:
    """The trials that have ended and were not deleted, by the ids of their observations."""
    return sorted((r for r in records if r.has_ended and not r.is_dropped), key=observation_id)


def describe_observation(experiment_id: int, experiment: Experiment, record: TrialRecord) -> dict[str, Any]:
    """The answer of SigOpt that describes an observation."""
    suggestion, metadata = suggestion_id(record), record.notes.get(OBSERVATION_NOTES)
    values = describe_values(experiment, record)
    only = values[0] if len(values) == 1 else {}  # for clients that know one metric
    return {
        "object": "observation",
        "id": str(observation_id(record)),
        "experiment": str(experiment_id),
        "created": int(record.ended or record.created),
        "failed": record.state == "failed",
        "suggestion": None if suggestion is None else str(suggestion),
        "assignments": dict(record.params),
        "metadata": dict(metadata) if metadata else None,
        "values": values,
        "value": only.get("value"),
        "value_stddev": only.get("value_stddev"),
    }


def describe_values(experiment: Experiment, record: TrialRecord) -> list[dict[str, Any]]:
    """The metrics of a trial by name; none of a failed one."""
    if record.state == "failed":
        return []
    values = observed_values(experiment, record)
    described = []
    for metric in experiment.metrics:
        name = stored_name(metric)
        if name in values:
            error = record.metrics.get(f"{name}_se")
            described.append(
                {"object": "metric_evaluation", "name": metric["name"], "value": values[name], "value_stddev": error}
            )
    return described


def observed_values(experiment: Experiment, record: TrialRecord) -> dict[str, float]:
    """The metrics of a complete trial by stored name."""
    names = [stored_name(metric) for metric in with_strategy(experiment.metrics, "optimize")]
    known = {stored_name(metric) for metric in experiment.metrics}
    others = {name: value for name, value in record.metrics.items() if name in known and name not in names}
    return {**others, **dict(zip(names, record.values, strict=False))}


def read_id(value: Any, where: str) -> int:
    """An id, which may be a text of digits."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 18:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise InvalidInputError(f"{where} must be an id, but is {value!r}"[:200])


def _with_old_form(fields: Mapping[str, Any]) -> Any:
    """The values; those of old clients stand beside the other fields, and have no name."""
    if "value" not in fields:
        if "value_stddev" in fields:
            raise InvalidInputError("value_stddev: give it with the value")
        return fields.get("values", [])
    if "values" in fields:
        raise InvalidInputError("value: give either value or values")
    return [{"name": None, "value": fields["value"], "value_stddev": fields.get("value_stddev")}]


def _read_error(value: Any, where: str) -> float:
    if read_number(value, where) < 0:
        raise InvalidInputError(f"{where} must be at least 0, but is {value!r}")
    return float(value)


def read_assignments(value: Any, experiment: Experiment) -> dict[str, Any]:
    """A configuration of the user's own, in the types of the space.

    Raises:
        InvalidInputError: a parameter is missing, unknown, out of its range or not active; the message names it.
    """
    if not isinstance(value, Mapping):
        raise InvalidInputError(f"assignments must be an object, but is {shown(value)}")
    try:
        return experiment.space.check(value)
    except InvalidInputError as error:
        raise InvalidInputError(f"assignments: {error}") from None
