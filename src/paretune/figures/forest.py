"""Permutation importance (Breiman 2001) of parameters for a random forest, on trials that it was not trained on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

N_FOLDS, N_SHUFFLES, N_TREES = 5, 5, 100
MIN_TRIALS = 20
MAX_TRAINING_TRIALS = 1000  # trials per tree; more take longer and improve little
MIN_PER_CLASS = 5
CLEAR_STANDARD_ERRORS = 1.645  # one-sided 5 % level


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
    from sklearn.model_selection import KFold, StratifiedKFold  # noqa: PLC0415 (slow to load; this picture needs it)

    folds = (StratifiedKFold if is_binary else KFold)(N_FOLDS, shuffle=True, random_state=seed)
    predicted, growth, rng = np.empty(len(y)), [], np.random.default_rng(seed)
    for trained, tested in folds.split(X, y):
        forest = Forest.fit(X[trained], y[trained], seed)
        predicted[tested] = forest.predict(X[tested])
        growth.append(_error_growth(forest, X[tested], y[tested], predicted[tested], rng))
    return predicted, np.vstack(growth)


@dataclass(frozen=True, eq=False)
class Forest:
    """A random forest for regression: the trees of scikit-learn's `RandomForestRegressor` with the same seed.

    It is fitted and asked without the checks that scikit-learn repeats for each tree, in half of the time.

    Args:
        trees: the fitted trees.
    """

    trees: tuple[Any, ...]

    @classmethod
    def fit(cls, X: NDArray[np.float64], y: NDArray[np.float64], seed: int) -> Forest:
        """Fit `N_TREES` trees on resampled trials, half of the parameters at each split, two trials in each leaf."""
        from sklearn import config_context  # noqa: PLC0415
        from sklearn.tree import DecisionTreeRegressor  # noqa: PLC0415

        X32, column = np.asarray(X, np.float32), np.ascontiguousarray(y[:, None])
        draw = np.random.RandomState(seed)  # as scikit-learn
        trees = []
        with config_context(skip_parameter_validation=True, assume_finite=True):
            for _ in range(N_TREES):
                tree_seed = draw.randint(np.iinfo(np.int32).max)
                n_drawn = min(len(X), MAX_TRAINING_TRIALS)
                rows = np.random.RandomState(tree_seed).randint(0, len(X), n_drawn, dtype=np.int32)
                tree = DecisionTreeRegressor(min_samples_leaf=2, max_features=0.5, random_state=tree_seed)
                weights = np.bincount(rows, minlength=len(X)).astype(float)
                trees.append(tree.fit(X32, column, sample_weight=weights, check_input=False).tree_)
        return cls(tuple(trees))

    def predict(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``n`` predictions, the means over the trees."""
        X32, total = np.asarray(X, np.float32), np.zeros(len(X))
        for tree in self.trees:
            total += tree.predict(X32)[:, 0]
        return total / len(self.trees)


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
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415

    return float(roc_auc_score(y, predicted))
