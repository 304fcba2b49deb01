"""Paretune as an Optuna sampler."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, RandomSampler
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.distributions import has_texts, meant, restrict, to_distribution, to_space, to_value
from paretune.adapters.optuna.history import (
    FIXED_KEY,
    SUGGESTED_KEY,
    note_suggestion,
    objectives_of,
    params_of,
    trials_of,
)
from paretune.adapters.optuna.infer_space import told
from paretune.adapters.settings import finite, fresh_seed, reference_losses, seed_of
from paretune.engine import suggest
from paretune.engine.suggest import N_STARTUP
from paretune.errors import SpaceExhaustedError
from paretune.evaluation.reserved_names import misuse
from paretune.objectives import Objectives
from paretune.space import Int, Space
from paretune.space.keys import configuration_indices
from paretune.space.space import conditions_text
from paretune.trials import Trials
from paretune.trials.penalties import penalties_in_words

N_ATTEMPTS = 4  # to suggest what no other process suggests at the same moment
_log = logging.getLogger("paretune")


class ParetoSampler(BaseSampler):
    """Suggests the trials that promise the most front, for one objective or several.

    Failed trials are learned from: what crashed is not suggested again, and ground that fails is avoided. Limits
    are given as Optuna's constraints (`Trial.set_constraint`, satisfied at most 0). A trial that fails for a reason
    may say so in its user attribute ``reason``, one of `paretune.trials.REASONS`; ``lost`` is not learned from. One
    that returned a penalty, such as 1e6 for every value, is learned as failed, which is logged once. Of a pruned trial
    what it reported last is learned. Of a trial that was enqueued with some of its parameters the others are chosen to
    go with them. One that was killed stays RUNNING, and what runs is not suggested again while anything else is left:
    tell Optuna that it failed (`Study.tell`, or a storage with heartbeats). The standard error of a value is learned
    from a trial's user attribute ``<metric>_se``, by the name that `Study.set_metric_names` gave.

    Categorical choices that are numbers are ordered; where their order means nothing, give a `Space`, with
    ``Categorical(choices, ordered=False)``, as ``search_space``. Tuples, lists and whatever else Optuna takes as
    choices are told apart by their text.

    Args:
        seed: makes the suggestions reproducible; drawn at random if None.
        reference_point: one value an objective, in the study's own values; nothing worse adds to the front. By
            default the worst values so far and a margin.
        search_space: Optuna distributions by name, or a `Space`, which may have conditions. By default it is learned
            from the trials: the parameters that all of them have, and those that they have exactly with certain values
            of one or two others, categorical or of up to ten whole numbers. A parameter that is not in it, or has
            another range, is sampled at random, which is logged once.
        n_startup_trials: how many trials, failed ones included, follow a space-filling design first.
        device: where the models are computed, as torch names it.

    Raises:
        InvalidInputError: an argument does not fit; torch cannot use the device here.

    Example:
        >>> import optuna
        >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
        >>> study = optuna.create_study(directions=["maximize", "minimize"], sampler=ParetoSampler(seed=0))
        >>> def train(trial):
        ...     width = trial.suggest_int("width", 8, 256, log=True)
        ...     return 1 - 1 / width, width / 1000
        >>> study.optimize(train, n_trials=3)
        >>> len(study.best_trials)
        3
    """

    _has_told_of_penalties = False  # of the class: an older one, unpickled, has none of its own

    def __init__(
        self,
        *,
        seed: int | None = None,
        reference_point: Sequence[float] | None = None,
        search_space: Mapping[str, BaseDistribution] | Space | None = None,
        n_startup_trials: int = N_STARTUP,
        device: str = "cpu",
    ) -> None:
        self._seed = seed_of(seed)
        self._reference_point = None if reference_point is None else finite(reference_point)
        if search_space is None or isinstance(search_space, Space):
            self._space = search_space
            self._distributions = {name: to_distribution(parameter) for name, parameter in (search_space or {}).items()}
        else:
            self._space, self._distributions = to_space(search_space), dict(search_space)
        self._n_startup_trials = Int(1, 2**32).check("n_startup_trials", n_startup_trials)
        self._device = str(device)
        if self._device != "cpu":
            from paretune.engine.bayes import check_device  # noqa: PLC0415 (torch is loaded when it is asked for)

            check_device(self._device)
        self._told: set[str] = set()
        self._has_looked_back = self._has_told_of_errors = False
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if key != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _lock=threading.Lock())

    def reseed_rng(self) -> None:
        """Draw a new seed, as Optuna asks where a sampler is copied to other processes."""
        self._seed = fresh_seed()

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:  # noqa: ARG002 (Optuna's signature)
        """The parameters that are suggested together, but for those whose choices Optuna would not know again.

        What a database gives back of a tuple is a list: the choice that is meant is looked up when it is asked for.
        """
        distributions, _ = self._searched(study)
        return {name: theirs for name, theirs in distributions.items() if not has_texts(theirs)}

    def _searched(self, study: optuna.Study) -> tuple[Mapping[str, BaseDistribution], Space | None]:
        """The parameters of which there is a model, as Optuna's distributions and as our space; None without any."""
        return told(study.get_trials(deepcopy=False)) if self._space is None else (self._distributions, self._space)

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Suggest all parameters together, but for those that a sampler around this one has taken out."""
        distributions, space = self._searched(study)
        names = [name for name, theirs in distributions.items() if name in search_space or has_texts(theirs)]
        if space is None or not names:
            return {}
        space = restrict(space, names)
        with self._lock:  # threads of one study: each must see what the others were just given
            params: dict[str, Any] = {}
            for attempt in range(N_ATTEMPTS):
                before, params = params, self._suggested(study, trial, space)
                note_suggestion(study, trial, params)
                if params == before or not _is_taken(study, trial, params, by_any=attempt == 0):
                    break
        return {name: value for name, value in params.items() if name in search_space}

    def _suggested(self, study: optuna.Study, trial: FrozenTrial, space: Space) -> dict[str, Any]:
        """A configuration of the space, by what the study's trials are now."""
        known, objectives = study.get_trials(deepcopy=False), objectives_of(study)
        trials = trials_of(study, space, objectives, skip=trial.number, known=known, with_pruned=True)
        others = [other for other in known if other.number != trial.number]
        self._tell_of_strangers(trials, others)
        self._tell_of_wrong_errors(others, objectives)
        self._tell_of_penalties(trials)
        ask = partial(
            suggest,
            space=space,
            objectives=objectives,
            seed=self._seed_for(others, trial),
            reference_point=reference_losses(self._reference_point, objectives),
            n_startup_trials=self._n_startup_trials,
            may_repeat=any(other.params.keys() - space.keys() for other in others),
            device=self._device,
        )
        try:
            (params,) = ask(trials, fixed=_fixed(trial, space))
        except SpaceExhaustedError:  # who has enqueued what is fixed wants it run, and who runs on, no end of the study
            (params,) = ask(_without_repeatable(trials))
        return params

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """The choice that stands for what was suggested; at random a parameter that was not suggested."""
        suggested = trial.system_attrs.get(SUGGESTED_KEY, {})
        choices = meant(param_distribution, suggested[param_name]) if param_name in suggested else []
        if choices:
            return choices[0]
        if param_name not in self._told:
            self._tell(study, param_name, param_distribution)
        words = np.random.SeedSequence([self._seed, trial.number, *param_name.encode()])
        sampler = RandomSampler(seed=int(words.generate_state(1)[0]))  # the same in whatever process
        return sampler.sample_independent(study, trial, param_name, param_distribution)

    def _tell(self, study: optuna.Study, name: str, distribution: BaseDistribution) -> None:
        """Say, once, of a parameter that it is chosen at random for ever, and why."""
        if self._space is not None:
            self._told.add(name)
            _log.warning("%s is sampled at random: %s", name, _misfit(self._space, name, distribution))
            return
        trials = study.get_trials(deepcopy=False)
        has_it = any(t.state == TrialState.COMPLETE and name in t.params for t in trials)
        if has_it and name not in told(trials)[0]:
            self._told.add(name)
            _log.warning(
                "%s is sampled at random, as complete trials have several ranges of it, or do not tell when it exists: "
                "say it by ParetoSampler(search_space=Space({..., %r: Float(..., when={...})}))",
                name,
                name,
            )

    def _tell_of_strangers(self, trials: Trials, others: Sequence[FrozenTrial]) -> None:
        """Say of a study that had trials before that they teach nothing, where they are none of the space given."""
        if self._space is None or self._has_looked_back:
            return
        self._has_looked_back, ours = True, set(trials.numbers.tolist())
        ended = [other for other in others if other.state.is_finished() and other.params]
        strangers = [other for other in ended if other.number not in ours]
        if strangers:
            text = "%d of %d trials teach nothing, as they are not of the search_space: trial %d has %s"
            _log.warning(text, len(strangers), len(ended), strangers[0].number, strangers[0].params)

    def _tell_of_wrong_errors(self, others: Sequence[FrozenTrial], objectives: Objectives) -> None:
        """Say, once, of a standard error that it is none, and so not learned."""
        keys = [] if self._has_told_of_errors else [f"{name}_se" for name in objectives.names]
        for other in others:
            wrong = misuse({key: other.user_attrs[key] for key in keys if key in other.user_attrs}, objectives.names)
            if wrong:
                self._has_told_of_errors = True
                _log.warning("trial %d has %s", other.number, wrong)
                return

    def _tell_of_penalties(self, trials: Trials) -> None:
        """Say, once, of a penalty that it is taken as a failure."""
        words = "" if self._has_told_of_penalties else penalties_in_words(trials)
        if words:
            self._has_told_of_penalties = True
            _log.warning("%s; better let a training that fails end with an error", words)

    def _seed_for(self, others: Sequence[FrozenTrial], trial: FrozenTrial) -> int:
        """The sampler's seed; another one where someone else is suggesting at this moment, to suggest differently."""
        racing = any(other.state == TrialState.RUNNING and not params_of(other) for other in others)
        return int(np.random.SeedSequence([self._seed, trial.number]).generate_state(1)[0]) if racing else self._seed


