"""The importance of each parameter for each objective and for failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.argument_checks import WHOLE, check_arguments
from paretune.figures.forest import Importances, average_ranks, importances
from paretune.figures.trial_selection import count_unevaluated, evaluated_trials
from paretune.trials import Trials

FAILING = "failing"


@dataclass(frozen=True, eq=False)
class ImportanceView:
    """The data of a picture of importances.

    Args:
        parameters: ``d`` names.
        outcomes: importances by outcome: the name of each objective, and ``failing``.
        n_excluded: number of trials that are not in the picture, by reason. A trial with an unknown objective is not
            counted here; it is missing only from the number of trials of that objective.
    """

    parameters: tuple[str, ...]
    outcomes: Mapping[str, Importances]
    n_excluded: Mapping[str, int]

    @property
    def order(self) -> list[int]:
        """Parameter indices, sorted by the largest importance for any predictable outcome, largest first."""
        known = [found.mean for found in self.outcomes.values() if found.is_predicted]
        largest = np.max(known, axis=0) if known else np.zeros(len(self.parameters))
        return [int(i) for i in np.argsort(-largest, kind="stable")]

    def most_important(self, n: int) -> tuple[str, ...]:
        """The names of at most ``n`` parameters, the most important first; without any, in the order of the space."""
        return tuple(self.parameters[i] for i in self.order[:n])


def importance_view(trials: Trials, seed: int = 0) -> ImportanceView:
    """Compute how much worse a forest predicts each outcome when a parameter is shuffled.

    Objectives are predicted as ranks, so that neither their scale nor a few huge values dominate. A failed trial is
    used for those objectives that are known. Failure is predicted as a probability; a trial outside the limits counts
    as failed. Parameters are encoded by `paretune.Space.encode`. An inactive parameter is encoded as -1, so its
    importance includes the effect of being active.

    Args:
        trials: the trials to analyse.
        seed: an integer.
    """
    check_arguments(trials=(trials, Trials), seed=(seed, WHOLE))
    counted = evaluated_trials(trials)
    X = np.nan_to_num(counted.X, nan=-1.0)
    outcomes = {
        name: _rank_importances(X, losses, seed)
        for name, losses in zip(trials.objectives.names, counted.losses.T, strict=True)
    }
    failing = FAILING if FAILING not in outcomes else f"{FAILING} of trials"
    outcomes[failing] = importances(X, counted.is_failed.astype(float), seed)
    return ImportanceView(tuple(trials.space), outcomes, count_unevaluated(trials))


def _rank_importances(X: NDArray[np.float64], losses: NDArray[np.float64], seed: int) -> Importances:
    is_known = np.isfinite(losses)
    return importances(X[is_known], average_ranks(losses[is_known]), seed)
