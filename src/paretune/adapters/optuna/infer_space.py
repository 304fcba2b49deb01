"""Which parameters do the trials of an Optuna study tell, and with which values of others do they exist?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.distributions import to_space, to_value
from paretune.space import Parameter, Space
from paretune.trials.inferred import condition, possible_parents

_BROKEN_OFF = (TrialState.FAIL, TrialState.PRUNED)


def told(trials: Sequence[FrozenTrial]) -> tuple[dict[str, BaseDistribution], Space | None]:
    """The parameters that all complete trials share, and those that exist exactly with certain values of others.

    A parameter that is there for no such reason, or has several ranges, is left out. A trial that failed or was pruned
    may have ended before it asked for everything: what it asked for exists, of the rest it tells nothing.

    Returns:
        Optuna's distributions by name, parents first; and our space of them, or None where there are none.
    """
    distributions = shared_distributions(trials)
    if not distributions:
        return {}, None
    parameters: dict[str, Parameter] = dict(to_space(distributions))
    complete = [trial for trial in trials if trial.state == TrialState.COMPLETE]
    asked = _asked(complete, distributions)
    for name in sorted(asked, key=lambda name: (-len(asked[name]), name)):  # parents first: they exist more often
        first, *rest = asked[name]
        named = {**distributions, name: first}
        others = [t for t in trials if t.state in _BROKEN_OFF and name in t.params and _agrees(t, named)]
        when = _condition([*complete, *others], name, possible_parents(parameters))
        if when and all(distribution == first for distribution in rest):
            distributions[name] = first
            parameters[name] = replace(to_space({name: first})[name], when=when)
    return distributions, Space(parameters)


def shared_distributions(trials: Sequence[FrozenTrial]) -> dict[str, BaseDistribution]:
    """What every completed trial has in common; of a study without any, what its other trials asked for.

    Optuna's own intersection leaves failed trials out, and would leave a study that has only failed so far without
    a space for ever. A trial that failed or was pruned may have ended before it asked for everything: what it did
    not ask for is no reason to leave a parameter out.
    """
    completed = [t.distributions for t in trials if t.state == TrialState.COMPLETE]
    ended = completed or [t.distributions for t in trials if t.state in _BROKEN_OFF]
    named = {name: distribution for distributions in ended for name, distribution in distributions.items()}
    return {
        name: distribution
        for name, distribution in sorted(named.items())
        if all(other.get(name, None if completed else distribution) == distribution for other in ended)
    }


def _asked(trials: Sequence[FrozenTrial], shared: Collection[str]) -> dict[str, list[BaseDistribution]]:
    """By name, what the trials asked for that they do not share."""
    asked: dict[str, list[BaseDistribution]] = {}
    for trial in trials:
        for name in trial.distributions.keys() - shared:
            asked.setdefault(name, []).append(trial.distributions[name])
    return asked


def _agrees(trial: FrozenTrial, distributions: Mapping[str, BaseDistribution]) -> bool:
    """Whether a trial has none of the parameters with another range."""
    return all(distributions.get(name, theirs) == theirs for name, theirs in trial.distributions.items())


def _condition(trials: Sequence[FrozenTrial], name: str, parents: Sequence[str]) -> dict[str, list[object]]:
    """The values of others with which these trials have a parameter; nothing where none tell."""
    values = {parent: [to_value(trial.params.get(parent)) for trial in trials] for parent in parents}
    has_it = [True if name in trial.params else None for trial in trials]
    return condition({**values, name: has_it}, name, parents)
