"""The searchers by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from paretune.argument_checks import MAPPING, TEXT, check_arguments
from paretune.errors import InvalidInputError, did_you_mean
from paretune.searchers.annealing import AnnealingSearch
from paretune.searchers.bayes import BayesSearch
from paretune.searchers.cma_es import CmaEsSearch
from paretune.searchers.evolution import EvolutionSearch
from paretune.searchers.grid import GridSearch
from paretune.searchers.hazero import HazeroSearch
from paretune.searchers.options import check_options
from paretune.searchers.population import PopulationSearch
from paretune.searchers.pshe2 import Pshe2Search
from paretune.searchers.random_search import RandomSearch
from paretune.searchers.searcher import Searcher
from paretune.searchers.sobol import SobolSearch

POPULATION = "population"
_ASYNCHRONOUS = "no slot waits"
_ROUNDS = "rounds of `population` trials; a slot that would wait gets an extra draw"
_WORST = "yes: a failed trial is worst"


@dataclass(frozen=True)
class RegisteredSearcher:
    """A searcher, and when to take it.

    Args:
        searcher: the searcher.
        when: one line for users.
        title: what reports call it; empty if they name its runs.
        failures: whether it learns from failed trials, and how.
        parallel: how it suggests trials that run at the same time.
    """

    searcher: Searcher
    when: str
    title: str = ""
    failures: str = "no"
    parallel: str = _ASYNCHRONOUS


SEARCHERS: Mapping[str, RegisteredSearcher] = MappingProxyType(
    {
        "bayes": RegisteredSearcher(
            BayesSearch(),
            "trainings take seconds or longer: it needs the fewest trials",
            failures="yes: it models where trials fail",
        ),
        "random": RegisteredSearcher(
            RandomSearch(), "a baseline to compare with, or trainings faster than a model", "random search"
        ),
        "sobol": RegisteredSearcher(SobolSearch(), "an even first picture of the whole space", "a Sobol sequence"),
        "grid": RegisteredSearcher(GridSearch(), "few parameters, and you want every combination", "a grid"),
        "annealing": RegisteredSearcher(
            AnnealingSearch(),
            "many short trials, and neighbours of a good one are good",
            "simulated annealing",
            _WORST,
        ),
        "evolution": RegisteredSearcher(
            EvolutionSearch(),
            "thousands of short trials in a mixed space, or very many workers",
            "an evolutionary search",
            _WORST,
        ),
        "cma-es": RegisteredSearcher(
            CmaEsSearch(),
            "many short trials, and mostly numbers that interact",
            "CMA-ES",
            _WORST,
            f"{_ROUNDS}; with several objectives another run goes on meanwhile",
        ),
        "pshe2": RegisteredSearcher(
            Pshe2Search(), "you want Baidu's particle swarm, as in PaddleHub", "PSHE2", _WORST, _ROUNDS
        ),
        "hazero": RegisteredSearcher(
            HazeroSearch(), "you want Baidu's small CMA-ES, as in PaddleHub", "HAZero", _WORST, _ROUNDS
        ),
    }
)

# Those that need a run, since they also decide which trainings go on.
RUN_SEARCHERS: Mapping[str, RegisteredSearcher] = MappingProxyType(
    {
        POPULATION: RegisteredSearcher(
            PopulationSearch(),
            "trainings save and report steps, and the best learning rate or the like changes on the way",
            "population based training",
            "yes: a copy of another member replaces one that failed",
            "members wait for the last one after each part; those that are certain to go on do not",
        )
    }
)


def make_searcher(name: str, options: Mapping[str, Any] | None = None) -> Searcher:
    """Make a searcher with options.

    Args:
        name: one of `SEARCHERS` or `RUN_SEARCHERS`.
        options: by name; the others have their defaults.

    Raises:
        InvalidInputError: there is no searcher of this name, it has no such option, or a value is wrong.

    Example:
        >>> make_searcher("pshe2", {"population": 8})
        Pshe2Search(population=8, alpha=0.5, epsilon=0.2)
    """
    check_arguments(name=(name, TEXT), options=(options, MAPPING, None))
    known = {**SEARCHERS, **RUN_SEARCHERS}
    if name not in known:
        raise InvalidInputError(
            f"searcher must be one of {', '.join(known)}, but is {name!r}{did_you_mean(name, known)}"
        )
    searcher: Any = known[name].searcher
    checked = check_options(name, searcher, options or {})
    made: Searcher = replace(searcher, **checked) if checked else searcher
    return made
