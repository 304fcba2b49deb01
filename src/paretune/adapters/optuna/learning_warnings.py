"""Warnings about trials and parameters that a sampler cannot learn from, each logged once."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial

from paretune.adapters.optuna.distributions import to_distribution
from paretune.evaluation.reserved_names import describe_invalid_metric
from paretune.objectives import Objectives
from paretune.space import Space
from paretune.space.conditions import describe_conditions
from paretune.trials import Trials
from paretune.trials.penalties import describe_penalties

_log = logging.getLogger("paretune")


class LearningWarnings:
    """What a sampler has already warned about."""

    def __init__(self) -> None:
        self._random_parameters: set[str] = set()
        self._has_looked_for_other_spaces = self._has_warned_of_errors = self._has_warned_of_penalties = False
        self._has_warned_of_objectives = False

    def has_warned_of_parameter(self, name: str) -> bool:
        """Whether a warning about this parameter was logged."""
        return name in self._random_parameters

    def warn_of_misfit(self, name: str, distribution: BaseDistribution, space: Space) -> None:
        """Warn that a parameter is sampled at random, since the given space does not have it so."""
        self._random_parameters.add(name)
        _log.warning("%s is sampled at random: %s", name, _describe_misfit(space, name, distribution))

    def warn_of_unclear_parameter(self, name: str) -> None:
        """Warn that a parameter is sampled at random, since the trials do not show its conditions."""
        self._random_parameters.add(name)
        _log.warning(
            "%s is sampled at random, since the complete trials do not show when it exists: "
            "declare it by ParetoSampler(search_space=Space({..., %r: Float(..., when={...})}))",
            name,
            name,
        )

    def warn_of_other_spaces(self, trials: Trials, others: Sequence[FrozenTrial]) -> None:
        """Warn at the first suggestion if the study has finished trials that are not of the given space."""
        if self._has_looked_for_other_spaces:
            return
        self._has_looked_for_other_spaces, numbers = True, set(trials.numbers.tolist())
        finished = [other for other in others if other.state.is_finished() and other.params]
        outside = [other for other in finished if other.number not in numbers]
        if outside:
            text = "%d of %d trials are ignored, since they are not of the search_space: trial %d has %s"
            _log.warning(text, len(outside), len(finished), outside[0].number, outside[0].params)

    def warn_of_objectives(self, objectives: Objectives) -> None:
        """Warn that there are more objectives than Paretune is made for."""
        if objectives.notice and not self._has_warned_of_objectives:
            self._has_warned_of_objectives = True
            _log.warning(objectives.notice)

    def warn_of_wrong_errors(self, others: Sequence[FrozenTrial], objectives: Objectives) -> None:
        """Warn of the first standard error that is impossible, and therefore ignored."""
        keys = [] if self._has_warned_of_errors else [f"{name}_se" for name in objectives.names]
        for other in others:
            errors = {key: other.user_attrs[key] for key in keys if key in other.user_attrs}
            wrong = describe_invalid_metric(errors, objectives.names)
            if wrong:
                self._has_warned_of_errors = True
                _log.warning("trial %d has %s", other.number, wrong)
                return

    def warn_of_penalties(self, trials: Trials) -> None:
        """Warn that some trials reported penalties, which count as failures."""
        text = "" if self._has_warned_of_penalties else describe_penalties(trials)
        if text:
            self._has_warned_of_penalties = True
            _log.warning("%s; a training that fails should raise an error instead", text)


def _describe_misfit(space: Space, name: str, distribution: BaseDistribution) -> str:
    """Why a parameter that the objective asked for is not suggested from the space."""
    if name not in space:
        return f"search_space has no such parameter, only {', '.join(space)}"
    expected = to_distribution(space[name])
    if expected != distribution:
        return f"the objective asked for {distribution}, search_space has {expected}"
    return f"in search_space it exists only where {describe_conditions(space[name].when)}, and it was not suggested"
