"""What a workload is, and which there are: this package's own and those of other packages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, NamedTuple

from paretune.errors import InvalidInputError
from paretune.evaluation.contract import Evaluate
from paretune.objectives import Objectives
from paretune.space import Parameter, Space
from paretune.workloads.bounds import are_bounds, between

_GROUP = "paretune.workloads"


@dataclass(frozen=True)
class DataOrigin:
    """Where a workload's data came from.

    Args:
        name: what a reader calls it.
        sha256: hash of the content; a study goes on only with the same.
        notice: what a reader must know, such as that the data were generated; empty if nothing.
    """

    name: str
    sha256: str
    notice: str = ""


@dataclass(frozen=True)
class Prepared:
    """A workload that is ready to run.

    Args:
        evaluate: from parameters to metrics: every objective, ``<objective>_se`` where known, and any other.
        data: the data it runs on; None where it needs none.
        evaluate_within: for a workload that knows a metric before the costly part: from objectives to an ``evaluate``
            that fails a trial as soon as it is outside a limit of theirs, by `Objectives.require_within`.
    """

    evaluate: Evaluate
    data: DataOrigin | None = None
    evaluate_within: Callable[[Objectives], Evaluate] | None = None

    def within(self, objectives: Objectives) -> Evaluate:
        """What evaluates a trial of a study with these objectives, and stops early where it can."""
        return self.evaluate if self.evaluate_within is None else self.evaluate_within(objectives)


@dataclass(frozen=True)
class Option:
    """A setting of a workload that is not searched.

    Args:
        default: its value unless it is set, or a function that finds it on this machine.
        values: what it may be.
        help: one line.
    """

    default: Any
    values: Parameter
    help: str

    @property
    def unset(self) -> Any:
        """Its value where it is not set."""
        return self.default() if callable(self.default) else self.default


class Settings(NamedTuple):
    """What a user set of a workload, checked.

    Args:
        options: all of them, with their defaults.
        fixed: parameters that are held, by name.
        ranges: parameters that are searched between other bounds than the workload's own, as ``low:high``.
    """

    options: dict[str, Any]
    fixed: dict[str, Any]
    ranges: dict[str, str]


@dataclass(frozen=True)
class Workload:
    """A training to tune.

    Args:
        name: as the command line knows it.
        summary: one line.
        space: what is searched.
        domain: what each parameter may be at all when it is fixed or bounded by hand; those of ``space`` where not
            named.
        objectives: what is wanted.
        prepare: from the options, all of them, and the user's data folder (or None) to what runs.
        options: settings, by name.
        facts: what else must be the same when a study of it goes on, such as the command that is run.
        run: how it is run unless the user says otherwise: options of ``paretune run`` by name, such as ``workers``;
            their values plain, or `paretune.workloads.commands.yaml_with_lines.Marked` where they stand in a file.
    """

    name: str
    summary: str
    space: Space
    objectives: Objectives
    prepare: Callable[[Mapping[str, Any], Path | None], Prepared]
    domain: Mapping[str, Parameter] = field(default_factory=dict)
    options: Mapping[str, Option] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    run: Mapping[str, Any] = field(default_factory=dict)

    def settings(self, given: Mapping[str, Any]) -> Settings:
        """Sort what a user set.

        Raises:
            InvalidInputError: a name is neither, or a value does not fit.
        """
        known = [*self.options, *self.space]
        unknown = [name for name in given if name not in known]
        if unknown:
            raise InvalidInputError(f"{self.name} has no option or parameter {unknown[0]!r}; it has {', '.join(known)}")
        options = {
            name: option.values.check(name, given[name]) if name in given else option.unset
            for name, option in self.options.items()
        }
        told = {name: value for name, value in given.items() if name not in self.options}
        ranges = {name: value for name, value in told.items() if are_bounds(self.space[name], value)}
        fixed = {name: self._domain(name).check(name, value) for name, value in told.items() if name not in ranges}
        self.searched({}, ranges)
        return Settings(options, fixed, ranges)

    def searched(self, fixed: Mapping[str, Any], ranges: Mapping[str, str]) -> Space:
        """What is searched where some parameters are held, and some have other bounds: see `Settings`.

        Raises:
            InvalidInputError: bounds or values do not fit.
        """
        bounded = {name: between(name, self.space[name], self._domain(name), text) for name, text in ranges.items()}
        return Space({**self.space, **bounded}).fix(fixed)

    def _domain(self, name: str) -> Parameter:
        return self.domain.get(name, self.space[name])


def workloads() -> dict[str, Callable[[], Workload]]:
    """The workloads that are installed, by name: each is loaded when called.

    Any package adds its own through the entry-point group ``paretune.workloads``, whose values are `Workload`s.
    """
    return {point.name: point.load for point in sorted(entry_points(group=_GROUP))}


def load(name: str) -> Workload:
    """The workload of that name, or at that place, such as ``package.module:WORKLOAD``.

    Raises:
        InvalidInputError: there is none, and the message lists those that are; or it cannot be loaded.
    """
    known = workloads()
    if ":" in name:
        point = EntryPoint(name, name, _GROUP)
        if not point.pattern.match(name):
            raise InvalidInputError(f"no workload {name!r}: expected a place such as package.module:WORKLOAD")
        known = {name: point.load}
    if name not in known:
        raise InvalidInputError(f"no workload {name!r}; there are {', '.join(known)}, and files such as ./study.yaml")
    try:
        workload = known[name]()
    except (ImportError, AttributeError) as error:
        raise InvalidInputError(f"the workload {name!r} cannot be loaded: {type(error).__name__}: {error}") from error
    if not isinstance(workload, Workload):
        raise InvalidInputError(f"the entry point {name!r} of {_GROUP} is no Workload, but {workload!r}")
    return workload


def place(name: str) -> str:
    """Where the workload of that name stands, such as ``package.module:WORKLOAD``: for who does not know the name."""
    return next((point.value for point in entry_points(group=_GROUP) if point.name == name), name)
