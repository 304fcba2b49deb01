"""Permutation importance (Breiman 2001) of parameters for a random forest, on trials that it was not trained on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from paretune.figures.level_wise_forest import MAX_TRIALS, LevelWiseForest
from paretune.figures.sklearn_forest import SklearnForest

N_FOLDS, N_SHUFFLES = 5, 5
MIN_TRIALS = 20
MIN_PER_CLASS = 5
CLEAR_STANDARD_ERRORS = 1.645  # one-sided 5 % level


class Forest(Protocol):
    """A fitted forest."""

    def predict(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``n`` predictions for ``n x d`` features."""


@dataclass(frozen=True, eq=False)
class Importances:
    """The importance of each of ``d`` parameters for the prediction of one outcome.

    Args:
        mean: ``d`` numbers: the growth of the squared error when the parameter is shuffled, in units of the outcome's
            variance, averaged over folds and shuffles. It can exceed 1; without influence it can be slightly below 0.
        spread: ``d`` standard deviations over folds and shuffles.
        r2: the share of the variance that is predicted out of fold; None without a forest.
        r2_se: the standard error of `r2` over trials; None without a forest.
        auc: the area under the ROC curve out of fold: the probability that a failed trial gets a higher predicted
            chance of failure than another trial. None unless the outcome is binary.
        n_trials: number of trials to learn from.
        why_not: the reason why there is no forest; empty if there is one.
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
        """Whether the forest predicts significantly better than the mean (one-sided, 5 %).

        With pure noise as outcome (60 cases each with 30 and 80 trials), `r2` was above 0 in 5 to 12 % of the cases,
        and this test was positive in 0 to 2 %.
        """
        return self.r2 is not None and self.r2_se is not None and self.r2 > CLEAR_STANDARD_ERRORS * self.r2_se


def importances(X: NDArray[np.float64], y: NDArray[np.float64], seed: int) -> Importances:
    """Compute importances by cross-validation: fit on four fifths of the trials, predict the last fifth, five times.

    A binary outcome is a number like any other: for it the splits of a regression forest equal those of a classifier
    with Gini impurity, and the mean is a probability.

    Args:
        X: ``n x d``, without NaN.
        y: ``n`` numbers, or zeros and ones.
        seed: an integer.
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
        return "all trials have the same outcome"
    rarer = int(min(y.sum(), len(y) - y.sum()))
    if is_binary and rarer < MIN_PER_CLASS:
        return f"there are too few trials with the rarer outcome ({rarer} of {MIN_PER_CLASS})"
    return ""


def _out_of_fold(
    X: NDArray[np.float64], y: NDArray[np.float64], seed: int, *, is_binary: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Predict each trial by a forest that was not trained on it, and measure the effect of shuffling parameters."""
    fold = _stratified_folds(y, seed) if is_binary else _folds(len(y), seed)
    predicted, growth, rng = np.empty(len(y)), [], np.random.default_rng(seed)
    for k in range(N_FOLDS):
        tested = fold == k
        forest = fit_forest(X[~tested], y[~tested], seed)
        predicted[tested] = forest.predict(X[tested])
        growth.append(_error_growth(forest, X[tested], y[tested], predicted[tested], rng))
    return predicted, np.vstack(growth)


def _folds(n: int, seed: int) -> NDArray[np.int64]:
    """Return the fold of each of ``n`` trials, as scikit-learn's `KFold`, which is slow to load."""
    fold = np.empty(n, np.int64)
    fold[np.random.RandomState(seed).permutation(n)] = np.sort(np.arange(n) % N_FOLDS)
    return fold


def _stratified_folds(y: NDArray[np.float64], seed: int) -> NDArray[np.int64]:
    """Return the fold of each trial, each with its share of both outcomes, as scikit-learn's `StratifiedKFold`."""
    draw, fold, index = np.random.RandomState(seed), np.empty(len(y), np.int64), np.arange(len(y))
    first = 0
    for outcome in dict.fromkeys(y.tolist()):
        rows = np.flatnonzero(y == outcome)
        folds = np.sort(index[first : first + len(rows)] % N_FOLDS)
        draw.shuffle(folds)
        fold[rows], first = folds, first + len(rows)
    return fold


def fit_forest(X: NDArray[np.float64], y: NDArray[np.float64], seed: int) -> Forest:
    """Fit a forest to ``n x d`` features and ``n`` outcomes, by what is faster for ``n`` trials."""
    return (LevelWiseForest if len(X) <= MAX_TRIALS else SklearnForest).fit(X, y, seed)


def _error_growth(
    forest: Forest,
    X: NDArray[np.float64],
    y: NDArray[np.float64],
    predicted: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """The growth of the squared error, ``shuffles x d``, as `sklearn.inspection.permutation_importance` gives it.

    One prediction serves all parameters and shuffles, which is ten times faster than that function.
    """
    n, d = X.shape
    shuffled = np.tile(X, (N_SHUFFLES, d, 1, 1))
    for k in range(N_SHUFFLES):
        for j in range(d):
            shuffled[k, j, :, j] = rng.permutation(X[:, j])
    errors = (forest.predict(shuffled.reshape(-1, d)).reshape(N_SHUFFLES, d, n) - y) ** 2
    return np.asarray(errors.mean(axis=2) - np.mean((predicted - y) ** 2))


def _auc(y: NDArray[np.float64], predicted: NDArray[np.float64]) -> float:
    """The area under the ROC curve, from the ranks of the positive outcomes (Mann and Whitney 1947)."""
    n_positive = int(y.sum())
    above = float(average_ranks(predicted)[y == 1].sum()) - n_positive * (n_positive + 1) / 2
    return above / (n_positive * (len(y) - n_positive))


def average_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the ranks of ``n`` numbers, from 1; equal numbers share the mean of their ranks."""
    _, index, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[index])
