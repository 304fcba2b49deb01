"""Which parameters decide over each objective, and over failing?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.figures.forest import Importances, importances
from paretune.figures.shown import finished, unfinished
from paretune.trials import Trials

FAILING = "failing"


@dataclass(frozen=True, eq=False)
class ImportanceView:
    """What a picture of importances shows.

    Args:
        parameters: ``d`` names.
        outcomes: by the objective's name, and by ``failing``.
        n_excluded: how many trials are not in the picture, by why; those of which an objective is not known are
            missing from its number of trials alone.
    """

    parameters: tuple[str, ...]
    outcomes: Mapping[str, Importances]
    n_excluded: Mapping[str, int]

    @property
    def order(self) -> list[int]:
        """The parameters' places by the largest importance for any outcome that can be predicted, largest first."""
        known = [found.mean for found in self.outcomes.values() if found.is_predicted]
        largest = np.max(known, axis=0) if known else np.zeros(len(self.parameters))
        return [int(i) for i in np.argsort(-largest, kind="stable")]

    @property
    def pair(self) -> tuple[str, str] | None:
        """The two most important parameters; None where nothing can be predicted, or there is one alone."""
        if len(self.parameters) < 2 or not any(found.is_predicted for found in self.outcomes.values()):
            return None
        first, second = self.order[:2]
        return self.parameters[first], self.parameters[second]


def importance_view(trials: Trials, seed: int = 0) -> ImportanceView:
    """How much worse a forest predicts an outcome when a parameter is shuffled among trials that it has not seen.

    Objectives are predicted as ranks, so that neither their scale nor a few huge values decide; a failed trial teaches
    the objectives that are known of it. Failing is predicted as a probability; a trial outside the limits has failed.
    Encoded as in `paretune.Space.encode`; where a parameter does not exist it stands at -1, so that its importance
    holds that of its existence.

    Args:
        trials: what was tried.
        seed: a whole number.
    """
    counted = finished(trials)
    X = np.nan_to_num(counted.X, nan=-1.0)
    outcomes = {
        name: _of_known(X, losses, seed) for name, losses in zip(trials.objectives.names, counted.losses.T, strict=True)
    }
    failing = FAILING if FAILING not in outcomes else f"{FAILING} of trials"
    outcomes[failing] = importances(X, counted.is_failed.astype(float), seed)
    return ImportanceView(tuple(trials.space), outcomes, unfinished(trials))


def _of_known(X: NDArray[np.float64], losses: NDArray[np.float64], seed: int) -> Importances:
    from scipy.stats import rankdata  # noqa: PLC0415 (slow to load, and this picture alone needs it)

    is_known = np.isfinite(losses)
    return importances(X[is_known], rankdata(losses[is_known]), seed)
