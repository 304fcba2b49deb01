"""A saved model of a table: a file of skops, which is read without running code that it brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from paretune.errors import DataError, InvalidInputError, pip_line
from paretune.workloads.builtin.tabular.columns import Columns
from paretune.workloads.builtin.tabular.fitting import FittedModel
from paretune.workloads.builtin.tabular.problem import Problem

_FORMAT = "paretune tabular model 1"
TRUSTED = (
    "collections.OrderedDict",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "lightgbm.sklearn.LGBMRegressor",
    "numpy.dtype",
    "paretune.workloads.builtin.tabular.net.NetClassifier",
    "paretune.workloads.builtin.tabular.net.NetRegressor",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.neighbors._ball_tree.BallTree",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.tree._tree.Tree",
    "xgboost.core.Booster",
    "xgboost.sklearn.XGBClassifier",
    "xgboost.sklearn.XGBRegressor",
)  # what the models consist of, besides what skops trusts


@dataclass(frozen=True, eq=False)
class SavedModel:
    """A model that predicts the target of new rows.

    Args:
        target: name of the column that it predicts.
        classes: the classes as texts; empty if it predicts numbers.
        params: its configuration.
        columns: the columns that it needs.
        encoder: turns features into numbers; None if they stay as they are.
        estimator: of scikit-learn or another package with its form.
    """

    target: str
    classes: tuple[str, ...]
    params: Mapping[str, Any]
    columns: Columns
    encoder: Any
    estimator: Any

    def predict(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Predict the classes as texts, or numbers.

        Args:
            frame: ``n`` rows with the columns of the training; others are ignored.

        Raises:
            DataError: a column is missing.
        """
        found = self.estimator.predict(self._encode(frame))
        return np.array(self.classes, dtype=object)[np.asarray(found, dtype=int)] if self.classes else np.asarray(found)

    def predict_proba(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Predict the probability of each class, in a column of its name.

        Raises:
            DataError: a column is missing.
            InvalidInputError: the model predicts numbers.
        """
        if not self.classes:
            raise InvalidInputError(f"the model predicts {self.target!r} as a number, which has no probabilities")
        return pd.DataFrame(self.estimator.predict_proba(self._encode(frame)), columns=list(self.classes))

    def _encode(self, frame: pd.DataFrame) -> Any:
        features = self.columns.features(frame)
        return features if self.encoder is None else self.encoder.transform(features)


def require_skops() -> None:
    """Check that skops is installed.

    Raises:
        InvalidInputError: it is not; the message says how to install it.
    """
    if find_spec("skops") is None:
        raise InvalidInputError(f"models are saved and read by skops, which is not installed: {pip_line('tabular')}")


def save_model(path: Path, model: FittedModel, problem: Problem, params: Mapping[str, Any]) -> None:
    """Save a model that was trained on all rows.

    Raises:
        InvalidInputError: skops is not installed, or the file cannot be written.
    """
    require_skops()
    from skops.io import dump  # noqa: PLC0415 (optional)

    content = {
        "format": _FORMAT,
        "target": problem.target.name,
        "classes": list(problem.target.classes),
        "params": dict(params),
        "columns": problem.columns.to_dict(),
        "encoder": model.encoder,
        "estimator": model.estimator,
    }
    try:
        dump(content, path)
    except OSError as error:
        raise InvalidInputError(f"the model cannot be saved to {path}: {error.strerror}") from error


def load_model(path: Path | str) -> SavedModel:
    """Load a model that `save_model` saved.

    Only types that such models consist of are loaded, so a file of a stranger cannot run code.

    Raises:
        InvalidInputError: skops is not installed, or there is no such file.
        DataError: the file is no saved model, or has other types than such models.
    """
    require_skops()
    from skops.io import get_untrusted_types, load  # noqa: PLC0415 (optional)

    if not Path(path).is_file():
        raise InvalidInputError(f"there is no file {path}")
    try:
        foreign = sorted(set(get_untrusted_types(file=path)) - set(TRUSTED))
        content = None if foreign else load(path, trusted=list(TRUSTED))
    except Exception as error:
        raise DataError(f"{path} is no model that Paretune saved: {type(error).__name__}") from error
    if foreign:
        raise DataError(f"{path} is not loaded: it holds {foreign[0]}, which no model of Paretune has")
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        raise DataError(f"{path} is no model that Paretune saved")
    columns = Columns(**{kind: tuple(names) for kind, names in content["columns"].items()})
    return SavedModel(
        content["target"],
        tuple(content["classes"]),
        content["params"],
        columns,
        content["encoder"],
        content["estimator"],
    )
