"""The next configuration of a fixed design."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from paretune.errors import SpaceExhaustedError
from paretune.searchers.searcher import Context, Suggestion
from paretune.space.keys import configuration_keys
from paretune.trials import Trials


def first_untried(design: Iterator[dict[str, Any]], trials: Trials, context: Context) -> Suggestion:
    """Suggest the first configuration of a design that no trial has; lost trials do not count.

    Args:
        design: configurations, in order.
        trials: ``n`` trials so far.
        context: its ``n_ahead`` first untried configurations are left to earlier trials.

    Raises:
        SpaceExhaustedError: every configuration of the space was tried.
    """
    space = context.space
    tried = set(configuration_keys(space, trials[~trials.is_lost].params))
    if len(tried) + context.n_ahead < space.n_configurations():
        untried = (params for params in design if configuration_keys(space, [params])[0] not in tried)
        for params in islice(untried, context.n_ahead, None):
            return Suggestion(params)
    raise SpaceExhaustedError(
        f"all {len(tried)} configurations have been tried: nothing is left to suggest; widen the space to go on"
    )
