"""Which configurations promise the most, given what the models say?"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch
from botorch.acquisition import AcquisitionFunction
from linear_operator.utils.warnings import NumericalWarning
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from paretune.engine.acquisition.expected_hypervolume import log_expected, values
from paretune.engine.acquisition.feasibility_search import Within
from paretune.engine.maximize import N_ROUNDS, STREAK, candidates, maximize
from paretune.engine.models.front_model import Belief, See
from paretune.engine.models.targets import teaches_limits, was_given_up
from paretune.errors import InvalidInputError
from paretune.pareto import ranks
from paretune.space import Space
from paretune.space.keys import row_keys
from paretune.trials import Trials

MAX_MODELLED = 800
DOUBT_EVERY = 2
_TURN = threading.RLock()


def improve(  # noqa: PLR0913 (what `suggest` is given, and which trials are known)
    trials: Trials,
    known: NDArray[np.bool_],
    space: Space,
    q: int,
    seed: int,
    *,
    reference: NDArray[np.float64],
    part: Space,
    may_repeat: bool = False,
    device: str = "cpu",
) -> list[dict[str, Any]]:
    """The configurations with the largest expected improvement, one after the other, each pending for the next.

    Args:
        trials: ``n`` trials.
        known: ``n`` booleans: whose losses are all known. While none is, what keeps the limits is sought, and some were
            given up for a metric or a constraint that did not.
        space: the parameters.
        q: how many configurations.
        seed: of the search.
        reference: ``m`` losses; nothing worse counts.
        part: of the space, what may be suggested (`Space.hold`), or all of it; at least one parameter varies.
        may_repeat: whether what was tried, but is not under way, may come back.
        device: where the models' tensors lie.

    Returns:
        At most ``q`` configurations; fewer where a finite space holds no more that were not tried.
    """
    check_device(device)
    X = space.encode(trials.params)
    pending = X[trials.is_pending]
    tried = row_keys(space.snap(pending if may_repeat else X))
    kept, n_failures = representatives(trials, known, MAX_MODELLED), _failures_in_a_row(trials, known)
    n_different = len({*row_keys(space.snap(X[_is_in(part, X, space)]))})
    suggested: list[NDArray[np.float64]] = []
    with undisturbed():
        belief = _belief(trials[kept], known[kept], space, reference, device)
        for i in range(q):
            rng = np.random.default_rng([seed, i])
            belief = belief.with_pending(pending)
            here = belief if part is space else _among(belief, part, space)
            place = _next(here, part, tried, n_failures, rng, may_doubt=(n_different + i) % DOUBT_EVERY == 0)
            if place is None:
                break
            suggested.append(place)
            pending = place[None]
            tried += row_keys(pending)
    return space.decode(np.array(suggested)) if suggested else []


def _next(
    belief: Belief | Within,
    space: Space,
    tried: Collection[bytes],
    n_failures: int,
    rng: np.random.Generator,
    *,
    may_doubt: bool,
) -> NDArray[np.float64] | None:
    """The place that promises the most; where that is hardly anything and may be doubted, one of bolder models.

    A fit to few trials can be wrong and sure of it: then the search would stay for good where nothing more is to be had
    (Bull 2011, arXiv 1101.3501). Of the bolder models the first that promise more are asked, else the last.
    """
    pool = candidates(space, belief.seen[belief.is_front], belief.seen, n_failures, rng)
    n_rounds = 0 if n_failures >= STREAK else N_ROUNDS
    place = None
    for believed in (belief, *belief.doubts):
        acquisition = believed.acquisition(rng)
        place = maximize(partial(_score, acquisition, believed.see), space, pool, tried, rng, n_rounds)
        if place is None or not may_doubt:
            break
        if log_expected(acquisition, believed.see(place[None])).item() >= belief.hardly_anything:
            break
    return place


def _belief(
    trials: Trials, known: NDArray[np.bool_], space: Space, reference: NDArray[np.float64], device: str
) -> Belief | Within:
    """What the trials make one believe of all that counts; of the limits alone while no trial tells the rest."""
    return Belief.of(trials, known, space, reference, device) if known.any() else Within.of(trials, space, device)


def _among(belief: Belief | Within, part: Space, space: Space) -> Belief | Within:
    """The same models with the places of a part of the space alone, if any is there: to improve the front among them.

    Where the best of all lies outside, nothing in the part may add to the front but what is likeliest to crash.
    """
    is_there = _is_in(part, belief.seen, space)
    if is_there.all() or not is_there.any():
        return belief
    seen = belief.seen[is_there]
    if isinstance(belief, Within):
        return replace(belief, seen=seen)
    return replace(belief, seen=seen, satisfied=belief.satisfied[is_there[: len(belief.satisfied)]])


def _is_in(part: Space, X: NDArray[np.float64], space: Space) -> NDArray[np.bool_]:
    """Which of ``n x d`` places of the space are in a part of it: ``n`` booleans."""
    keys = zip(row_keys(part.snap(X)), row_keys(space.snap(X)), strict=True)
    return np.array([held == whole for held, whole in keys], bool)


def check_device(device: str) -> None:
    """An `InvalidInputError` where torch cannot use it."""
    try:
        torch.zeros(1, dtype=torch.double, device=device).item()
    except (AssertionError, RuntimeError, TypeError) as error:  # torch without CUDA asserts; some have no doubles
        reason = str(error).splitlines()[0]
        raise InvalidInputError(f"device must be one that torch can use here, but is {device!r}: {reason}") from None


def representatives(trials: Trials, known: NDArray[np.bool_], most: int) -> NDArray[np.int64]:
    """Which trials the models are told of, where there are many: the best, the latest, and some of the others.

    Half of them are the best, those within the limits first, or while none is known the latest of those that teach
    where the limits are (`teaches_limits`); an eighth are the latest, lest what has just failed be tried beside again;
    the others are of each time.

    Args:
        trials: ``n`` trials.
        known: ``n`` booleans: whose losses are all known.
        most: how many at most, besides those that are pending.

    Returns:
        Their indices, in order.
    """
    ended = np.flatnonzero(~trials.is_pending)
    if len(ended) <= most:
        return np.arange(len(trials))
    chosen = np.zeros(len(trials), bool)
    chosen[_best_first(trials, known)[: most // 2]] = True
    chosen[ended[len(ended) - most // 8 :]] = True
    others = ended[~chosen[ended]]
    chosen[others[np.linspace(0, len(others) - 1, most - int(chosen.sum())).astype(int)]] = True
    return np.flatnonzero(chosen | trials.is_pending)


def _best_first(trials: Trials, known: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The indices of the trials that are known, those within the limits first; while none is, see `representatives`."""
    if not known.any():
        return np.flatnonzero(teaches_limits(trials, known))[::-1]
    sides = [np.flatnonzero(known & is_inside) for is_inside in (trials.is_complete, ~trials.is_complete)]
    return np.concatenate([rows[np.argsort(ranks(trials.losses[rows]), kind="stable")] for rows in sides])


