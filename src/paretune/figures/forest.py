"""What does a forest lose when it cannot see a parameter? Permutation importance (Breiman 2001), out of fold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

N_FOLDS, N_SHUFFLES, N_TREES = 5, 5, 100
MIN_TRIALS = 20
MAX_SEEN = 1000  # trials that one tree learns from: the time of thousands is not worth their little more
MIN_OF_A_KIND = 5
CLEAR = 1.645  # standard errors


@dataclass(frozen=True, eq=False)
class Importances:
    """What each of ``d`` parameters is worth for the prediction of one outcome.

    Args:
        mean: ``d`` numbers: by how many times the outcome's variance the squared error grows when the parameter is
            shuffled, averaged over folds and shuffles. It can exceed 1, and be a little below 0 for no worth.
        spread: ``d`` standard deviations over folds and shuffles.
        r2: the share of the variance that is predicted out of fold; None where nothing was predicted.
        r2_se: its standard error over trials; None likewise.
        auc: the probability that a failed trial is given a higher chance to fail than another, out of fold; None
            unless the outcome is yes or no.
        n_trials: how many trials there were to learn from.
        why_not: why there is no forest; empty where there is one.
    """

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    r2: float | None
    r2_se: float | None
    auc: float | None
    n_trials: int
    why_not: str = ""

    @property
    def is_predicted(self) -> bool:
        """Whether the forest predicts better than the mean does, by more than chance (one-sided, 5 %).

        Of outcomes that were nothing but noise, of 30 and of 80 trials, a share predicted above 0 was found in 5 to
        12 % of 60 cases each, such a one in none to 2 %.
        """
        return self.r2 is not None and self.r2_se is not None and self.r2 > CLEAR * self.r2_se


def importances(X: NDArray[np.float64], y: NDArray[np.float64], seed: int) -> Importances:
    """Fit a forest on four fifths of the trials, ask it about the last fifth, and again for each fifth.

    Yes and no are numbers like any other here: for them the splits of a regression forest are those of a classifier's
    by Gini impurity, and its mean is a probability.

    Args:
        X: ``n x d``, without NaN.
        y: ``n`` numbers, or zeros and ones.
        seed: a whole number.
    """
    is_binary = bool(np.isin(y, (0, 1)).all())
    why_not = _why_not(y, is_binary=is_binary)
    if why_not:
        empty = np.full(X.shape[1], np.nan)
        return Importances(empty, empty, None, None, None, len(y), why_not)
    predicted, growth = _out_of_fold(X, y, seed, is_binary=is_binary)
    growth /= y.var()
    gained = ((y - y.mean()) ** 2 - (y - predicted) ** 2) / y.var()
    r2, r2_se = float(gained.mean()), float(gained.std() / math.sqrt(len(y)))
    auc = _auc(y, predicted) if is_binary else None
    return Importances(growth.mean(axis=0), growth.std(axis=0), r2, r2_se, auc, len(y))


def _why_not(y: NDArray[np.float64], *, is_binary: bool) -> str:
    if len(y) < MIN_TRIALS:
        return f"there are too few trials to learn from ({len(y)} of {MIN_TRIALS})"
    if len(np.unique(y)) == 1:
        return "all trials are alike"
    rarer = int(min(y.sum(), len(y) - y.sum()))
    if is_binary and rarer < MIN_OF_A_KIND:
        return f"there are too few of a kind to learn from ({rarer} of {MIN_OF_A_KIND})"
    return ""


def _out_of_fold(
    X: NDArray[np.float64], y: NDArray[np.float64], seed: int, *, is_binary: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Predictions of trials that the forest has not seen, and by how much shuffling each parameter worsens them."""
    from sklearn.ensemble import RandomForestRegressor  # noqa: PLC0415 (slow to load, and this picture alone needs it)
    from sklearn.model_selection import KFold, StratifiedKFold  # noqa: PLC0415

    folds = (StratifiedKFold if is_binary else KFold)(N_FOLDS, shuffle=True, random_state=seed)
    predicted, growth, rng = np.empty(len(y)), [], np.random.default_rng(seed)
    for learned, asked in folds.split(X, y):
        n_seen = min(len(learned), MAX_SEEN)
        forest = RandomForestRegressor(
            N_TREES, min_samples_leaf=2, max_features=0.5, max_samples=n_seen, random_state=seed
        )
        forest.fit(X[learned], y[learned])
        predicted[asked] = forest.predict(X[asked])
        growth.append(_growth(forest, X[asked], y[asked], predicted[asked], rng))
    return predicted, np.vstack(growth)


def _growth(
    forest: Any,
    X: NDArray[np.float64],
    y: NDArray[np.float64],
    predicted: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """By how much the squared error grows, ``shuffles x d``: `sklearn.inspection.permutation_importance` in one call.

    That function asks the forest once for each parameter and shuffle, which takes ten times as long.
    """
    n, d = X.shape
    shuffled = np.tile(X, (N_SHUFFLES, d, 1, 1))
    for k in range(N_SHUFFLES):
        for j in range(d):
            shuffled[k, j, :, j] = rng.permutation(X[:, j])
    errors = (forest.predict(shuffled.reshape(-1, d)).reshape(N_SHUFFLES, d, n) - y) ** 2
    return np.asarray(errors.mean(axis=2) - np.mean((predicted - y) ** 2))


def _auc(y: NDArray[np.float64], predicted: NDArray[np.float64]) -> float:
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415

    return float(roc_auc_score(y, predicted))
