"""The contract of a workload."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from paretune.argument_checks import EMPTY, FUNCTION, MAPPING, NAME, TEXT, check_arguments, list_of
from paretune.errors import InvalidInputError, did_you_mean
from paretune.evaluation.contract import Evaluate
from paretune.objectives import Objectives
from paretune.space import Int, Parameter, Space
from paretune.workloads.bounds import is_bounds_text, with_bounds
from paretune.workloads.proposals import Proposer

TRIAL_SEED = "trial"  # the value of the option seed with which each trial has its own


@dataclass(frozen=True)
class DataOrigin:
    """The origin of a workload's data.

    Args:
        name: of the data, for readers.
        sha256: hash of the content; a study goes on only with the same content.
        notice: a warning for readers, such as that the data were generated; empty if there is none.
    """

    name: str
    sha256: str
    notice: str = ""

    def __post_init__(self) -> None:
        check_arguments(name=(self.name, NAME), sha256=(self.sha256, NAME), notice=(self.notice, TEXT))


@dataclass(frozen=True)
class PreparedWorkload:
    """A workload that is ready to run.

    Args:
        evaluate: from parameters to metrics: every objective, ``<objective>_se`` if known, and any other.
        data: the data that it runs on; None if it needs none.
        make_evaluate: for a workload that knows a metric before the costly part: makes an ``evaluate`` from the study's
            objectives, which fails a trial at once if that metric is outside its limit (`Objectives.require_within`).
        make_save: returns a function that trains a configuration on all data with a seed, and saves the model to a
            file; raises `InvalidInputError` if a package for it is missing. None if the workload saves no models.
    """

    evaluate: Evaluate
    data: DataOrigin | None = None
    make_evaluate: Callable[[Objectives], Evaluate] | None = None
    make_save: Callable[[], Callable[[Mapping[str, Any], int, Path], None]] | None = None

    def __post_init__(self) -> None:
        check_arguments(
            evaluate=(self.evaluate, FUNCTION),
            data=(self.data, DataOrigin, None),
            make_evaluate=(self.make_evaluate, FUNCTION, None),
            make_save=(self.make_save, FUNCTION, None),
        )

    def evaluate_for(self, objectives: Objectives) -> Evaluate:
        """The evaluation for a study with these objectives; it ends a trial early if the workload can."""
        return self.evaluate if self.make_evaluate is None else self.make_evaluate(objectives)


@dataclass(frozen=True)
class Option:
    """A setting of a workload that is not searched.

    Args:
        default: its value if the user does not set it, or a function that finds the value on this machine.
        values: the allowed values; None for any text.
        help: one line.
        earlier_value: for an option that was added later: its value in studies that were made before. None if the
            option is as old as the workload.
        words: texts that are allowed besides the values.
    """

    default: Any
    values: Parameter | None
    help: str
    earlier_value: Any = None
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_arguments(values=(self.values, Parameter, None), help=(self.help, TEXT))

    @property
    def default_value(self) -> Any:
        """The value if the user does not set it."""
        return self.default() if callable(self.default) else self.default

    def check(self, name: str, value: Any) -> Any:
        """Return a value in its type.

        Raises:
            InvalidInputError: it is not allowed.
        """
        if self.values is None:
            return value if isinstance(value, str) else json.dumps(value)
        return value if isinstance(value, str) and value in self.words else self.values.check(name, value)


def seed_option(text: str) -> Option:
    """The option ``seed`` of a workload with trials that have seeds of their own, unless a user gives a seed for all.

    The evaluation of such a workload takes a ``seed``; see `fix_seed`.

    Args:
        text: what the seed is of, for help texts.
    """
    help_text = f"{text}; {TRIAL_SEED}: each trial has its own"
    return Option(TRIAL_SEED, Int(0, 2**31 - 1), help_text, words=(TRIAL_SEED,))


def fix_seed(evaluate: Evaluate, seed: int | str) -> Evaluate:
    """The evaluation with a fixed seed, or with that of each trial.

    Args:
        evaluate: it takes a ``seed``.
        seed: value of an option that `seed_option` returned.
    """
    return evaluate if seed == TRIAL_SEED else partial(evaluate, seed=seed)


class Settings(NamedTuple):
    """The checked settings of a workload.

    Args:
        options: all options, with their defaults.
        fixed: values of parameters that are not searched, by name.
        ranges: bounds of parameters that are searched between other bounds, as ``low:high``, by name.
    """

    options: dict[str, Any]
    fixed: dict[str, Any]
    ranges: dict[str, str]


@dataclass(frozen=True)
class Workload:
    """A training to tune.

    Args:
        name: on the command line.
        summary: one line.
        space: the parameters that are searched.
        domain: all values that a parameter may take if a user fixes or bounds it; by default the values in ``space``.
        objectives: the metrics to optimize.
        prepare: makes the workload ready to run, from all options and the user's data folder (or None).
        options: settings by name.
        facts: what else must be the same when a stored study is resumed, such as the command that is run.
        run_defaults: defaults for options of ``paretune run`` by name, such as ``workers``. A value from a file is a
            `paretune.workloads.commands.yaml_with_lines.ValueWithLine`.
        last_step: from all options to the last step that a whole training reports; None if it is not known.
        tailor: from all options and the user's data folder to the same workload with the space, the objectives and the
            first configurations that they need, as those of a table need its target; None if they are always the same.
        first: configurations that a new study tries first, as far as its space has them.
        changeable: parameters that may change while a training goes on from a checkpoint, such as a learning rate, but
            none that sets the shapes of weights or a metric that is known before. Population based training needs some.
        description: more about the workload, in paragraphs, for the page that ``paretune workloads NAME`` shows.
        proposer: a search of its own, which proposes configurations before the first trial of a new study; None without
            one. A workload with options for it sets it in ``tailor``.
    """

    name: str
    summary: str
    space: Space
    objectives: Objectives
    prepare: Callable[[Mapping[str, Any], Path | None], PreparedWorkload]
    domain: Mapping[str, Parameter] = field(default_factory=dict)
    options: Mapping[str, Option] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    run_defaults: Mapping[str, Any] = field(default_factory=dict)
    last_step: Callable[[Mapping[str, Any]], int] | None = None
    tailor: Callable[[Mapping[str, Any], Path | None], Workload] | None = None
    first: Sequence[Mapping[str, Any]] = ()
    changeable: Sequence[str] = ()
    description: str = ""
    proposer: Proposer | None = None

    def __post_init__(self) -> None:
        check_arguments(
            name=(self.name, NAME),
            summary=(self.summary, TEXT),
            space=(self.space, Space),
            objectives=(self.objectives, Objectives),
            prepare=(self.prepare, FUNCTION),
            domain=(self.domain, MAPPING),
            options=(self.options, MAPPING),
            facts=(self.facts, MAPPING),
            run_defaults=(self.run_defaults, MAPPING),
            last_step=(self.last_step, FUNCTION, None),
            tailor=(self.tailor, FUNCTION, None),
            first=(self.first, EMPTY, list_of(MAPPING)),
            changeable=(self.changeable, EMPTY, list_of(str)),
            description=(self.description, TEXT),
            proposer=(self.proposer, Proposer, None),
        )
        for name in self.changeable:
            if name not in self.space:
                near = did_you_mean(name, self.space)
                raise InvalidInputError(
                    f"changeable names {name!r}{near}, but the parameters are {', '.join(self.space)}"
                )

    def parse_settings(self, given: Mapping[str, Any]) -> Settings:
        """Sort settings into options, fixed parameters and ranges, and check each.

        Args:
            given: the user's settings by name.

        Raises:
            InvalidInputError: a name is unknown, or a value is not allowed.
        """
        known = [*self.options, *self.space]
        unknown = [name for name in given if name not in known]
        if unknown:
            near = did_you_mean(unknown[0], known)
            raise InvalidInputError(
                f"{self.name} has no option or parameter {unknown[0]!r}{near}; it has {', '.join(known)}"
            )
        options = {
            name: option.check(name, given[name]) if name in given else option.default_value
            for name, option in self.options.items()
        }
        params = {name: value for name, value in given.items() if name not in self.options}
        ranges = {name: value for name, value in params.items() if is_bounds_text(self.space[name], value)}
        fixed = {name: self._domain(name).check(name, value) for name, value in params.items() if name not in ranges}
        self.search_space({}, ranges)
        return Settings(options, fixed, ranges)

    def search_space(self, fixed: Mapping[str, Any], ranges: Mapping[str, str]) -> Space:
        """The space with some parameters fixed and some between other bounds.

        Args:
            fixed: as in `Settings`.
            ranges: as in `Settings`.

        Raises:
            InvalidInputError: bounds or values are not allowed.
        """
        bounded = {name: with_bounds(name, self.space[name], self._domain(name), text) for name, text in ranges.items()}
        return Space({**self.space, **bounded}, self.space.constraints).fix(fixed)

    def first_configurations(self, space: Space, fixed: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The configurations to try first that lie in the searched space, with the fixed values in place of theirs."""
        candidates = [{**params, **{n: value for n, value in fixed.items() if n in params}} for params in self.first]
        found = [space.check(params) for params in candidates if space.contains(params)]
        return [params for i, params in enumerate(found) if params not in found[:i]]

    def _domain(self, name: str) -> Parameter:
        return self.domain.get(name, self.space[name])
