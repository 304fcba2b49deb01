"""Problems of real, small trainings on scikit-learn's data sets: error against the cost of a prediction.

The cost is counted in operations, so it has no noise.
"""

from __future__ import annotations

import itertools
import math
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor, RandomForestClassifier
from sklearn.kernel_ridge import KernelRidge
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from paretune import Categorical, Float, Int, Space
from paretune.space import Params
from problems.base import Losses, Problem

Split = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]


def digits_mlp() -> Problem:
    """A net that classifies digits: error against multiply-adds. Fails over a cost limit, or if training diverges."""
    X, y = load_digits(return_X_y=True)
    split = train_test_split(X / 16.0, y, test_size=0.4, random_state=0, stratify=y)
    space = Space(
        {
            "layers": Int(1, 3),
            "width1": Int(2, 128, log=True),
            "width2": Int(2, 128, log=True),
            "width3": Int(2, 128, log=True),
            "lr": Float(1e-5, 0.5, log=True),
            "alpha": Float(1e-7, 1.0, log=True),
            "batch": Categorical([16, 32, 64, 128, 256]),
            "act": Categorical(["relu", "tanh", "logistic"]),
            "beta1": Float(0.5, 0.99),
        }
    )
    return Problem(space, lambda params: _train_digits(params, split), reference=(0.25, 4.31))


def _train_digits(params: Params, split: Split) -> Losses | None:
    X, X_test, y, y_test = split
    widths = [params["width1"], params["width2"], params["width3"]][: params["layers"]]
    cost = _multiply_adds([64, *widths, 10])
    if cost > 20000:
        return None
    net = MLPClassifier(
        tuple(widths),
        activation=params["act"],
        alpha=params["alpha"],
        batch_size=params["batch"],
        beta_1=params["beta1"],
        learning_rate_init=params["lr"],
        max_iter=12,
        random_state=0,
    )
    error = 1 - _fit(net, X, y).score(X_test, y_test)
    return None if error > 0.25 else [error, math.log10(cost)]


def cancer_boosting_crash() -> Problem:
    """Boosted trees that classify tumours: log-loss against the nodes of all trees. Fails over a memory limit."""
    X, y = load_breast_cancer(return_X_y=True)
    split = train_test_split(X, y, test_size=0.4, random_state=0, stratify=y)
    space = Space(
        {
            "trees": Int(2, 200, log=True),
            "learning_rate": Float(0.01, 1.0, log=True),
            "depth": Int(1, 8),
            "leaf": Int(1, 50, log=True),
            "rows": Float(0.2, 1.0),
            "columns": Float(0.1, 1.0),
            "criterion": Categorical(["friedman_mse", "squared_error"]),
            "start": Categorical(["prior", "zero"]),
        }
    )
    return Problem(space, lambda params: _train_cancer(params, split), reference=(0.7, 2.3))


def _train_cancer(params: Params, split: Split) -> Losses | None:
    X, X_test, y, y_test = split
    model = GradientBoostingClassifier(
        n_estimators=params["trees"],
        learning_rate=params["learning_rate"],
        max_depth=params["depth"],
        min_samples_leaf=params["leaf"],
        subsample=params["rows"],
        max_features=params["columns"],
        criterion=params["criterion"],
        init=None if params["start"] == "prior" else "zero",
        random_state=0,
    )
    _fit(model, X, y)
    nodes = sum(tree.tree_.node_count for tree in model.estimators_.ravel())
    loss = _log_loss(model, X_test, y_test)
    return None if nodes > 200 or loss > 0.7 else [loss, math.log10(nodes)]


def wine_models_crash() -> Problem:
    """Three kinds of models that classify wines, each with its own parameters: log-loss against operations.

    Fails over a limit on operations, or if the loss is worse than that of a guess.
    """
    X, y = load_wine(return_X_y=True)
    split = train_test_split(X, y, test_size=0.5, random_state=0, stratify=y)
    forest, net, svm = ({"model": model} for model in ("forest", "net", "svm"))
    space = Space(
        {
            "model": Categorical(["forest", "net", "svm"]),
            "trees": Int(1, 100, log=True, when=forest),
            "depth": Int(1, 8, when=forest),
            "features": Float(0.1, 1.0, when=forest),
            "layers": Int(1, 2, when=net),
            "width1": Int(2, 64, log=True, when=net),
            "width2": Int(2, 64, log=True, when={**net, "layers": 2}),
            "lr": Float(1e-4, 1.0, log=True, when=net),
            "alpha": Float(1e-7, 1.0, log=True, when=net),
            "C": Float(1e-3, 1e3, log=True, when=svm),
            "kernel": Categorical(["rbf", "linear", "poly"], when=svm),
            "gamma": Float(1e-4, 1.0, log=True, when={**svm, "kernel": ["rbf", "poly"]}),
        }
    )
    return Problem(space, lambda params: _train_wine(params, split), reference=(1.1, 2.3))