def _without_repeatable(trials: Trials) -> Trials:
    """The trials but for those under way that may be begun once more: the least often tried that have never failed."""
    trials = trials[~trials.is_lost]
    numbers = configuration_indices(trials.space, trials.params)
    counts = np.bincount(numbers)[numbers]
    is_open = trials.is_pending & ~np.isin(numbers, numbers[trials.is_failed])
    return trials[~is_open | (counts > counts[is_open].min(initial=len(trials)))]


def _fixed(trial: FrozenTrial, space: Space) -> dict[str, Any]:
    """The parameters that a trial was enqueued with, but for those whose values the space does not have."""
    given = trial.system_attrs.get(FIXED_KEY, {})
    values = {name: to_value(given[name]) for name in space if name in given}
    return {name: value for name, value in values.items() if restrict(space, [name]).contains({name: value})}


def _is_taken(study: optuna.Study, trial: FrozenTrial, params: Mapping[str, Any], *, by_any: bool) -> bool:
    """Whether another process has suggested the same at the same moment; of an earlier trial, or of any."""
    return any(
        other.system_attrs.get(SUGGESTED_KEY) == params and (other.number < trial.number or by_any)
        for other in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
        if other.number != trial.number
    )


def _misfit(space: Space, name: str, distribution: BaseDistribution) -> str:
    """Why a parameter that the objective asked for is not suggested from the space."""
    if name not in space:
        return f"search_space does not have it, but {', '.join(space)}"
    theirs = to_distribution(space[name])
    if theirs != distribution:
        return f"the objective asked for {distribution}, search_space has {theirs}"
    return f"in search_space it exists only where {conditions_text(space[name].when)}, and it was not suggested"
