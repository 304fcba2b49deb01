"""Searchers: pure functions from the trials so far to the next trial."""

from paretune.searchers.options import SearcherOption, options_of
from paretune.searchers.registry import RUN_SEARCHERS, SEARCHERS, RegisteredSearcher, make_searcher
from paretune.searchers.searcher import Context, Searcher, Suggestion

__all__ = [
    "RUN_SEARCHERS",
    "SEARCHERS",
    "Context",
    "RegisteredSearcher",
    "Searcher",
    "SearcherOption",
    "Suggestion",
    "make_searcher",
    "options_of",
]
