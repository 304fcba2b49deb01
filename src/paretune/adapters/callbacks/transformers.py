"""A callback for the Trainer of Hugging Face Transformers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transformers import TrainerCallback
from transformers.trainer_utils import IntervalStrategy

from paretune.errors import InvalidInputError
from paretune.evaluation.contract import Report


class TransformersCallback(TrainerCallback):
    """Report the metrics of each evaluation, and stop the training where it should stop.

    The step is the epoch if the Trainer evaluates by epoch, and otherwise the number of its optimizer steps. The
    newest logged metrics, such as the training loss, are reported with them.

    Args:
        report: the function that gets each evaluation, and returns whether to go on.
    """

    def __init__(self, report: Report) -> None:
        self._report, self._logged, self._is_training = report, dict[str, Any](), False

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """Begin to report.

        Raises:
            InvalidInputError: the Trainer never evaluates.
        """
        if args.eval_strategy == IntervalStrategy.NO:
            raise InvalidInputError(
                "TransformersCallback reports at each evaluation, but the Trainer never evaluates: "
                'set eval_strategy="epoch" or "steps"'
            )
        self._is_training = True

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """End to report: later evaluations are no steps of the training."""
        self._is_training = False

    def on_log(
        self,
        args: Any,  # noqa: ARG002
        state: Any,  # noqa: ARG002
        control: Any,  # noqa: ARG002
        logs: Mapping[str, Any] | None = None,
        **kwargs: Any,  # noqa: ARG002
    ) -> None:
        """Keep the newest metrics."""
        self._logged.update(logs or {})

    def on_evaluate(
        self,
        args: Any,
        state: Any,
        control: Any,
        metrics: Mapping[str, Any] | None = None,
        **kwargs: Any,  # noqa: ARG002
    ) -> None:
        """Report an evaluation."""
        if not (self._is_training and state.is_world_process_zero):
            return
        step = round(state.epoch) if args.eval_strategy == IntervalStrategy.EPOCH else state.global_step
        if not self._report(step, {**self._logged, **(metrics or {})}):
            control.should_training_stop = True
