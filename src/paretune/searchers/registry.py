"""The searchers by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from paretune.searchers.bayes import BayesSearch
from paretune.searchers.grid import GridSearch
from paretune.searchers.random_search import RandomSearch
from paretune.searchers.searcher import Searcher
from paretune.searchers.sobol import SobolSearch


@dataclass(frozen=True)
class RegisteredSearcher:
    """A searcher, and when to take it.

    Args:
        searcher: the searcher.
        when: one line for users.
        title: what reports call it; empty if they name its runs.
    """

    searcher: Searcher
    when: str
    title: str = ""


SEARCHERS: Mapping[str, RegisteredSearcher] = MappingProxyType(
    {
        "bayes": RegisteredSearcher(BayesSearch(), "trainings take seconds or longer: it needs the fewest trials"),
        "random": RegisteredSearcher(
            RandomSearch(), "a baseline to compare with, or trainings faster than a model", "random search"
        ),
        "sobol": RegisteredSearcher(SobolSearch(), "an even first picture of the whole space", "a Sobol sequence"),
        "grid": RegisteredSearcher(GridSearch(), "few parameters, and you want every combination", "a grid"),
    }
)
