"""A callback for Keras 3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras.callbacks import Callback

from paretune.evaluation.contract import Report


class KerasCallback(Callback):
    """Report the logs of each epoch, counted from 1, and stop the training where it should stop.

    Args:
        report: the function that gets each epoch, and returns whether to go on.
    """

    def __init__(self, report: Report) -> None:
        super().__init__()
        self._report = report

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Report an epoch."""
        if not self._report(epoch + 1, logs or {}):
            self.model.stop_training = True
