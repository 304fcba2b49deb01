"""Models that are fitted to rows of a table, in rounds."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from paretune.workloads.builtin.tabular.columns import Columns
from paretune.workloads.builtin.tabular.encoding import make_encoder
from paretune.workloads.builtin.tabular.models import build, grow, needs_scaled
from paretune.workloads.builtin.tabular.target import CLASSIFICATION, Target

Rows = NDArray[np.intp]


def take_rows(X: Any, rows: Any) -> Any:
    """Some rows of features, which are an array or a frame."""
    return X[rows] if isinstance(X, np.ndarray) else X.iloc[rows]


class FittedModel:
    """A configuration that is fitted to some rows.

    Args:
        params: the configuration.
        columns: the kinds of the columns.
        target: of all rows.
        seed: of the model's random numbers.

    Attributes:
        encoder: turns features into numbers; None if they stay as they are.
        estimator: of scikit-learn or another package with its form. It knows classes as 0, 1, ...
        labels: the classes of the training rows, as places in the target's classes.
    """

    def __init__(self, params: Mapping[str, Any], columns: Columns, target: Target, seed: int) -> None:
        self._params, self._task, self._n_classes = params, target.task, len(target.classes)
        self.encoder = make_encoder(columns, target.task, is_scaled=needs_scaled(params["model"]))
        self.estimator = build(params, target.task, seed)
        self.labels = np.arange(self._n_classes)
        self._encoded: tuple[Any, Any] | None = None

    def grow(self, n: int, X: Any, y: NDArray[np.float64]) -> None:
        """Train up to so many rounds; further calls need the same rows."""
        with warnings.catch_warnings(), threadpool_limits(1):
            warnings.simplefilter("ignore")  # of convergence: the score shows what a model is worth
            if self._encoded is None:
                self._encoded = self._encode(X, y)
            encoded, values = self._encoded
            grow(self.estimator, n, encoded, values, self._params)

    def _encode(self, X: Any, y: NDArray[np.float64]) -> tuple[Any, NDArray[Any]]:
        values: NDArray[Any] = y
        if self._task == CLASSIFICATION:
            self.labels, values = np.unique(y.astype(int), return_inverse=True)
        if "neighbors" in self._params:  # a training with fewer rows than neighbours
            self.estimator.set_params(n_neighbors=min(self._params["neighbors"], len(values)))
        return (X if self.encoder is None else self.encoder.fit_transform(X, values)), values

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Predict ``n x k`` probabilities of all classes, or ``n`` numbers."""
        with warnings.catch_warnings(), threadpool_limits(1):
            warnings.simplefilter("ignore")
            encoded = self._transform(X)
            if self._task != CLASSIFICATION:
                return np.asarray(self.estimator.predict(encoded), dtype=float)
            found = np.zeros((len(X), self._n_classes))
            found[:, self.labels] = self.estimator.predict_proba(encoded)
            return found

    def predict_plainly(self, X: Any) -> Any:
        """Predict classes or numbers as a product would, for the measurement of its time."""
        return self.estimator.predict(self._transform(X))

    def _transform(self, X: Any) -> Any:
        return X if self.encoder is None else self.encoder.transform(X)