def _failures_in_a_row(trials: Trials, known: NDArray[np.bool_]) -> int:
    """How many of the last trials that ended have crashed; none before the first that ran."""
    has_run = (known | was_given_up(trials, known))[~trials.is_pending]
    return int(np.flatnonzero(has_run[::-1])[0]) if known.any() else 0


def _score(acquisition: AcquisitionFunction, see: See, X: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.nan_to_num(values(acquisition, see(X)).cpu().numpy(), nan=-np.inf))


def _tensors_on_cpu() -> AbstractContextManager[Any]:
    """Where a default device is set, another one meanwhile; else nothing, since it slows each of torch's functions."""
    return nullcontext() if torch.get_default_device().type == "cpu" else torch.device("cpu")


@contextmanager
def undisturbed() -> Iterator[None]:
    """PyTorch and BLAS as the models need them, whatever a training has set, and afterwards as they were.

    Gradients, tensors on the CPU unless told, and one thread of PyTorch and of SciPy's BLAS: small matrices are slower
    on several, and far slower where a training uses the cores too (https://github.com/scipy/scipy/issues/22438). Some
    of these settings are the process's, so that only one thread at a time is in here.
    """
    with (
        _TURN,
        torch.inference_mode(mode=False),
        torch.enable_grad(),
        _tensors_on_cpu(),
        threadpool_limits(limits=1, user_api="blas"),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore", NumericalWarning)  # the jitter that a nearly singular matrix is given
        n_threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(n_threads)
