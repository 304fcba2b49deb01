"""The space of a table that shows all trials of an Optuna study, with every parameter that one of them has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.distributions import to_space
from paretune.adapters.optuna.infer_space import condition
from paretune.adapters.optuna.ranges import joint_range
from paretune.space import Parameter, Space
from paretune.trials.space_inference import possible_parents


@dataclass(frozen=True)
class TableSpace:
    """The space of a table, and which parameters a trial may lack.

    Args:
        space: every parameter, with a range that contains those of all trials.
        optional: names of the parameters that some complete trials lack without a rule; they have no condition.
    """

    space: Space
    optional: frozenset[str] = frozenset()


def table_space(trials: Sequence[FrozenTrial]) -> TableSpace | None:
    """Infer the space of all trials that have ended; None where no trial has a parameter.

    A parameter that exists exactly with certain values of others has this condition.
    """
    ended = [trial for trial in trials if trial.state.is_finished() and trial.params]
    complete = [trial for trial in ended if trial.state == TrialState.COMPLETE]
    ranges: dict[str, list[BaseDistribution]] = {}
    for trial in ended:
        for name, found in trial.distributions.items():
            ranges.setdefault(name, []).append(found)
    if not ranges:
        return None
    n_complete = {name: sum(name in trial.params for trial in complete) for name in ranges}
    parameters: dict[str, Parameter] = {}
    optional = set()
    for name in sorted(ranges, key=lambda name: (-n_complete[name], name)):  # parents first: they exist more often
        (parameter,) = to_space({name: joint_range(ranges[name])}).values()
        is_shared = bool(complete) and n_complete[name] == len(complete)
        when = {} if is_shared else _condition(ended, complete, name, parameters)
        if not is_shared and not when:
            optional.add(name)
        parameters[name] = parameter.with_conditions(when)
    return TableSpace(Space(parameters), frozenset(optional))


def _condition(
    ended: Sequence[FrozenTrial], complete: Sequence[FrozenTrial], name: str, parameters: Mapping[str, Parameter]
) -> dict[str, list[object]]:
    """The condition of a parameter. A trial that ended early counts only if it has the parameter."""
    others = [trial for trial in ended if trial.state != TrialState.COMPLETE and name in trial.params]
    return condition([*complete, *others], name, possible_parents(parameters))
