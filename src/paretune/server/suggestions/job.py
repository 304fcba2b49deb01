"""The computation of suggestions, as other processes run it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from paretune.engine import sobol, suggest
from paretune.errors import SpaceExhaustedError
from paretune.searchers import Context, make_searcher
from paretune.searchers.bayes import BayesSearch
from paretune.space import Params
from paretune.space.keys import configuration_keys
from paretune.trials import Trials
from paretune.trials.target_conditions import target_losses


@dataclass(frozen=True)
class SuggestionJob:
    """What a computation needs.

    Args:
        trials: the trials so far, as a searcher gets them.
        searcher: name of the searcher, one of `paretune.searchers.SEARCHERS`.
        seed: of the search.
        n: how many configurations.
        fixed: values that the configurations must have. Only ``bayes`` reads them.
        options: options of the searcher, by name.
    """

    trials: Trials
    searcher: str
    seed: int
    n: int = 1
    fixed: Params = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)


def compute(job: SuggestionJob) -> list[dict[str, Any]]:
    """Suggest the next configurations, to be tried together; fewer where a finite space has no more.

    Raises:
        SpaceExhaustedError: a finite space has nothing left to try.

    Example:
        >>> from paretune import Float, Minimize, Objectives, Space
        >>> trials = Trials(Space({"x": Float(0, 1)}), Objectives([Minimize("loss")]))
        >>> [sorted(params) for params in compute(SuggestionJob(trials, "sobol", seed=0, n=2))]
        [['x'], ['x']]
    """
    trials = job.trials
    searcher, found = make_searcher(job.searcher, job.options), list[dict[str, Any]]()
    if isinstance(searcher, BayesSearch):
        return suggest(
            trials,
            trials.space,
            trials.objectives,
            q=job.n,
            seed=job.seed,
            fixed=job.fixed,
            n_startup_trials=searcher.n_startup_trials,
            aspiration=target_losses(searcher.prefer, trials.objectives) if searcher.prefer else None,
        )
    while len(found) < job.n:
        context = Context(trials.space, trials.objectives, job.seed)
        try:
            params = dict(searcher.suggest(trials, context).params)
        except SpaceExhaustedError:
            if not found:
                raise
            break
        found.append(params)
        trials = trials.with_pending([params])
    return found


def fallback(job: SuggestionJob) -> dict[str, Any]:
    """A point of a Sobol sequence that no trial has: a suggestion for when there is no time for a model."""
    job = replace(job, n=1)
    known = set(configuration_keys(job.trials.space, job.trials.params))
    points = sobol(job.trials.space, job.seed + 1)  # another sequence than that of the first trials
    for _, params in zip(range(2 * len(job.trials) + 64), points, strict=False):
        if configuration_keys(job.trials.space, [params])[0] not in known:
            return {**params, **_values(job.fixed, params)}
    return {**params, **_values(job.fixed, params)}


def _values(fixed: Mapping[str, Any], params: Params) -> dict[str, Any]:
    return {name: value for name, value in fixed.items() if name in params}
