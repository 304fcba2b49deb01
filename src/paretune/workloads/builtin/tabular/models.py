"""The models for tables: their parameters, ready values to try first, and how each is built and grown in rounds."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from paretune.errors import InvalidInputError, did_you_mean
from paretune.space import Categorical, Float, Int, Parameter, Space
from paretune.workloads.builtin.tabular.target import CLASSIFICATION

MODELS = ("linear", "nearest", "forest", "extra_trees", "boosting", "net", "xgboost", "lightgbm")
OPTIONAL = ("xgboost", "lightgbm")  # models of packages that need not be installed
_FORESTS, _BOOSTERS = ("forest", "extra_trees"), ("boosting", "xgboost", "lightgbm")
_SCALED = ("linear", "nearest", "net")  # models that need numbers of one scale, and none missing

PARAMETERS: dict[str, Parameter] = {
    "strength": Float(1e-4, 1e3, log=True, when={"model": "linear"}),
    "neighbors": Int(1, 100, log=True, when={"model": "nearest"}),
    "weights": Categorical(["uniform", "distance"], when={"model": "nearest"}),
    "trees": Int(8, 512, log=True, when={"model": _FORESTS}),
    "leaf": Int(1, 64, log=True, when={"model": _FORESTS}),
    "feature_share": Float(0.1, 1.0, when={"model": _FORESTS}),
    "rounds": Int(8, 512, log=True, when={"model": _BOOSTERS}),
    "learning_rate": Float(0.01, 1.0, log=True, when={"model": _BOOSTERS}),
    "leaves": Int(4, 128, log=True, when={"model": _BOOSTERS}),
    "penalty": Float(1e-6, 100.0, log=True, when={"model": _BOOSTERS}),
    "epochs": Int(8, 128, log=True, when={"model": "net"}),
    "layers": Int(1, 3, when={"model": "net"}),
    "width": Int(8, 256, log=True, when={"model": "net"}),
    "net_rate": Float(1e-4, 1e-1, log=True, when={"model": "net"}),
    "net_decay": Float(1e-7, 1e-1, log=True, when={"model": "net"}),
    "dropout": Float(0.0, 0.5, when={"model": "net"}),
}
DOMAIN: dict[str, Parameter] = {
    "strength": Float(1e-12, 1e12),
    "neighbors": Int(1, 100_000),
    "trees": Int(1, 100_000),
    "leaf": Int(1, 1_000_000),
    "feature_share": Float(1e-6, 1.0),
    "rounds": Int(1, 100_000),
    "learning_rate": Float(1e-6, 10.0),
    "leaves": Int(2, 100_000),
    "penalty": Float(0.0, 1e9),
    "epochs": Int(1, 100_000),
    "layers": Int(1, 20),
    "width": Int(1, 16_384),
    "net_rate": Float(1e-9, 10.0),
    "net_decay": Float(0.0, 10.0),
    "dropout": Float(0.0, 0.95),
}
_BOOSTED = {"rounds": 100, "learning_rate": 0.1, "leaves": 31, "penalty": 1.0}
FIRST: tuple[dict[str, Any], ...] = (
    {"model": "boosting", **_BOOSTED},
    {"model": "linear", "strength": 1.0},
    {"model": "forest", "trees": 100, "leaf": 1, "feature_share": 0.3},
    {"model": "extra_trees", "trees": 100, "leaf": 1, "feature_share": 0.5},
    {"model": "net", "epochs": 40, "layers": 2, "width": 64, "net_rate": 3e-3, "net_decay": 1e-3, "dropout": 0.1},
    {"model": "nearest", "neighbors": 10, "weights": "distance"},
    {"model": "xgboost", **_BOOSTED},
    {"model": "lightgbm", **_BOOSTED},
    {"model": "boosting", **_BOOSTED, "rounds": 24, "leaves": 8, "learning_rate": 0.3},
    {"model": "linear", "strength": 0.01},
)  # the usual values of each model, and small ones


def installed_models() -> str:
    """The names of the models that are installed, with commas between them."""
    return ",".join(name for name in MODELS if name not in OPTIONAL or find_spec(name) is not None)


def choose_models(text: str) -> tuple[str, ...]:
    """The models that an option names.

    Args:
        text: names with commas between them.

    Raises:
        InvalidInputError: a name is unknown, or its package is not installed.
    """
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    for name in names:
        if name not in MODELS:
            raise InvalidInputError(
                f"models: there is no {name!r}{did_you_mean(name, MODELS)}; there are {', '.join(MODELS)}"
            )
        if name in OPTIONAL and find_spec(name) is None:
            raise InvalidInputError(f"models: {name} is not installed: pip install {name}")
    if not names:
        raise InvalidInputError(f"models must name one or more of {', '.join(MODELS)}")
    return names


def model_space(models: tuple[str, ...], n_rows: int | None = None) -> Space:
    """The space of these models.

    Args:
        models: names.
        n_rows: of the training; there are no more neighbours than half of them. None if it is not known.
    """
    chosen: dict[str, Parameter] = {"model": Categorical(list(models))}
    for name, parameter in PARAMETERS.items():
        owners = tuple(model for model in parameter.when["model"] if model in models)
        if owners:
            chosen[name] = parameter.with_conditions({"model": owners})
    if "neighbors" in chosen and n_rows is not None:
        chosen["neighbors"] = Int(1, max(2, min(100, n_rows // 2)), log=True, when={"model": "nearest"})
    return Space(chosen)


def needs_scaled(model: str) -> bool:
    """Whether a model needs numbers of one scale, and none missing."""
    return model in _SCALED


def build(params: Mapping[str, Any], task: str, seed: int) -> Any:
    """Build an estimator, which is not fitted and works in one thread.

    Args:
        params: a configuration of `model_space`.
        task: ``classification`` or ``regression``.
        seed: of its random numbers.
    """
    builders = {
        "linear": _linear,
        "nearest": _nearest,
        "forest": _forest,
        "extra_trees": _forest,
        "boosting": _boosting,
        "net": _net,
        "xgboost": _xgboost,
        "lightgbm": _lightgbm,
    }
    return builders[params["model"]](params, task == CLASSIFICATION, seed)


def n_rounds(params: Mapping[str, Any]) -> int:
    """The rounds, trees or epochs of a whole training; 1 for a model that is trained at once."""
    return int(next((params[name] for name in ("rounds", "trees", "epochs") if name in params), 1))


def grow(estimator: Any, n: int, X: Any, y: Any, params: Mapping[str, Any]) -> None:
    """Train an estimator up to so many rounds, trees or epochs, from where it is.

    Args:
        estimator: as `build` returned it, or grown before with the same data.
        n: at most `n_rounds`, and more than before.
        X: ``n x d`` numbers.
        y: ``n`` values.
        params: its configuration.
    """
    model = params["model"]
    if model == "net":
        estimator.train_until(n, X, y)
    elif model in ("forest", "extra_trees"):
        estimator.set_params(n_estimators=n, warm_start=True).fit(X, y)
    elif model == "boosting":
        estimator.set_params(max_iter=n, warm_start=True).fit(X, y)
    elif model in OPTIONAL:
        _grow_boosted(estimator, n, X, y, "xgb_model" if model == "xgboost" else "init_model")
    else:
        estimator.fit(X, y)


def _grow_boosted(estimator: Any, n: int, X: Any, y: Any, continued: str) -> None:
    """Train an estimator of XGBoost or LightGBM for the rounds that it lacks."""
    before = getattr(estimator, "_rounds_done", 0)
    booster = None if not before else estimator.get_booster() if continued == "xgb_model" else estimator.booster_
    estimator.set_params(n_estimators=n - before).fit(X, y, **{continued: booster})
    estimator._rounds_done = n  # noqa: SLF001 (a note of ours, which it does not know)


def _linear(params: Mapping[str, Any], is_classifier: bool, seed: int) -> Any:  # noqa: FBT001 (as all builders)
    from sklearn.linear_model import LogisticRegression, Ridge  # noqa: PLC0415 (slow to load)

    if is_classifier:
        return LogisticRegression(C=params["strength"], max_iter=500, random_state=seed)
    return Ridge(alpha=1 / params["strength"], random_state=seed)


def _nearest(params: Mapping[str, Any], is_classifier: bool, _seed: int) -> Any:  # noqa: FBT001
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor  # noqa: PLC0415

    kind = KNeighborsClassifier if is_classifier else KNeighborsRegressor
    return kind(n_neighbors=params["neighbors"], weights=params["weights"])


def _forest(params: Mapping[str, Any], is_classifier: bool, seed: int) -> Any:  # noqa: FBT001
    from sklearn import ensemble  # noqa: PLC0415

    name = "RandomForest" if params["model"] == "forest" else "ExtraTrees"
    return getattr(ensemble, f"{name}{'Classifier' if is_classifier else 'Regressor'}")(
        n_estimators=params["trees"],
        min_samples_leaf=params["leaf"],
        max_features=params["feature_share"],
        random_state=seed,
    )


def _boosting(params: Mapping[str, Any], is_classifier: bool, seed: int) -> Any:  # noqa: FBT001
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor  # noqa: PLC0415

    return (HistGradientBoostingClassifier if is_classifier else HistGradientBoostingRegressor)(
        max_iter=params["rounds"],
        learning_rate=params["learning_rate"],
        max_leaf_nodes=params["leaves"],
        l2_regularization=params["penalty"],
        early_stopping=False,
        random_state=seed,
    )


def _net(params: Mapping[str, Any], is_classifier: bool, seed: int) -> Any:  # noqa: FBT001
    import torch  # noqa: F401, PLC0415 (loaded before its threads are limited)

    from paretune.workloads.builtin.tabular.net import NetClassifier, NetRegressor  # noqa: PLC0415

    return (NetClassifier if is_classifier else NetRegressor)(
        layers=params["layers"],
        width=params["width"],
        rate=params["net_rate"],
        decay=params["net_decay"],
        dropout=params["dropout"],
        epochs=params["epochs"],
        seed=seed,
    )


def _xgboost(params: Mapping[str, Any], is_classifier: bool, seed: int) -> Any:  # noqa: FBT001
    import xgboost  # noqa: PLC0415 (optional)

    return (xgboost.XGBClassifier if is_classifier else xgboost.XGBRegressor)(
        n_estimators=params["rounds"],
        learning_rate=params["learning_rate"],
        max_leaves=params["leaves"],
        grow_policy="lossguide",
        max_depth=0,
        reg_lambda=params["penalty"],
        tree_method="hist",
        n_jobs=1,
        random_state=seed,
    )


def _lightgbm(params: Mapping[str, Any], is_classifier: bool, seed: int) -> Any:  # noqa: FBT001
    import lightgbm  # noqa: PLC0415 (optional)

    return (lightgbm.LGBMClassifier if is_classifier else lightgbm.LGBMRegressor)(
        n_estimators=params["rounds"],
        learning_rate=params["learning_rate"],
        num_leaves=params["leaves"],
        reg_lambda=params["penalty"],
        n_jobs=1,
        verbose=-1,
        random_state=seed,
    )
