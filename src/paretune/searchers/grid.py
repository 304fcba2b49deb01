"""Grid search: grids from coarse to fine, each in shuffled order."""

from __future__ import annotations

from paretune.engine import grid
from paretune.searchers.first_untried import first_untried
from paretune.searchers.searcher import Context, Suggestion
from paretune.trials import Trials


class GridSearch:
    """Suggest the first untried configuration of a grid that grows finer."""

    def suggest(self, trials: Trials, context: Context) -> Suggestion:
        """See `Searcher`."""
        return first_untried(grid(context.space, context.seed), trials, context)
