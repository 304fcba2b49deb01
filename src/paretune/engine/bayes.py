"""Suggestions by the models: fit them, then maximise the acquisition for one configuration after the other."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from botorch.acquisition import AcquisitionFunction
from numpy.typing import NDArray

from paretune.engine.acquisition.expected_hypervolume import acquisition_values, log_expected_improvement
from paretune.engine.acquisition.feasibility_search import LimitModel
from paretune.engine.acquisition.front_model import FrontModel
from paretune.engine.acquisition.preference import preferred_models
from paretune.engine.acquisition.prior_weight import Weight, log_prior_weight, prior_candidates
from paretune.engine.history import History
from paretune.engine.maximize import FAILURE_STREAK, N_ROUNDS, candidates, maximize
from paretune.engine.models.surrogate import Featurize
from paretune.engine.problem import Problem
from paretune.engine.subsample import MAX_MODELLED_TRIALS, training_rows
from paretune.engine.torch_context import check_device, isolated_torch
from paretune.space import Space
from paretune.space.keys import row_keys

BOLD_EVERY = 2  # one of so many suggestions is chosen by bolder models, where little improvement is expected


def suggest_from_models(
    history: History,
    problem: Problem,
    q: int,
    seed: int,
    *,
    may_repeat: bool = False,
    device: str = "cpu",
) -> list[dict[str, Any]]:
    """Suggest the configurations with the largest expected improvement, each as if those before it were pending.

    Args:
        history: ``n`` trials; they have a front, or at least one shows a limited value (`History.shows_limits`).
        problem: what is searched for; at least one parameter of its pinned space varies.
        q: how many configurations.
        seed: of the search.
        may_repeat: whether configurations that were tried, and are not pending, may be suggested again.
        device: where the models' tensors lie.

    Returns:
        At most ``q`` configurations; fewer where a finite space has no more that were not tried.
    """
    check_device(device)
    space, pinned_space, pending = problem.space, problem.pinned_space, history.pending
    tried = row_keys(space.snap(pending)) if may_repeat else list(history.keys)
    is_allowed = _is_in(pinned_space, history.X, space)
    n_different = len({key for key, is_in in zip(history.keys, is_allowed, strict=True) if is_in})
    suggested: list[NDArray[np.float64]] = []
    with isolated_torch():
        model = _fit(history, problem, device)
        for i in range(q):
            rng = np.random.default_rng([seed, i])
            model = model.with_pending(pending)
            may_be_bold = (n_different + i) % BOLD_EVERY == 0
            restricted = _restrict_to_pinned_space(model, problem)
            place = _next_place(restricted, problem, history, tried, rng, may_be_bold=may_be_bold)
            if place is None:
                break
            suggested.append(place)
            pending = place[None]
            tried += row_keys(pending)
    return space.decode(np.array(suggested)) if suggested else []


def _next_place(
    model: FrontModel | LimitModel,
    problem: Problem,
    history: History,
    tried: Collection[bytes],
    rng: np.random.Generator,
    *,
    may_be_bold: bool,
) -> NDArray[np.float64] | None:
    """Find the place with the largest acquisition, by bolder models where little improvement is expected.

    Models of few trials can be wrong and too certain. The search would then stay where little is left to gain (Bull
    2011, arXiv 1101.3501). The place is that of the first model that expects enough improvement, or of the last model.
    Where a part of the front is preferred, the improvement of this part comes first.
    """
    space, n_failures = problem.pinned_space, history.n_failures_in_a_row
    pool = candidates(space, model.places[model.is_best], model.places, n_failures, rng)
    pool = np.vstack([pool, prior_candidates(space, rng)])
    n_rounds = 0 if n_failures >= FAILURE_STREAK else N_ROUNDS
    weight = partial(log_prior_weight, space, n_trials=int((~history.trials.is_pending).sum()))
    place = None
    preferred = preferred_models(model, problem, history)
    for i, current in enumerate((*preferred, model, *model.bolder_models)):
        acquisition = current.acquisition(rng)
        place = maximize(partial(_score, acquisition, current.featurize, weight), space, pool, tried, rng, n_rounds)
        if place is None or not (may_be_bold or i < len(preferred)):
            break
        least = current.log_min_improvement if i < len(preferred) else model.log_min_improvement
        if math.isinf(least):  # no trial has met the preference
            least = model.log_min_improvement
        if log_expected_improvement(acquisition, current.featurize(place[None])).item() >= least:
            break
    return place


def _fit(history: History, problem: Problem, device: str) -> FrontModel | LimitModel:
    """Fit models of everything; of the limits alone while there is no front to improve.

    Feasibility comes first: the expected improvement is largest where the losses are small, even if far outside.
    """
    modelled = history[training_rows(history, MAX_MODELLED_TRIALS)]
    if not history.has_front:
        return LimitModel.fit(modelled, device)
    return FrontModel.fit(modelled, problem.reference_point(history.trials), device)


def _restrict_to_pinned_space(model: FrontModel | LimitModel, problem: Problem) -> FrontModel | LimitModel:
    """Keep only the places in the pinned space, if there is one, so that their front is improved.

    Hardly any place in the pinned space could improve the front of all places, except those that are likeliest to
    crash.
    """
    if problem.pinned_space is problem.space:
        return model
    is_in = _is_in(problem.pinned_space, model.places, problem.space)
    if is_in.all() or not is_in.any():
        return model
    places = model.places[is_in]
    if isinstance(model, LimitModel):
        return replace(model, places=places)
    return replace(model, places=places, is_feasible=model.is_feasible[is_in[: len(model.is_feasible)]])


def _is_in(pinned_space: Space, X: NDArray[np.float64], space: Space) -> NDArray[np.bool_]:
    """Mark the places of ``n x d`` that lie in the pinned space: ``n`` booleans."""
    keys = zip(row_keys(pinned_space.snap(X)), row_keys(space.snap(X)), strict=True)
    return np.array([restricted == full for restricted, full in keys], bool)


def _score(
    acquisition: AcquisitionFunction, featurize: Featurize, log_weight: Weight, X: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Evaluate the weighted acquisition at ``N x d`` places; minus infinity where it is not a number."""
    values = acquisition_values(acquisition, featurize(X)).cpu().numpy() + log_weight(X)
    return np.asarray(np.nan_to_num(values, nan=-np.inf))
