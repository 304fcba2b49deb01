"""The Optuna sampler of each searcher's name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from optuna.samplers import BaseSampler, GPSampler, NSGAIISampler, TPESampler

from paretune.adapters.optuna import ParetoSampler
from paretune.adapters.optuna.searcher_sampler import SearcherSampler
from paretune.errors import InvalidInputError, did_you_mean
from paretune.searchers import SEARCHERS
from paretune.space import Int, Space


def make_sampler(name: str, space: Space, seed: int, n_before: int) -> BaseSampler:
    """Make the sampler of a searcher.

    ``bayes``, ``random``, ``sobol`` and ``grid`` continue after an interruption as if there had been none. Optuna's
    ``gp``, ``tpe`` and ``nsga2`` have a random state that no storage keeps: they continue from a fresh one.

    Args:
        name: one of `SEARCHER_NAMES`.
        space: the parameters.
        seed: of the search.
        n_before: how many trials the study already has.

    Raises:
        InvalidInputError: no searcher has that name.
    """
    if not isinstance(name, str) or name not in SEARCHER_NAMES:
        near = did_you_mean(name, SEARCHER_NAMES)
        raise InvalidInputError(f"searcher must be one of {', '.join(SEARCHER_NAMES)}, but is {name!r}{near}")
    seed = Int(0, 2**32 - 1).check("seed", seed)
    if name == "bayes":
        return ParetoSampler(seed=seed, search_space=space)
    if name in SEARCHERS:
        return SearcherSampler(SEARCHERS[name].searcher, space, seed)
    return _OPTUNA_SAMPLERS[name](_resumed_seed(seed, n_before))


def _tpe(seed: int) -> BaseSampler:
    return TPESampler(seed=seed, multivariate=True)


_OPTUNA_SAMPLERS: dict[str, Callable[[int], BaseSampler]] = {
    "gp": lambda seed: GPSampler(seed=seed),
    "tpe": _tpe,
    "nsga2": lambda seed: NSGAIISampler(seed=seed),
}
SEARCHER_NAMES = (*SEARCHERS, *_OPTUNA_SAMPLERS)


def _resumed_seed(seed: int, n_before: int) -> int:
    """A seed of its own for each resumption: the same one would draw the same trials again."""
    return int(np.random.SeedSequence([seed, n_before]).generate_state(1)[0])