def _train_wine(params: Params, split: Split) -> Losses | None:
    X, X_test, y, y_test = split
    model = {"forest": _forest, "net": _net, "svm": _svm}[params["model"]](params)
    pipeline = _fit(make_pipeline(StandardScaler(), model), X, y)
    cost = {"forest": _forest_cost, "net": _net_cost, "svm": _svm_cost}[params["model"]](model)
    loss = _log_loss(pipeline, X_test, y_test)
    return None if cost > 200 or loss > 1.1 else [loss, math.log10(cost)]


def _forest(params: Params) -> RandomForestClassifier:
    return RandomForestClassifier(
        params["trees"], max_depth=params["depth"], max_features=params["features"], random_state=0
    )


def _forest_cost(model: RandomForestClassifier) -> int:
    return sum(tree.get_depth() for tree in model.estimators_)


def _net(params: Params) -> MLPClassifier:
    widths = [params[name] for name in ("width1", "width2") if name in params]
    return MLPClassifier(
        tuple(widths), learning_rate_init=params["lr"], alpha=params["alpha"], max_iter=30, random_state=0
    )


def _net_cost(model: MLPClassifier) -> int:
    return sum(weights.size for weights in model.coefs_)


def _svm(params: Params) -> SVC:
    gamma = params.get("gamma", "scale")
    return SVC(C=params["C"], kernel=params["kernel"], gamma=gamma, probability=True, random_state=0)


def _svm_cost(model: SVC) -> int:
    if model.kernel == "linear":
        return int(model.coef_.size)
    return int(model.support_vectors_.size)


def diabetes_models_crash() -> Problem:
    """Three kinds of models that predict diabetes, each with its own parameters: squared error against operations.

    Fails over a limit on operations, or if the error is larger than the error of the mean.
    """
    X, y = load_diabetes(return_X_y=True)
    split = train_test_split(X, (y - y.mean()) / y.std(), test_size=0.4, random_state=0)
    boosting, ridge, net = ({"model": model} for model in ("boosting", "ridge", "net"))
    space = Space(
        {
            "model": Categorical(["boosting", "ridge", "net"]),
            "trees": Int(1, 200, log=True, when=boosting),
            "depth": Int(1, 6, when=boosting),
            "rate": Float(0.01, 1.0, log=True, when=boosting),
            "rows": Float(0.2, 1.0, when=boosting),
            "points": Int(5, 200, log=True, when=ridge),
            "kernel": Categorical(["rbf", "laplacian", "polynomial"], when=ridge),
            "penalty": Float(1e-4, 1e2, log=True, when=ridge),
            "gamma": Float(1e-3, 1.0, log=True, when=ridge),
            "width": Int(1, 64, log=True, when=net),
            "lr": Float(1e-4, 1.0, log=True, when=net),
            "alpha": Float(1e-6, 1e2, log=True, when=net),
            "act": Categorical(["relu", "tanh", "identity"], when=net),
        }
    )
    return Problem(space, lambda params: _train_diabetes(params, split), reference=(1.0, 3.0))


def _train_diabetes(params: Params, split: Split) -> Losses | None:
    X, X_test, y, y_test = split
    n = params.get("points", len(X))
    model, cost = {"boosting": _boosting, "ridge": _ridge, "net": _regression_net}[params["model"]](params)
    pipeline = _fit(make_pipeline(StandardScaler(), model), X[:n], y[:n])
    error = float(np.mean((pipeline.predict(X_test) - y_test) ** 2))
    return None if cost > 1000 or not error <= 1.0 else [error, math.log10(cost)]


def _boosting(params: Params) -> tuple[RegressorMixin, int]:
    trees, depth = params["trees"], params["depth"]
    model = GradientBoostingRegressor(
        n_estimators=trees, max_depth=depth, learning_rate=params["rate"], subsample=params["rows"], random_state=0
    )
    return model, trees * depth


def _ridge(params: Params) -> tuple[RegressorMixin, int]:
    model = KernelRidge(alpha=params["penalty"], kernel=params["kernel"], gamma=params["gamma"])
    return model, params["points"] * 10


def _regression_net(params: Params) -> tuple[RegressorMixin, int]:
    model = MLPRegressor(
        hidden_layer_sizes=(params["width"],),
        activation=params["act"],
        learning_rate_init=params["lr"],
        alpha=params["alpha"],
        max_iter=60,
        random_state=0,
    )
    return model, _multiply_adds([10, params["width"], 1])


def _fit(model: ClassifierMixin, X: NDArray[Any], y: NDArray[Any]) -> ClassifierMixin:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # short trainings do not converge
        return model.fit(X, y)


def _log_loss(model: ClassifierMixin, X: NDArray[Any], y: NDArray[Any]) -> float:
    """Return the mean log-loss; the loss of one prediction is at most ``log(1000)``."""
    probabilities = model.predict_proba(X)[np.arange(len(y)), y]
    return float(np.mean(-np.log(np.clip(probabilities, 1e-3, 1.0))))


def _multiply_adds(widths: list[int]) -> int:
    return sum(a * b for a, b in itertools.pairwise(widths))
