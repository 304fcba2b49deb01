"""Where did the search go? A pair of parameters over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.errors import InvalidInputError
from paretune.figures.shown import finished, unfinished
from paretune.space import Space
from paretune.trials import Trials


@dataclass(frozen=True, eq=False)
class SearchView:
    """What a picture of where the search went shows.

    Args:
        space: the parameters.
        pair: the parameters across and up; the second is None where there is only one, which is drawn over time.
        places: ``n x 2`` places on the parameters' own scales, 0 to 1, in the order of the trials; NaN where a
            parameter does not exist, and in the second column where there is no second parameter.
        numbers: ``n`` numbers, the time.
        is_failed: ``n`` booleans.
        is_efficient: ``n`` booleans.
        n_excluded: how many trials are not in the picture, by why.
    """

    space: Space
    pair: tuple[str, str | None]
    places: NDArray[np.float64]
    numbers: NDArray[np.int64]
    is_failed: NDArray[np.bool_]
    is_efficient: NDArray[np.bool_]
    n_excluded: Mapping[str, int]


def search_view(trials: Trials, pair: tuple[str, str] | None = None) -> SearchView:
    """Where each trial stands in two of the parameters.

    Args:
        trials: what was tried.
        pair: the two, such as the most important ones, `ImportanceView.pair`; by default the first two.

    Raises:
        InvalidInputError: a name of the pair is none of the parameters', or it stands twice.
    """
    names = _checked(trials.space, pair) if pair is not None else _first(trials.space)
    shown = finished(trials)
    efficient = pareto.efficient(shown).numbers
    columns = [shown.X[:, list(trials.space).index(name)] for name in names if name is not None]
    columns += [np.full(len(shown), np.nan)] * (2 - len(columns))
    return SearchView(
        trials.space,
        names,
        np.column_stack(columns),
        shown.numbers,
        shown.is_failed,
        np.isin(shown.numbers, efficient),
        unfinished(trials),
    )


def _first(space: Space) -> tuple[str, str | None]:
    names = list(space)
    return names[0], names[1] if len(names) > 1 else None


def _checked(space: Space, pair: tuple[str, str]) -> tuple[str, str]:
    if len(pair) != 2 or pair[0] == pair[1] or not all(name in space for name in pair):
        raise InvalidInputError(f"pair must be two different parameters of {', '.join(space)}, but is {pair!r}")
    return pair
