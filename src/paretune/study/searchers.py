"""Who chooses the trials? Searchers by name, each an Optuna sampler."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, GPSampler, NSGAIISampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna import ParetoSampler
from paretune.adapters.optuna.distributions import to_distribution
from paretune.adapters.optuna.history import note_suggestion, params_of, trials_of
from paretune.engine import grid, sobol
from paretune.errors import InvalidInputError, SpaceExhaustedError
from paretune.space import Int, Space
from paretune.space.keys import configuration_keys, row_keys
from paretune.trials import Trials

Choose: TypeAlias = Callable[[Trials, int, int], dict[str, Any]]


def searcher(name: str, space: Space, seed: int, n_before: int) -> BaseSampler:
    """The sampler of that name.

    ``bayes``, ``random``, ``sobol`` and ``grid`` go on after an interruption as if there had been none. Optuna's
    ``gp``, ``tpe`` and ``nsga2`` carry a random state that is not stored: they go on from a fresh one.

    Args:
        name: one of `SEARCHERS`.
        space: the parameters.
        seed: of the search.
        n_before: how many trials the study has already.

    Raises:
        InvalidInputError: there is no such searcher.
    """
    if not isinstance(name, str) or name not in SEARCHERS:
        raise InvalidInputError(f"searcher must be one of {', '.join(SEARCHERS)}, but is {name!r}")
    return SEARCHERS[name](space, Int(0, 2**32 - 1).check("seed", seed), n_before)


def _bayes(space: Space, seed: int, _n_before: int) -> BaseSampler:
    return ParetoSampler(seed=seed, search_space=space)


def _random(space: Space, seed: int, _n_before: int) -> BaseSampler:
    return DesignSampler(space, partial(_first_undrawn, space, seed))


def _sobol(space: Space, seed: int, _n_before: int) -> BaseSampler:
    return DesignSampler(space, lambda trials, _, n_ahead: _first_untried(sobol(space, seed), trials, n_ahead))


def _grid(space: Space, seed: int, _n_before: int) -> BaseSampler:
    return DesignSampler(space, lambda trials, _, n_ahead: _first_untried(grid(space, seed), trials, n_ahead))


def _gp(_space: Space, seed: int, n_before: int) -> BaseSampler:
    return GPSampler(seed=_fresh(seed, n_before))


def _tpe(_space: Space, seed: int, n_before: int) -> BaseSampler:
    return TPESampler(seed=_fresh(seed, n_before), multivariate=True)


def _nsga2(_space: Space, seed: int, n_before: int) -> BaseSampler:
    return NSGAIISampler(seed=_fresh(seed, n_before))


SEARCHERS: dict[str, Callable[[Space, int, int], BaseSampler]] = {
    "bayes": _bayes,
    "random": _random,
    "sobol": _sobol,
    "grid": _grid,
    "gp": _gp,
    "tpe": _tpe,
    "nsga2": _nsga2,
}


def _fresh(seed: int, n_before: int) -> int:
    """Another seed after a resumption: the same one would draw the same trials again."""
    return int(np.random.SeedSequence([seed, n_before]).generate_state(1)[0])


def _first_undrawn(space: Space, seed: int, trials: Trials, number: int, n_ahead: int) -> dict[str, Any]:
    """The first of a row of independent draws that no trial has taken; what a lost trial took is drawn again."""
    taken = Counter(configuration_keys(space, trials[~trials.is_lost].params))
    draws = space.snap(np.random.default_rng(seed).random((number + len(trials) + 1, len(space))))
    for i, key in enumerate(row_keys(draws)):
        if taken[key]:
            taken[key] -= 1
        elif n_ahead:
            n_ahead -= 1
        else:
            return space.decode(draws[i])[0]
    raise AssertionError("fewer trials than draws have taken one")


def _first_untried(sequence: Iterator[dict[str, Any]], trials: Trials, n_ahead: int) -> dict[str, Any]:
    space = trials.space
    tried = set(configuration_keys(space, trials[~trials.is_lost].params))
    if len(tried) + n_ahead < space.n_configurations():
        untried = (params for params in sequence if configuration_keys(space, [params])[0] not in tried)
        for params in islice(untried, n_ahead, None):
            return params
    raise SpaceExhaustedError(f"all {len(tried)} configurations have been tried: nothing is left to suggest")


class DesignSampler(BaseSampler):
    """Follows a design that does not look at outcomes.

    Args:
        space: the parameters.
        choose: from the trials so far, a trial's number and how many earlier ones are choosing at this moment, to its
            configuration: one is left for each of those.
    """

    def __init__(self, space: Space, choose: Choose) -> None:
        self._space = space
        self._choose = choose
        self._independent = RandomSampler()

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:  # noqa: ARG002 (Optuna's signature)
        """All parameters."""
        return {name: to_distribution(parameter) for name, parameter in self._space.items()}

    def sample_relative(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        search_space: dict[str, BaseDistribution],  # noqa: ARG002
    ) -> dict[str, Any]:
        """The next configuration of the design."""
        known = study.get_trials(deepcopy=False)  # looked at once: others begin and end meanwhile
        running = [other for other in known if other.state == TrialState.RUNNING]
        n_ahead = sum(other.number < trial.number and not params_of(other) for other in running)
        chosen = self._choose(trials_of(study, self._space, skip=trial.number, known=known), trial.number, n_ahead)
        note_suggestion(study, trial, chosen)
        return chosen

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """A parameter outside of the design, at random."""
        return self._independent.sample_independent(study, trial, param_name, param_distribution)
