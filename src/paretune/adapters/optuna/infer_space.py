"""Infer a search space, with conditions, from the trials of an Optuna study."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.distributions import to_space, to_value
from paretune.adapters.optuna.ranges import current_range, is_dynamic
from paretune.objectives import RESERVED_PREFIX
from paretune.space import Categorical, Parameter, Params, Space
from paretune.trials.space_inference import ABSENT, infer_condition, possible_parents

ENDED_EARLY = (TrialState.FAIL, TrialState.PRUNED)
MIN_TRIALS_FOR_LACKS, MAX_LACKING_SHARE = 5, 0.1  # one of five trials may lack a parameter, or a tenth of more


@dataclass(frozen=True)
class InferredSpace:
    """What a sampler suggests, as far as the trials show it.

    Args:
        distributions: Optuna's distributions by name, parents first.
        space: their space, or None where there are no parameters. A parameter that some trials lack without a rule has
            a condition on a parameter of its own, see ``flags``.
        flags: names of parameters by the name of the parameter of the space that says whether a trial has them, and
            the number of the first trial that has them. A suggestion has all of them.
        dynamic: names of parameters whose range is computed in each trial.
        outdated: names of parameters that no longer occur, or only in trials that have nothing in common with the
            others.
    """

    distributions: dict[str, BaseDistribution] = field(default_factory=dict)
    space: Space | None = None
    flags: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    dynamic: frozenset[str] = frozenset()
    outdated: frozenset[str] = frozenset()


def infer_space(trials: Sequence[FrozenTrial]) -> InferredSpace:
    """Infer the parameters that are in use, each with the latest of its ranges.

    These are the parameters that all complete trials share, those that exist exactly with certain values of others,
    those that came later and have been there since, and those that hardly any trial lacks. A parameter that exists for
    another reason is left out, and so is one that no longer occurs. A failed or pruned trial may have ended before it
    asked for every parameter: only the parameters that it has count. Trials that share no parameter with the majority
    do not count.
    """
    counted = [trial for trial in trials if trial.number not in _foreign_numbers(trials)]
    distributions = shared_distributions(counted)
    complete = [trial for trial in counted if trial.state == TrialState.COMPLETE]
    optional = sorted({name for trial in complete for name in trial.distributions} - distributions.keys())
    late = [name for name in optional if _is_late(complete, name) or _hardly_lacks(complete, name)]
    outdated = {name for name in optional if _is_late(complete[::-1], name)}
    parameters: dict[str, Parameter] = dict(to_space(distributions)) if distributions else {}
    flags: dict[str, tuple[str, int]] = {}
    for name in sorted(optional, key=lambda name: (-_count(complete, name), name)):  # parents first
        found = current_range(_ranges(complete, name))
        when: Mapping[str, Any] = _condition_of(counted, name, {**distributions, name: found}, parameters)
        if not when and name in late:
            flag = f"{RESERVED_PREFIX}has:{name}"
            flags[flag] = name, next(trial.number for trial in complete if name in trial.params)
            parameters[flag], when = Categorical([False, True]), {flag: True}
        if when:
            distributions[name] = found
            parameters[name] = to_space({name: found})[name].with_conditions(when)
            outdated.discard(name)
    ended = complete or [trial for trial in counted if trial.state in ENDED_EARLY]
    dynamic = frozenset(name for name in distributions if is_dynamic(_ranges(ended, name)))
    return InferredSpace(
        distributions,
        Space(parameters) if parameters else None,
        flags,
        dynamic,
        frozenset(outdated | _names_only_in(trials, counted)),
    )


def flag_values(flags: Mapping[str, tuple[str, int]], trial: FrozenTrial, params: Params) -> dict[str, bool]:
    """Whether a trial has the parameters of `InferredSpace.flags`; one that did not end may still ask for them."""
    return {
        flag: name in params or (trial.state != TrialState.COMPLETE and trial.number >= first)
        for flag, (name, first) in flags.items()
    }


def shared_distributions(trials: Sequence[FrozenTrial]) -> dict[str, BaseDistribution]:
    """The parameters that every complete trial has; those of failed and pruned trials where none is complete.

    Optuna's own intersection ignores failed trials: a study with only failures would never get a space. A failed or
    pruned trial may have ended before it asked for every parameter, so a missing parameter is then no difference.
    """
    complete = [t for t in trials if t.state == TrialState.COMPLETE]
    ended = complete or [t for t in trials if t.state in ENDED_EARLY]
    names = sorted({name for trial in ended for name in trial.distributions})
    return {
        name: current_range(_ranges(ended, name))
        for name in names
        if not complete or all(name in trial.distributions for trial in complete)
    }


def _foreign_numbers(trials: Sequence[FrozenTrial]) -> set[int]:
    """Numbers of the trials that share no parameter with the majority of the complete trials."""
    complete = [trial for trial in trials if trial.state == TrialState.COMPLETE]
    names = {name for trial in complete for name in trial.params}
    usual = {name for name in names if 2 * _count(complete, name) > len(complete)}
    return {trial.number for trial in trials if trial.params and usual and not usual & trial.params.keys()}


def _names_only_in(trials: Sequence[FrozenTrial], counted: Sequence[FrozenTrial]) -> set[str]:
    """The names of parameters that only the other trials have."""
    return {name for t in trials for name in t.params} - {name for t in counted for name in t.params}


def _count(trials: Sequence[FrozenTrial], name: str) -> int:
    return sum(name in trial.distributions for trial in trials)


def _ranges(trials: Sequence[FrozenTrial], name: str) -> list[BaseDistribution]:
    return [trial.distributions[name] for trial in trials if name in trial.distributions]


def _is_late(trials: Sequence[FrozenTrial], name: str) -> bool:
    """Whether no trial lacks a parameter after the first one that has it."""
    has_it = [name in trial.distributions for trial in trials]
    return has_it == sorted(has_it)


def _hardly_lacks(trials: Sequence[FrozenTrial], name: str) -> bool:
    """Whether hardly any of several trials lack a parameter."""
    n_lacking = len(trials) - _count(trials, name)
    return len(trials) >= MIN_TRIALS_FOR_LACKS and n_lacking <= max(1, MAX_LACKING_SHARE * len(trials))


def _condition_of(
    trials: Sequence[FrozenTrial],
    name: str,
    distributions: Mapping[str, BaseDistribution],
    parameters: Mapping[str, Parameter],
) -> dict[str, list[object]]:
    """The parents' values with which these trials have a parameter; empty where there is no such rule."""
    complete = [trial for trial in trials if trial.state == TrialState.COMPLETE]
    others = [t for t in trials if t.state in ENDED_EARLY and name in t.params and _fits(t, distributions)]
    return condition([*complete, *others], name, possible_parents(parameters))


def _fits(trial: FrozenTrial, distributions: Mapping[str, BaseDistribution]) -> bool:
    """Whether a trial has all of its parameters with the same range as these."""
    return all(distributions.get(name, theirs) == theirs for name, theirs in trial.distributions.items())


def condition(trials: Sequence[FrozenTrial], name: str, parents: Collection[str]) -> dict[str, list[object]]:
    """The values of one or two parents with which these trials have a parameter; empty where there is no such rule."""
    values = {parent: [_value(trial, parent) for trial in trials] for parent in parents}
    is_present = [True if name in trial.params else ABSENT for trial in trials]
    return infer_condition({**values, name: is_present}, name, list(parents))


def _value(trial: FrozenTrial, name: str) -> Any:
    return to_value(trial.params[name]) if name in trial.params else ABSENT
