"""Sobol search: a scrambled Sobol sequence, which covers a space more evenly than random draws."""

from __future__ import annotations

from paretune.engine import sobol
from paretune.searchers.first_untried import first_untried
from paretune.searchers.searcher import Context, Suggestion
from paretune.trials import Trials


class SobolSearch:
    """Suggest the first untried configuration of a scrambled Sobol sequence."""

    def suggest(self, trials: Trials, context: Context) -> Suggestion:
        """See `Searcher`."""
        return first_untried(sobol(context.space, context.seed), trials, context)
