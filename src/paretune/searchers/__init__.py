"""Searchers: pure functions from the trials so far to the next trial."""

from paretune.searchers.registry import SEARCHERS, RegisteredSearcher
from paretune.searchers.searcher import Context, Searcher, Suggestion

__all__ = ["SEARCHERS", "Context", "RegisteredSearcher", "Searcher", "Suggestion"]
