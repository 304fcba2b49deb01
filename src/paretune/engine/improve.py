"""Which configurations promise the most, given what the models say?"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from botorch.utils.sampling import manual_seed
from linear_operator.utils.warnings import NumericalWarning
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from torch import Tensor

from paretune.engine.acquisition import improvement, values
from paretune.engine.design import row_keys
from paretune.engine.feasibility import LogSuccess, penalty
from paretune.engine.search import Score, maximize
from paretune.engine.surrogate import features, fit, to_gains
from paretune.pareto import is_nondominated
from paretune.space import Space
from paretune.trials import Trials

FAR = 1e6  # ranges; a reference farther away says the same


def improve(
    trials: Trials, known: NDArray[np.bool_], space: Space, q: int, seed: int, reference: NDArray[np.float64]
) -> list[dict[str, Any]]:
    """The configurations with the largest expected improvement, one after the other, each pending for the next.

    Args:
        trials: ``n`` trials.
        known: ``n`` booleans, at least one of them true: whose outcomes are modelled.
        space: the parameters; at least one varies.
        q: how many configurations.
        seed: of the draws and of the search.
        reference: ``m`` losses; nothing worse counts.

    Returns:
        At most ``q`` configurations; fewer where a finite space holds no more that were not tried.
    """
    X = space.encode(trials.params)
    with _one_thread(), warnings.catch_warnings(), manual_seed(seed):
        warnings.simplefilter("ignore", NumericalWarning)  # the jitter that a nearly singular matrix is given
        warnings.filterwarnings("ignore", message="Sparse invariant checks")  # torch, of a matrix of linear_operator's
        losses, corner = _scaled(trials.losses[known], reference)
        violations = torch.tensor(_unit_sized(trials.violations[known]), dtype=torch.double, device="cpu")
        model = fit(space, features(space, X[known]), torch.cat([to_gains(losses), violations], dim=1))
        log_success = _log_success(trials, known, space, X)
        starts = X[known][is_nondominated(losses)]
        tried, pending = row_keys(space.snap(X)), list(X[trials.is_pending])
        suggested: list[NDArray[np.float64]] = []
        for i in range(q):
            acquisition = improvement(
                model,
                features(space, X[known]),
                to_gains(corner[None])[0],
                X_pending=features(space, np.array(pending + suggested)) if pending or suggested else None,
                seed=seed + i,
            )
            score = _score(space, lambda F, a=acquisition: values(a, F), log_success)
            place = maximize(
                score, space, starts, tried + row_keys(np.array(suggested)), np.random.default_rng([seed, i])
            )
            if place is None:
                break
            suggested.append(place)
    return space.decode(np.array(suggested)) if suggested else []


@contextmanager
def _one_thread() -> Iterator[None]:
    """Small matrices are slower on several threads, and far slower where a training uses the cores too.

    Torch's threads and those of SciPy's BLAS (https://github.com/scipy/scipy/issues/22438).
    """
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(limits=1, user_api="blas"):
            yield
    finally:
        torch.set_num_threads(n_threads)


def _scaled(
    losses: NDArray[np.float64], reference: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Losses and reference with each objective's range as the unit: the answer must not depend on the units."""
    magnitude = _magnitude(losses)  # so that no range overflows
    low = losses.min(axis=0) / magnitude
    spread = np.ptp(losses / magnitude, axis=0)
    unit = np.where(spread > 0, spread, 1.0)
    with np.errstate(over="ignore"):
        corner = (reference / magnitude - low) / unit
    return (losses / magnitude - low) / unit, np.clip(corner, -FAR, FAR)


def _unit_sized(violations: NDArray[np.float64]) -> NDArray[np.float64]:
    """Constraints with the largest size of each as the unit; zero stays the border."""
    return violations / _magnitude(violations)


def _magnitude(table: NDArray[np.float64]) -> NDArray[np.float64]:
    largest = np.abs(table).max(axis=0)
    return np.where(largest > 0, largest, 1.0)


def _log_success(trials: Trials, known: NDArray[np.bool_], space: Space, X: NDArray[np.float64]) -> LogSuccess | None:
    """The model of success; None while nothing has crashed. What is known to be outside its limits did not crash."""
    has_crashed = trials.is_failed & ~known
    if not has_crashed.any():
        return None
    ended = ~trials.is_pending
    return LogSuccess(space, features(space, X[ended]), torch.tensor(has_crashed[ended], device="cpu"))


def _score(space: Space, log_improvement: Any, log_success: LogSuccess | None) -> Score:
    def score(X: NDArray[np.float64]) -> NDArray[np.float64]:
        F: Tensor = features(space, X)
        total = log_improvement(F)
        if log_success is not None:
            total = total + penalty(log_success(F), log_success.highest)
        return np.asarray(np.nan_to_num(total.numpy(), nan=-np.inf))

    return score
