"""A random forest for many trials, by scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune.figures.level_wise_forest import FEATURE_SHARE, MIN_LEAF, N_TREES

MAX_TRAINING_TRIALS = 1000  # trials per tree; more take longer and improve little


@dataclass(frozen=True, eq=False)
class SklearnForest:
    """A random forest for regression: the trees of scikit-learn's `RandomForestRegressor` with the same seed.

    It is fitted and asked without the checks that scikit-learn repeats for each tree, in half of the time.

    Args:
        trees: the fitted trees.
    """

    trees: tuple[Any, ...]

    @classmethod
    def fit(cls, X: NDArray[np.float64], y: NDArray[np.float64], seed: int) -> SklearnForest:
        """Fit `N_TREES` trees on resampled trials, half of the parameters at each split, two trials in each leaf."""
        from sklearn import config_context  # noqa: PLC0415 (slow to load)
        from sklearn.tree import DecisionTreeRegressor  # noqa: PLC0415

        X32, column = np.asarray(X, np.float32), np.ascontiguousarray(y[:, None])
        draw = np.random.RandomState(seed)  # as scikit-learn
        trees = []
        with config_context(skip_parameter_validation=True, assume_finite=True):
            for _ in range(N_TREES):
                tree_seed = draw.randint(np.iinfo(np.int32).max)
                n_drawn = min(len(X), MAX_TRAINING_TRIALS)
                rows = np.random.RandomState(tree_seed).randint(0, len(X), n_drawn, dtype=np.int32)
                tree = DecisionTreeRegressor(
                    min_samples_leaf=MIN_LEAF, max_features=FEATURE_SHARE, random_state=tree_seed
                )
                weights = np.bincount(rows, minlength=len(X)).astype(float)
                trees.append(tree.fit(X32, column, sample_weight=weights, check_input=False).tree_)
        return cls(tuple(trees))

    def predict(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``n`` predictions, the means over the trees."""
        X32, total = np.asarray(X, np.float32), np.zeros(len(X))
        for tree in self.trees:
            total += tree.predict(X32)[:, 0]
        return total / len(self.trees)
