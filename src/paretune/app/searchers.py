"""The searchers with their options, described for users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from paretune.searchers import SearcherOption


@dataclass(frozen=True)
class SearcherDescription:
    """A searcher as users see it.

    Args:
        name: to choose it by.
        when: when to take it.
        failures: whether it learns from failed trials, and how.
        parallel: how it suggests trials that run at the same time.
        options: its options by name.
    """

    name: str
    when: str
    failures: str
    parallel: str
    options: Mapping[str, SearcherOption]


def describe_searchers() -> list[SearcherDescription]:
    """Return the description of each searcher, Paretune's own first.

    Example:
        >>> [described.name for described in describe_searchers()][:2]
        ['bayes', 'random']
    """
    from paretune.searchers import RUN_SEARCHERS, SEARCHERS, options_of
    from paretune.study.optuna_searchers import OPTUNA_SEARCHERS

    ours = [
        SearcherDescription(name, entry.when, entry.failures, entry.parallel, options_of(entry.searcher))
        for name, entry in {**SEARCHERS, **RUN_SEARCHERS}.items()
    ]
    theirs = [
        SearcherDescription(name, entry.when, entry.failures, entry.parallel, options_of(entry.searcher))
        for name, entry in OPTUNA_SEARCHERS.items()
    ]
    return ours + theirs
