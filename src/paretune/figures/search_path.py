"""The values of the most important parameters, trial by trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.argument_checks import NAMES, check_arguments
from paretune.errors import InvalidInputError
from paretune.figures.trial_selection import count_unevaluated, evaluated_trials
from paretune.space import Space
from paretune.trials import Trials

N_PARAMETERS = 4


@dataclass(frozen=True, eq=False)
class SearchPathView:
    """The data of a picture of the search path.

    Args:
        space: all parameters.
        names: the ``k`` parameters that are drawn.
        places: ``n x k`` positions between 0 and 1 on the parameters' own scales, in the order of the trials; NaN for
            an inactive parameter.
        numbers: ``n`` trial numbers.
        is_failed: ``n`` booleans.
        is_efficient: ``n`` booleans.
        n_excluded: number of trials that are not in the picture, by reason.
    """

    space: Space
    names: tuple[str, ...]
    places: NDArray[np.float64]
    numbers: NDArray[np.int64]
    is_failed: NDArray[np.bool_]
    is_efficient: NDArray[np.bool_]
    n_excluded: Mapping[str, int]


def search_path_view(trials: Trials, names: Sequence[str] | None = None) -> SearchPathView:
    """Compute the position of each trial in some parameters.

    Args:
        trials: the trials to draw.
        names: the parameters, such as the most important ones; by default the first four.

    Raises:
        InvalidInputError: a name is no parameter, or is there twice.
    """
    check_arguments(trials=(trials, Trials), names=(names, NAMES, None))
    chosen = tuple(trials.space)[:N_PARAMETERS] if names is None else tuple(names)
    if len(set(chosen)) < len(chosen) or not all(name in trials.space for name in chosen):
        raise InvalidInputError(f"names must be different parameters of {', '.join(trials.space)}, but are {names!r}")
    shown = evaluated_trials(trials)
    efficient = pareto.efficient_trials(shown).numbers
    columns = [list(trials.space).index(name) for name in chosen]
    return SearchPathView(
        trials.space,
        chosen,
        shown.X[:, columns],
        shown.numbers,
        shown.is_failed,
        np.isin(shown.numbers, efficient),
        count_unevaluated(trials),
    )
