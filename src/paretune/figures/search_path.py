"""The path of the search: two parameters of each trial over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.errors import InvalidInputError
from paretune.figures.trial_selection import count_unevaluated, evaluated_trials
from paretune.space import Space
from paretune.trials import Trials


@dataclass(frozen=True, eq=False)
class SearchPathView:
    """The data of a picture of the search path.

    Args:
        space: the parameters.
        pair: the horizontal and the vertical parameter; the second is None if the space has only one, which is drawn
            over time.
        places: ``n x 2`` positions between 0 and 1 on the parameters' own scales, in the order of the trials; NaN for
            an inactive parameter, and in the second column if there is no second parameter.
        numbers: ``n`` trial numbers, the time.
        is_failed: ``n`` booleans.
        is_efficient: ``n`` booleans.
        n_excluded: number of trials that are not in the picture, by reason.
    """

    space: Space
    pair: tuple[str, str | None]
    places: NDArray[np.float64]
    numbers: NDArray[np.int64]
    is_failed: NDArray[np.bool_]
    is_efficient: NDArray[np.bool_]
    n_excluded: Mapping[str, int]


def search_path_view(trials: Trials, pair: tuple[str, str] | None = None) -> SearchPathView:
    """Compute the position of each trial in two parameters.

    Args:
        trials: the trials to draw.
        pair: the two parameters, such as the most important ones (`ImportanceView.pair`); by default the first two.

    Raises:
        InvalidInputError: the pair names an unknown parameter, or the same parameter twice.
    """
    names = _check_pair(trials.space, pair) if pair is not None else _first_pair(trials.space)
    shown = evaluated_trials(trials)
    efficient = pareto.efficient_trials(shown).numbers
    columns = [shown.X[:, list(trials.space).index(name)] for name in names if name is not None]
    columns += [np.full(len(shown), np.nan)] * (2 - len(columns))
    return SearchPathView(
        trials.space,
        names,
        np.column_stack(columns),
        shown.numbers,
        shown.is_failed,
        np.isin(shown.numbers, efficient),
        count_unevaluated(trials),
    )


def _first_pair(space: Space) -> tuple[str, str | None]:
    names = list(space)
    return names[0], names[1] if len(names) > 1 else None


def _check_pair(space: Space, pair: tuple[str, str]) -> tuple[str, str]:
    if len(pair) != 2 or pair[0] == pair[1] or not all(name in space for name in pair):
        raise InvalidInputError(f"pair must be two different parameters of {', '.join(space)}, but is {pair!r}")
    return pair
