"""Infer a search space, with conditions, from the trials of an Optuna study."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.distributions import to_space, to_value
from paretune.space import Parameter, Space
from paretune.trials.space_inference import ABSENT, infer_condition, possible_parents

_ENDED_EARLY = (TrialState.FAIL, TrialState.PRUNED)


def infer_space(trials: Sequence[FrozenTrial]) -> tuple[dict[str, BaseDistribution], Space | None]:
    """Infer the parameters that all complete trials share, and those that exist exactly with certain values of others.

    A parameter that exists for another reason, or has several ranges, is left out. A failed or pruned trial may have
    ended before it asked for every parameter: only the parameters that it has count.

    Returns:
        Optuna's distributions by name, parents first; and their space, or None where there are no parameters.
    """
    distributions = shared_distributions(trials)
    if not distributions:
        return {}, None
    parameters: dict[str, Parameter] = dict(to_space(distributions))
    complete = [trial for trial in trials if trial.state == TrialState.COMPLETE]
    optional = _optional_distributions(complete, distributions)
    for name in sorted(optional, key=lambda name: (-len(optional[name]), name)):  # parents first: they exist more often
        first, *rest = optional[name]
        named = {**distributions, name: first}
        others = [t for t in trials if t.state in _ENDED_EARLY and name in t.params and _has_no_other_range(t, named)]
        when = _condition([*complete, *others], name, possible_parents(parameters))
        if when and all(distribution == first for distribution in rest):
            distributions[name] = first
            parameters[name] = to_space({name: first})[name].with_conditions(when)
    return distributions, Space(parameters)


def shared_distributions(trials: Sequence[FrozenTrial]) -> dict[str, BaseDistribution]:
    """The distributions that every complete trial has; those of failed and pruned trials where none is complete.

    Optuna's own intersection ignores failed trials: a study with only failures would never get a space. A failed or
    pruned trial may have ended before it asked for every parameter, so a missing parameter is then no difference.
    """
    completed = [t.distributions for t in trials if t.state == TrialState.COMPLETE]
    ended = completed or [t.distributions for t in trials if t.state in _ENDED_EARLY]
    named = {name: distribution for distributions in ended for name, distribution in distributions.items()}
    return {
        name: distribution
        for name, distribution in sorted(named.items())
        if all(other.get(name, None if completed else distribution) == distribution for other in ended)
    }


def _optional_distributions(
    trials: Sequence[FrozenTrial], shared: Collection[str]
) -> dict[str, list[BaseDistribution]]:
    """The distributions by name that only some trials have."""
    optional: dict[str, list[BaseDistribution]] = {}
    for trial in trials:
        for name in trial.distributions.keys() - shared:
            optional.setdefault(name, []).append(trial.distributions[name])
    return optional


def _has_no_other_range(trial: FrozenTrial, distributions: Mapping[str, BaseDistribution]) -> bool:
    """Whether a trial has all of its parameters with the same range as these."""
    return all(distributions.get(name, theirs) == theirs for name, theirs in trial.distributions.items())


def _condition(trials: Sequence[FrozenTrial], name: str, parents: Sequence[str]) -> dict[str, list[object]]:
    """The parents' values with which these trials have a parameter; empty where there is no such rule."""
    values = {
        parent: [to_value(t.params[parent]) if parent in t.params else ABSENT for t in trials] for parent in parents
    }
    is_present = [True if name in trial.params else ABSENT for trial in trials]
    return infer_condition({**values, name: is_present}, name, parents)
