"""Callbacks for training libraries: each reports the metrics of a training, and stops it where it should stop.

They take a ``report`` function: that of `paretune.Study.run`, or `paretune.trial_report` of an Optuna trial. Each is
loaded when it is first used, with its library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paretune.adapters.callbacks.keras import KerasCallback
    from paretune.adapters.callbacks.lightgbm import LightGBMCallback
    from paretune.adapters.callbacks.lightning import LightningCallback
    from paretune.adapters.callbacks.transformers import TransformersCallback
    from paretune.adapters.callbacks.xgboost import XGBoostCallback

_HOMES = {
    "KerasCallback": "keras",
    "LightGBMCallback": "lightgbm",
    "LightningCallback": "lightning",
    "TransformersCallback": "transformers",
    "XGBoostCallback": "xgboost",
}

__all__ = ["KerasCallback", "LightGBMCallback", "LightningCallback", "TransformersCallback", "XGBoostCallback"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    except ImportError as error:
        package = _HOMES[name]
        raise ImportError(f"{name} needs {package}: pip install {package} ({error})", name=error.name) from error


def __dir__() -> list[str]:
    return __all__
