"""Runs of SigOpt: what a training logs, kept as a document, and the outcome that it gives its trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from paretune.errors import InvalidInputError
from paretune.evaluation.outcome import Outcome
from paretune.server.sigopt.experiment import Experiment
from paretune.server.sigopt.fields import (
    read_choice,
    read_flag,
    read_list,
    read_metadata,
    read_number,
    read_object,
    read_text,
    require,
)
from paretune.server.sigopt.metrics import stored_name
from paretune.server.sigopt.observation import failed_outcome, succeeded_outcome

MAX_CHECKPOINTS = 200
_STATES = ("active", "completed", "failed")
_MAPPINGS = (
    "assignments", "assignments_meta", "assignments_sources", "values", "metadata", "sys_metadata", "dev_metadata",
    "datasets", "logs", "model", "source_code",
)  # fmt: skip
_FIELDS = (*_MAPPINGS, "state", "name", "favorite", "deleted", "project")
_MAX_ENTRIES = 1_000  # of a mapping
_DEFAULTS: dict[str, Any] = {"model": {"type": None}, "source_code": {"hash": None, "content": None}}
Body = dict[str, Any]


def new_run(fields: Mapping[str, Any], project: str) -> Body:
    """The document of a run.

    Args:
        fields: of the request that creates it, as `read_run` returns them.
        project: id of its project.
    """
    empty: Body = {name: dict(_DEFAULTS.get(name, {})) for name in _MAPPINGS}
    plain = {"state": "active", "name": "run", "favorite": False, "deleted": False, "project": project}
    return merge_run({**empty, **plain}, fields)


def read_run(body: Any, where: str = "") -> Body:
    """Check the fields of a request about a run.

    Raises:
        InvalidInputError: a field is wrong or unknown; the message names it.
    """
    fields = read_object(body, where, _FIELDS)
    checked: Body = {}
    for name, value in fields.items():
        if name in _MAPPINGS:
            checked[name] = _read_mapping(name, value)
        elif name == "state":
            checked[name] = read_choice(value, name, _STATES)
        elif name in ("favorite", "deleted"):
            checked[name] = read_flag(value, name)
        else:
            checked[name] = read_text(value, name)
    return checked


def merge_run(run: Mapping[str, Any], fields: Mapping[str, Any], *, replaces: bool = False) -> Body:
    """The run with the fields of a request.

    Args:
        run: the document.
        fields: as `read_run` returns them.
        replaces: whether a field replaces the present one (PUT); otherwise objects are merged (MERGE), and null removes
            an entry.

    Example:
        >>> merge_run({"metadata": {"a": 1, "b": 2}}, {"metadata": {"b": None, "c": 3}})
        {'metadata': {'a': 1, 'c': 3}}
    """
    merged = dict(run)
    for name, value in fields.items():
        merged[name] = value if replaces or name not in _MAPPINGS else _merge(run.get(name, {}), value)
    return merged


def run_outcome(run: Mapping[str, Any], experiment: Experiment) -> Outcome:
    """The outcome of an experiment's run that has ended: a run that lacks a metric failed."""
    metadata = {name: value for name, value in run["metadata"].items() if value is not None}
    missing = [metric["name"] for metric in experiment.metrics if metric["name"] not in run["values"]]
    if run["state"] == "failed" or missing:
        notes = metadata if run["state"] == "failed" else {**metadata, "missing_metric": missing[0]}
        return failed_outcome(notes)
    values: dict[str, float] = {}
    for metric in experiment.metrics:
        value, name = run["values"][metric["name"]], stored_name(metric)
        values[name] = value["value"]
        if value.get("value_stddev") is not None:
            values[f"{name}_se"] = value["value_stddev"]
    return succeeded_outcome(values, experiment)


def read_checkpoint(body: Any) -> dict[str, float]:
    """The metrics of a checkpoint by name.

    Raises:
        InvalidInputError: a field is wrong or unknown; the message names it.
    """
    fields = read_object(body, "", ("values",))
    found: dict[str, float] = {}
    for i, value in enumerate(read_list(require(fields, "values"), "values")):
        where = f"values[{i}]"
        each = read_object(value, where, ("name", "value", "value_stddev"))
        found[read_text(require(each, "name", where), f"{where}.name")] = read_number(
            require(each, "value", where), f"{where}.value"
        )
    return found


def describe_run(run_id: int, run: Mapping[str, Any], times: tuple[float, float], more: Mapping[str, Any]) -> Body:
    """The answer of SigOpt that describes a run.

    Args:
        run_id: its id.
        run: its document.
        times: when it was created and changed, in POSIX seconds.
        more: ``experiment``, ``suggestion``, ``observation`` and ``checkpoint_count``.
    """
    is_finished = run["state"] != "active"
    values = {
        name: {"object": "metric_evaluation", "name": name, "value_stddev": None, **value}
        for name, value in run["values"].items()
    }
    return {
        "object": "training_run",
        "id": str(run_id),
        "client": "1",
        "user": "1",
        "created": int(times[0]),
        "updated": int(times[1]),
        "completed": int(times[1]) if is_finished else None,
        "finished": is_finished,
        "tags": [],
        "files": [],
        **{name: value for name, value in run.items() if name in _FIELDS},
        "values": values,
        **more,
    }


def describe_checkpoint(checkpoint_id: int, run_id: int, created: float, values: Mapping[str, float]) -> Body:
    """The answer of SigOpt that describes a checkpoint."""
    evaluations: Sequence[Body] = [
        {"object": "metric_evaluation", "name": name, "value": value, "value_stddev": None}
        for name, value in values.items()
    ]
    return {
        "object": "checkpoint",
        "id": str(checkpoint_id),
        "training_run": str(run_id),
        "created": int(created),
        "values": evaluations,
        "metadata": {},
    }


def _read_mapping(name: str, value: Any) -> Body:
    if not isinstance(value, Mapping) or len(value) > _MAX_ENTRIES:
        raise InvalidInputError(f"{name} must be an object of at most {_MAX_ENTRIES:,} entries")
    if name == "values":
        return {metric: _read_value(each, f"values.{metric}") for metric, each in value.items()}
    if name == "metadata":
        nulls = {key: None for key, each in value.items() if each is None}
        return {**read_metadata(value), **nulls}
    return dict(value)


def _read_value(value: Any, where: str) -> Any:
    if value is None:
        return None
    fields = read_object(value, where, ("name", "value", "value_stddev"))
    checked = {"value": read_number(require(fields, "value", where), f"{where}.value")}
    if "value_stddev" in fields:
        checked["value_stddev"] = read_number(fields["value_stddev"], f"{where}.value_stddev")
        if checked["value_stddev"] < 0:
            raise InvalidInputError(f"{where}.value_stddev must be at least 0")
    return checked


def _merge(before: Any, new: Any) -> Any:
    if not isinstance(new, Mapping) or not isinstance(before, Mapping):
        return new
    merged = dict(before)
    for name, value in new.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merge(before.get(name), value)
    return merged
