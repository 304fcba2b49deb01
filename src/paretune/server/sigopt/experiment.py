"""An experiment of SigOpt: read from a request, kept as a document, and answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from paretune.errors import InvalidInputError
from paretune.objectives import Objectives
from paretune.server.sigopt import metrics as metric_fields
from paretune.server.sigopt.fields import (
    read_choice,
    read_flag,
    read_list,
    read_metadata,
    read_object,
    read_text,
    read_whole,
    require,
)
from paretune.server.sigopt.linear_constraints import make_constraints, read_linear_constraints
from paretune.server.sigopt.parameters import make_space, read_conditionals, read_parameters
from paretune.space import Space

SEARCHERS = {"offline": "bayes", "random": "random", "grid": "grid"}
_COMMON = (
    "name",
    "type",
    "parameters",
    "metrics",
    "conditionals",
    "linear_constraints",
    "parallel_bandwidth",
    "metadata",
)
_CORE = (*_COMMON, "observation_budget", "project", "num_solutions", "tasks", "development")
_AI = (*_COMMON, "budget", "num_solutions")
_CHANGEABLE = ("name", "project", "state", "metadata", "parallel_bandwidth", "metrics", "parameters", "no_optimize")


@dataclass(frozen=True)
class Experiment:
    """An experiment without its trials, which are those of the study.

    Args:
        name: as the user gave it; several experiments may have it.
        parameters: as `read_parameters` returns them.
        conditionals: as `read_conditionals` returns them.
        metrics: as `read_metrics` returns them.
        type: ``offline``, ``random`` or ``grid``.
        budget: how many observations are planned; None for no plan.
        parallel_bandwidth: how many are to be evaluated at once, for the user's information.
        project: id of its project; empty for none.
        metadata: notes of the user.
        is_ai: whether the newer module of the client made it.
        state: ``active`` or ``deleted``.
        deleted_suggestions: ids of the suggestions that were deleted.
        linear_constraints: as `read_linear_constraints` returns them.
    """

    name: str
    parameters: Sequence[Mapping[str, Any]]
    conditionals: Sequence[Mapping[str, Any]]
    metrics: Sequence[Mapping[str, Any]]
    type: str = "offline"
    budget: int | None = None
    parallel_bandwidth: int | None = None
    project: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    is_ai: bool = False
    state: str = "active"
    deleted_suggestions: Sequence[int] = ()
    linear_constraints: Sequence[Mapping[str, Any]] = ()

    @property
    def space(self) -> Space:
        """The space of its study."""
        return make_space(self.parameters, self.conditionals, make_constraints(self.linear_constraints))

    @property
    def objectives(self) -> Objectives:
        """The objectives of its study."""
        return metric_fields.make_objectives(self.metrics)

    @property
    def searcher(self) -> str:
        """What suggests its trials."""
        return SEARCHERS[self.type]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for its document."""
        return asdict(self)

    @classmethod
    def from_dict(cls, described: Mapping[str, Any]) -> Experiment:
        """Read the values that `to_dict` returns."""
        return cls(**described)


def read_experiment(body: Mapping[str, Any], project: str = "", *, is_ai: bool = False) -> Experiment:
    """Read the request that creates an experiment.

    Args:
        body: of the request.
        project: id of the project in the address; empty without one.
        is_ai: whether it is a request of the newer module.

    Raises:
        InvalidInputError: a field is wrong, unknown or not supported; the message names it.
    """
    fields = read_object(body, "", _AI if is_ai else _CORE)
    _refuse_unsupported(fields)
    conditionals = read_conditionals(fields.get("conditionals", []))
    kind = read_choice(fields.get("type", "offline"), "type", tuple(SEARCHERS))
    if kind == "grid" and conditionals:
        raise InvalidInputError("conditionals: a grid search has none")
    budget, bandwidth = fields.get("budget" if is_ai else "observation_budget"), fields.get("parallel_bandwidth")
    parameters = read_parameters(require(fields, "parameters"), conditionals)
    experiment = Experiment(
        read_text(require(fields, "name"), "name"),
        parameters,
        conditionals,
        metric_fields.read_metrics(
            require(fields, "metrics") if is_ai else fields.get("metrics"), may_be_text=not is_ai
        ),
        kind,
        None if budget is None else read_whole(budget, "budget" if is_ai else "observation_budget", 1),
        None if bandwidth is None else read_whole(bandwidth, "parallel_bandwidth", 1),
        project or read_text(fields.get("project", "default"), "project"),
        read_metadata(fields.get("metadata", {})),
        is_ai,
        linear_constraints=read_linear_constraints(fields.get("linear_constraints", []), parameters),
    )
    _check_space(experiment)
    return _with_grid_budget(experiment) if kind == "grid" else experiment


