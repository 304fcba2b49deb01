"""Any of Paretune's searchers as an Optuna sampler."""

from __future__ import annotations

from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, RandomSampler
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.attributes import planned_params
from paretune.adapters.optuna.distributions import to_distribution
from paretune.adapters.optuna.history import read_objectives, read_trials, store_suggestion
from paretune.searchers import Context, Searcher
from paretune.space import Space


class SearcherSampler(BaseSampler):
    """Samples what a searcher suggests.

    `ParetoSampler` is the sampler for Bayesian search: it also learns a space, and tells the user about trials that it
    cannot learn from.

    Args:
        searcher: chooses the configurations.
        space: the parameters.
        seed: of the search.

    Example:
        >>> import optuna
        >>> from paretune import Float
        >>> from paretune.searchers import SEARCHERS
        >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
        >>> space = Space({"x": Float(0, 1)})
        >>> study = optuna.create_study(sampler=SearcherSampler(SEARCHERS["grid"].searcher, space, seed=0))
        >>> study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
        >>> [trial.params["x"] for trial in study.trials]
        [0.0, 1.0, 0.5]
    """

    def __init__(self, searcher: Searcher, space: Space, seed: int) -> None:
        self._searcher, self._space, self._seed = searcher, space, seed
        self._independent = RandomSampler()

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:  # noqa: ARG002 (Optuna's signature)
        """All parameters of the space."""
        return {name: to_distribution(parameter) for name, parameter in self._space.items()}

    def sample_relative(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        search_space: dict[str, BaseDistribution],  # noqa: ARG002
    ) -> dict[str, Any]:
        """Suggest a configuration, and store it at once for other processes."""
        known = study.get_trials(deepcopy=False)  # read once: others begin and end meanwhile
        running = [other for other in known if other.state == TrialState.RUNNING]
        n_ahead = sum(other.number < trial.number and not planned_params(other) for other in running)
        objectives = read_objectives(study)
        trials = read_trials(study, self._space, objectives, skip=trial.number, known=known)
        context = Context(self._space, objectives, self._seed, n_ahead=n_ahead)
        params = dict(self._searcher.suggest(trials, context).params)
        store_suggestion(study, trial, params)
        return params

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """Sample a parameter that is not in the space, at random."""
        return self._independent.sample_independent(study, trial, param_name, param_distribution)
