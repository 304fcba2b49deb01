"""Paretune as an Optuna sampler."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution
from optuna.samplers import BaseSampler, RandomSampler
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.attributes import planned_params
from paretune.adapters.optuna.distributions import (
    has_text_choices,
    matching_choices,
    subset_space,
    to_distribution,
    to_space,
    to_value,
)
from paretune.adapters.optuna.first_values import distinct_value, is_small
from paretune.adapters.optuna.history import Fit, read_objectives, read_trials, store_suggestion
from paretune.adapters.optuna.infer_space import InferredSpace, infer_space
from paretune.adapters.optuna.internals import fixed_params
from paretune.adapters.optuna.keys import SUGGESTED_KEY
from paretune.adapters.optuna.learning_warnings import LearningWarnings
from paretune.adapters.optuna.live_curves import write_last_reports
from paretune.adapters.optuna.ranges import nearest_value
from paretune.adapters.settings import check_reference_point, draw_seed, reference_losses, resolve_seed
from paretune.engine.suggest import N_STARTUP_TRIALS
from paretune.errors import InvalidInputError, SpaceExhaustedError
from paretune.searchers import Context
from paretune.searchers.bayes import BayesSearch
from paretune.space import Int, Space
from paretune.space.keys import configuration_indices
from paretune.space.values import check_text
from paretune.trials import Trials

N_ATTEMPTS = 4  # to suggest what no other process suggests at the same moment


class ParetoSampler(BaseSampler):
    """Suggests the trials with the largest expected improvement of the front, for one objective or several.

    - **Failures.** A failed trial teaches: what crashed is not suggested again, and regions that fail are avoided. Its
      user attribute ``reason`` may be one of `paretune.trials.FAILURE_REASONS`; ``lost`` teaches nothing. A trial that
      returned a penalty, such as 1e6 for every value, counts as failed, which is logged once.
    - **Limits** are Optuna's constraints (`Trial.set_constraint`, satisfied at most 0).
    - **Pruned trials** teach by the value that they reported last, if there is one objective. With several, those that
      `paretune.should_prune` stopped teach the objectives that were known before the training.
    - **Enqueued trials** with some parameters get the others suggested to go with them.
    - **Running trials** are not suggested again while anything else is left. A killed one stays RUNNING: tell Optuna
      that it failed (`Study.tell`, or a storage with heartbeats).
    - **Standard errors** of values are the user attributes ``<metric>_se``, with the names given to
      `Study.set_metric_names`.
    - **Categorical choices** that are numbers are ordered. Where their order means nothing, give a `Space` with
      ``Categorical(choices, ordered=False)`` as ``search_space``. Tuples, lists and other objects that Optuna accepts
      as choices are distinguished by their text.

    Args:
        seed: makes the suggestions reproducible; random if None.
        reference_point: one value per objective, in the study's own units; nothing worse adds to the front. By
            default the worst values so far and a margin.
        search_space: Optuna distributions by name, or a `Space`, which may have conditions, priors and constraints. By
            default it is learned from the trials: the parameters that all of them have, or all since the first one that
            has it, and those that they have exactly with certain values of one or two others, categorical or of up to
            ten whole numbers.
            If a range was changed, the latest one is searched. A parameter that is not in the space is sampled at
            random, which is logged once; so is one that has another range than in a given space.
        n_startup_trials: how many trials, failed ones included, follow a Sobol sequence first.
        device: where the models are computed, a name that torch knows.
        prefer: conditions on objectives, such as ``"accuracy>=0.8"``, by the study's metric names. The part of the
            front within them is resolved first, the rest later.

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

    def __init__(
        self,
        *,
        seed: int | None = None,
        reference_point: Sequence[float] | None = None,
        search_space: Mapping[str, BaseDistribution] | Space | None = None,
        n_startup_trials: int = N_STARTUP_TRIALS,
        device: str = "cpu",
        prefer: str = "",
    ) -> None:
        self._seed = resolve_seed(seed)
        self._reference_point = None if reference_point is None else check_reference_point(reference_point)
        if search_space is None or isinstance(search_space, Space):
            self._space = search_space
            self._distributions = {name: to_distribution(parameter) for name, parameter in (search_space or {}).items()}
        else:
            self._space, self._distributions = to_space(search_space), dict(search_space)
        self._n_startup_trials = Int(1, 2**32).check("n_startup_trials", n_startup_trials)
        self._prefer = check_text("prefer", prefer, may_be_empty=True)
        self._device = str(device)
        if self._device != "cpu":
            from paretune.engine.torch_context import check_device  # noqa: PLC0415 (torch is loaded when it is asked for)

            check_device(self._device)
        self._warnings = LearningWarnings()
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if key != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(
            {"_warnings": LearningWarnings(), "_prefer": ""} | state, _lock=threading.Lock()
        )  # older pickles have none

    def reseed_rng(self) -> None:
        """Draw a new seed; Optuna calls this in each process that a sampler is copied to."""
        self._seed = draw_seed()

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:  # noqa: ARG002 (Optuna's signature)
        """The parameters that are suggested together, except those with choices that Optuna would not recognize.

        A database returns a tuple as a list. Such a choice is looked up in `sample_independent`.
        """
        distributions = self._inferred(study.get_trials(deepcopy=False)).distributions
        return {name: theirs for name, theirs in distributions.items() if not has_text_choices(theirs)}

    def _inferred(self, trials: Sequence[FrozenTrial]) -> InferredSpace:
        """The parameters to suggest: the given ones, or those that the trials show."""
        return infer_space(trials) if self._space is None else InferredSpace(dict(self._distributions), self._space)

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Suggest all parameters together, except those that a sampler around this one has removed."""
        inferred = self._inferred(study.get_trials(deepcopy=False))
        distributions = inferred.distributions.items()
        names = [name for name, theirs in distributions if name in search_space or has_text_choices(theirs)]
        if inferred.space is None or not names:
            return {}
        flags = {flag: found for flag, found in inferred.flags.items() if found[0] in names}
        inferred = replace(inferred, space=subset_space(inferred.space, [*flags, *names]), flags=flags)
        with self._lock:  # each thread of a study must see what the others were just given
            params: dict[str, Any] = {}
            for attempt in range(N_ATTEMPTS):
                known = study.get_trials(deepcopy=False)
                before, params = params, self._suggest(study, trial, inferred, known)
                store_suggestion(study, trial, params)
                if params == before or not _is_taken(study, trial, params, known, by_any=attempt == 0):
                    break
        return {name: value for name, value in params.items() if name in search_space}

    def _suggest(
        self, study: optuna.Study, trial: FrozenTrial, inferred: InferredSpace, known: Sequence[FrozenTrial]
    ) -> dict[str, Any]:
        """Suggest a configuration of the space from the study's present trials."""
        space, flags = inferred.space or Space({}), inferred.flags
        objectives = read_objectives(study)
        fit = Fit(space, flags)
        trials = read_trials(study, fit, objectives, skip=trial.number, known=known, with_pruned=True)
        others = [other for other in known if other.number != trial.number]
        if self._space is not None:
            self._warnings.warn_of_other_spaces(trials, others)
        self._warnings.warn_of_objectives(objectives)
        self._warnings.warn_of_wrong_errors(others, objectives)
        self._warnings.warn_of_penalties(trials)
        searcher = BayesSearch(self._n_startup_trials, self._device, self._prefer)
        context = Context(
            space,
            objectives,
            seed=self._seed_for(others, trial),
            reference=reference_losses(self._reference_point, objectives),
            fixed=_fixed_values(trial, space) | dict.fromkeys(flags, True),
            may_repeat=any(other.params.keys() - space.keys() - inferred.outdated for other in others),
        )
        try:
            suggestion = searcher.suggest(trials, context)
        except SpaceExhaustedError:  # an enqueued trial must run, and trials that run are no end of the study
            free = replace(context, fixed=dict.fromkeys(flags, True))
            suggestion = searcher.suggest(_without_repeatable(trials), free)
        return {name: value for name, value in suggestion.params.items() if name not in flags}

    def after_trial(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        state: TrialState,  # noqa: ARG002 (Optuna's signature)
        values: Sequence[float] | None,  # noqa: ARG002 (Optuna's signature)
    ) -> None:
        """Store what a trial reported last (`paretune.report`), before it ends."""
        write_last_reports(study, trial.number)

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """Return the suggested choice of a parameter; sample it at random where none was suggested."""
        suggested = trial.system_attrs.get(SUGGESTED_KEY, {})
        choices = matching_choices(param_distribution, suggested[param_name]) if param_name in suggested else []
        if choices:
            return choices[0]
        is_unfit = param_name in suggested and self._is_dynamic(study, param_name)
        if is_unfit and isinstance(param_distribution, (FloatDistribution, IntDistribution)):
            return nearest_value(suggested[param_name], param_distribution)
        if not self._warnings.has_warned_of_parameter(param_name):
            self._warn_of_random(study, param_name, param_distribution)
        if SUGGESTED_KEY not in trial.system_attrs and is_small(param_distribution):
            first = self._draw(study, trial, 0, param_name, param_distribution)
            return distinct_value(first, trial, param_distribution)
        return self._draw(study, trial, trial.number, param_name, param_distribution)

    def _draw(
        self, study: optuna.Study, trial: FrozenTrial, number: int, name: str, distribution: BaseDistribution
    ) -> Any:
        """Draw a parameter at random for the trial of a number, the same in every process."""
        words = np.random.SeedSequence([self._seed, number, *name.encode()])
        sampler = RandomSampler(seed=int(words.generate_state(1)[0]))
        return sampler.sample_independent(study, trial, name, distribution)

    def _is_dynamic(self, study: optuna.Study, name: str) -> bool:
        """Whether each trial computes the range of a parameter."""
        return name in self._inferred(study.get_trials(deepcopy=False)).dynamic

    def _warn_of_random(self, study: optuna.Study, name: str, distribution: BaseDistribution) -> None:
        """Warn about a parameter that will always be sampled at random."""
        if self._space is not None:
            self._warnings.warn_of_misfit(name, distribution, self._space)
            return
        trials = study.get_trials(deepcopy=False)
        has_it = any(t.state == TrialState.COMPLETE and name in t.params for t in trials)
        if has_it and name not in infer_space(trials).distributions:
            self._warnings.warn_of_unclear_parameter(name)

    def _seed_for(self, others: Sequence[FrozenTrial], trial: FrozenTrial) -> int:
        """The sampler's seed; a different one where another process is suggesting at this moment."""
        is_racing = any(other.state == TrialState.RUNNING and not planned_params(other) for other in others)
        return int(np.random.SeedSequence([self._seed, trial.number]).generate_state(1)[0]) if is_racing else self._seed


