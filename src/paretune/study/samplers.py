"""The Optuna sampler of each searcher's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from optuna.samplers import BaseSampler

from paretune.adapters.optuna import ParetoSampler
from paretune.adapters.optuna.searcher_sampler import SearcherSampler
from paretune.errors import InvalidInputError, did_you_mean
from paretune.objectives import Objectives
from paretune.searchers import RUN_SEARCHERS, SEARCHERS, make_searcher
from paretune.searchers.bayes import BayesSearch
from paretune.searchers.options import check_options
from paretune.space import Int, Space
from paretune.study.optuna_searchers import OPTUNA_SEARCHERS
from paretune.trials.target_conditions import parse_target

SEARCHER_NAMES = (*SEARCHERS, *RUN_SEARCHERS, *OPTUNA_SEARCHERS)


def make_sampler(
    name: str, space: Space, seed: int, n_before: int, options: Mapping[str, Any] | None = None
) -> BaseSampler:
    """Make the sampler of a searcher.

    Paretune's searchers continue after an interruption as if there had been none. Optuna's ``gp``, ``tpe``, ``nsga2``
    and ``nsga3`` have a random state that no storage keeps: they continue from a fresh one.

    Args:
        name: one of `SEARCHER_NAMES`.
        space: the parameters.
        seed: of the search.
        n_before: how many trials the study already has.
        options: of the searcher, by name; the others have their defaults.

    Raises:
        InvalidInputError: no searcher has that name, it has no such option, or a value is wrong.
    """
    checked = check_searcher(name, options or {})
    seed = Int(0, 2**32 - 1).check("seed", seed)
    if name in OPTUNA_SEARCHERS:
        declared: Any = OPTUNA_SEARCHERS[name].searcher
        sampler: BaseSampler = replace(declared, **checked).make(_resumed_seed(seed, n_before))
        return sampler
    searcher = make_searcher(name, checked)
    if isinstance(searcher, BayesSearch):
        return ParetoSampler(
            seed=seed, search_space=space, n_startup_trials=searcher.n_startup_trials, prefer=searcher.prefer
        )
    return SearcherSampler(searcher, space, seed)


def check_searcher(name: str, options: Mapping[str, Any], objectives: Objectives | None = None) -> dict[str, Any]:
    """Return the options of a searcher in their types.

    Args:
        name: of the searcher.
        options: by name.
        objectives: of the study; what is preferred must name them.

    Raises:
        InvalidInputError: no searcher has that name, it has no such option, or a value is wrong.
    """
    if not isinstance(name, str) or name not in SEARCHER_NAMES:
        near = did_you_mean(name, SEARCHER_NAMES)
        raise InvalidInputError(f"searcher must be one of {', '.join(SEARCHER_NAMES)}, but is {name!r}{near}")
    registered: Any = SEARCHERS.get(name) or RUN_SEARCHERS.get(name) or OPTUNA_SEARCHERS[name]
    searcher: Any = registered.searcher
    checked = check_options(name, searcher, options)
    replace(searcher, **checked) if checked else None
    if objectives is not None:
        parse_target(str(checked.get("prefer", "")), objectives)
    return checked


def _resumed_seed(seed: int, n_before: int) -> int:
    """A seed of its own for each resumption: the same one would draw the same trials again."""
    return int(np.random.SeedSequence([seed, n_before]).generate_state(1)[0])
