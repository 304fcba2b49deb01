"""Optuna's own samplers by name, with their options."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from optuna.exceptions import ExperimentalWarning
from optuna.samplers import BaseSampler, GPSampler, NSGAIIISampler, NSGAIISampler, TPESampler

from paretune.searchers.options import option
from paretune.space import Int

_LIMITS_ONLY = "only from limits: it ignores other failures"
_GENERATIONS = "no slot waits; the parents change after `population` trials"
_NO_SLOT_WAITS = "no slot waits; it does not look at pending trials"


class OptunaSearcher(Protocol):
    """A sampler of Optuna with its options, as fields."""

    def make(self, seed: int) -> BaseSampler:
        """Make the sampler."""
        ...


@dataclass(frozen=True)
class _Gp:
    n_startup_trials: int = option(10, Int(1, 10_000), "number of random trials that begin the search")

    def make(self, seed: int) -> BaseSampler:
        return GPSampler(seed=seed, n_startup_trials=self.n_startup_trials)


@dataclass(frozen=True)
class _Tpe:
    n_startup_trials: int = option(10, Int(1, 10_000), "number of random trials that begin the search")

    def make(self, seed: int) -> BaseSampler:
        return TPESampler(seed=seed, multivariate=True, n_startup_trials=self.n_startup_trials)


@dataclass(frozen=True)
class _Nsga2:
    population: int = option(50, Int(2, 10_000), "number of trials in a generation")

    def make(self, seed: int) -> BaseSampler:
        return NSGAIISampler(seed=seed, population_size=self.population)


@dataclass(frozen=True)
class _Nsga3:
    population: int = option(50, Int(2, 10_000), "number of trials in a generation")

    def make(self, seed: int) -> BaseSampler:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)  # it has been experimental since 2023
            return NSGAIIISampler(seed=seed, population_size=self.population)


@dataclass(frozen=True)
class RegisteredOptunaSearcher:
    """A sampler of Optuna, and when to take it; the fields are those of `paretune.searchers.RegisteredSearcher`."""

    searcher: OptunaSearcher
    when: str
    parallel: str
    failures: str = _LIMITS_ONLY


OPTUNA_SEARCHERS: Mapping[str, RegisteredOptunaSearcher] = MappingProxyType(
    {
        "gp": RegisteredOptunaSearcher(_Gp(), "you want Optuna's Gaussian processes", "no slot waits"),
        "tpe": RegisteredOptunaSearcher(
            _Tpe(), "you want Optuna's TPE: quick with thousands of trials", _NO_SLOT_WAITS
        ),
        "nsga2": RegisteredOptunaSearcher(_Nsga2(), "you want Optuna's NSGA-II", _GENERATIONS),
        "nsga3": RegisteredOptunaSearcher(
            _Nsga3(), "you want Optuna's NSGA-III, for three or more objectives", _GENERATIONS
        ),
    }
)