def change_experiment(experiment: Experiment, body: Mapping[str, Any]) -> Experiment:
    """The experiment with the changes of a request.

    Raises:
        InvalidInputError: a field is wrong, unknown, or cannot be changed; the message names it.
    """
    budget = "budget" if experiment.is_ai else "observation_budget"
    fields = read_object(body, "", (*_CHANGEABLE, budget))
    changes: dict[str, Any] = {name: read_text(fields[name], name) for name in ("name", "project") if name in fields}
    if "state" in fields:
        changes["state"] = read_choice(fields["state"], "state", ("active", "deleted"))
    if "metadata" in body:
        changes["metadata"] = read_metadata(body["metadata"] or {})
    for word, name in (("parallel_bandwidth", "parallel_bandwidth"), (budget, "budget")):
        if word in body:
            changes[name] = read_whole(fields[word], word, 1) if word in fields else None
    if "metrics" in fields:
        changes["metrics"] = metric_fields.change_thresholds(experiment.metrics, fields["metrics"])
    if "parameters" in fields:
        _check_same_parameters(experiment, fields["parameters"])
    return replace(experiment, **changes)


def describe_experiment(
    experiment_id: int, experiment: Experiment, times: tuple[float, float], progress: Mapping[str, Any]
) -> dict[str, Any]:
    """The answer of SigOpt that describes an experiment.

    Args:
        experiment_id: its id.
        experiment: the experiment.
        times: when it was created and changed, in POSIX seconds.
        progress: as `describe_progress` or `describe_run_progress` of `results` returns it.
    """
    return {
        "object": "aiexperiment" if experiment.is_ai else "experiment",
        "id": str(experiment_id),
        "name": experiment.name,
        "type": experiment.type,
        "state": experiment.state,
        "client": "1",
        "user": "1",
        "project": experiment.project,
        "created": int(times[0]),
        "updated": int(times[1]),
        "development": False,
        "runs_only": experiment.is_ai,
        "budget" if experiment.is_ai else "observation_budget": experiment.budget,
        "parallel_bandwidth": experiment.parallel_bandwidth,
        "num_solutions": None,
        "metadata": dict(experiment.metadata) or None,
        "conditionals": list(experiment.conditionals),
        "linear_constraints": list(experiment.linear_constraints),
        "metrics": list(experiment.metrics),
        "parameters": list(experiment.parameters),
        "progress": dict(progress),
    }


def _refuse_unsupported(fields: Mapping[str, Any]) -> None:
    """Refuse what would change the search and is not built.

    Raises:
        InvalidInputError: such a field is there; the message names it.
    """
    if read_list(fields.get("tasks", []), "tasks"):
        raise InvalidInputError("tasks: this service has no multitask experiments; leave the field out")
    if read_whole(fields.get("num_solutions", 1), "num_solutions", 1) > 1:
        raise InvalidInputError("num_solutions must be 1: this service searches one front, not several solutions")
    if read_flag(fields.get("development", False), "development"):
        raise InvalidInputError("development: this service has no development experiments; leave the field out")


def _check_space(experiment: Experiment) -> None:
    try:
        assert experiment.space  # noqa: S101 (made only to check it)
    except InvalidInputError as error:
        raise InvalidInputError(f"linear_constraints: {error}") from None


def _with_grid_budget(experiment: Experiment) -> Experiment:
    for parameter in experiment.parameters:
        if parameter["type"] == "double" and "grid" not in parameter:
            raise InvalidInputError(f"parameters: {parameter['name']!r} needs a grid, since the type is grid")
    if experiment.budget is not None:
        word = "budget" if experiment.is_ai else "observation_budget"
        raise InvalidInputError(f"{word}: a grid search has that of its grid; leave the field out")
    return replace(experiment, budget=int(min(experiment.space.n_configurations(), 2**31)))


def _check_same_parameters(experiment: Experiment, value: Any) -> None:
    given = read_parameters(value, experiment.conditionals)
    before = {parameter["name"]: parameter for parameter in experiment.parameters}
    for parameter in given:
        if parameter != before.get(parameter["name"]):
            raise InvalidInputError(
                f"parameters: {parameter['name']!r} cannot be added or changed, since the study's space is fixed; "
                "make a new experiment"
            )
    if missing := before.keys() - {parameter["name"] for parameter in given}:
        raise InvalidInputError(f"parameters: {min(missing)!r} cannot be removed; make a new experiment")