def _without_repeatable(trials: Trials) -> Trials:
    """The trials without the pending ones that may be started again: the least often tried that have never failed."""
    trials = trials[~trials.is_lost]
    numbers = configuration_indices(trials.space, trials.params)
    counts = np.bincount(numbers)[numbers]
    is_open = trials.is_pending & ~np.isin(numbers, numbers[trials.is_failed])
    return trials[~is_open | (counts > counts[is_open].min(initial=len(trials)))]


def _fixed_values(trial: FrozenTrial, space: Space) -> dict[str, Any]:
    """The values that a trial was enqueued with, except those that the space does not have."""
    given = fixed_params(trial)
    values = {name: to_value(given[name]) for name in space if name in given}
    values = {name: value for name, value in values.items() if subset_space(space, [name]).contains({name: value})}
    return values if not space.constraints or _can_pin(space, values) else {}


def _can_pin(space: Space, values: Mapping[str, Any]) -> bool:
    """Whether a configuration with these values satisfies the constraints."""
    try:
        space.pin(values)
    except InvalidInputError:
        return False
    return True


def _is_taken(
    study: optuna.Study, trial: FrozenTrial, params: Mapping[str, Any], known: Sequence[FrozenTrial], *, by_any: bool
) -> bool:
    """Whether another process suggested the same meanwhile: for an earlier trial, or for any trial.

    A trial that has ended since the others were read counts whatever its number.
    """
    had_ended = {other.number for other in known if other.state.is_finished()}
    return any(
        other.system_attrs.get(SUGGESTED_KEY) == params
        and (other.number < trial.number or by_any or other.state.is_finished())
        for other in study.get_trials(deepcopy=False)
        if other.number != trial.number and other.number not in had_ended
    )
