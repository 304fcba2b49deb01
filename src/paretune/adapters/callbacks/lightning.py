"""A callback for PyTorch Lightning, installed as ``lightning`` or as ``pytorch_lightning``."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from paretune.evaluation.contract import STEP, Report

# With both installed, the one that the program has loaded.
_IS_ONLY_LOADED = "pytorch_lightning" in sys.modules and "lightning.pytorch" not in sys.modules
try:
    _lightning = import_module("pytorch_lightning" if _IS_ONLY_LOADED else "lightning.pytorch")
except ModuleNotFoundError:
    _lightning = import_module("pytorch_lightning")


class LightningCallback(_lightning.Callback):  # type: ignore[name-defined]
    """Report all logged metrics after each epoch, counted from 1, and stop the training where it should stop.

    With several processes the first one reports, and all stop together.

    Args:
        report: the function that gets each epoch, and returns whether to go on.
    """

    def __init__(self, report: Report) -> None:
        super().__init__()
        self._report = report

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002 (Lightning's signature)
        """Report an epoch, after its validation."""
        goes_on = True
        if trainer.is_global_zero:
            metrics = {name: value for name, value in trainer.callback_metrics.items() if name != STEP}
            goes_on = self._report(trainer.current_epoch + 1, metrics)
        if trainer.strategy.reduce_boolean_decision(not goes_on, all=False):
            trainer.should_stop = True
