"""A callback for XGBoost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xgboost.callback import TrainingCallback

from paretune.evaluation.contract import Report


class XGBoostCallback(TrainingCallback):
    """Report the evaluations of each boosting round, counted from 1, and stop the training where it should stop.

    A metric is named after its data and itself, such as ``validation-rmse``. With `xgboost.cv` it is the mean.

    Args:
        report: the function that gets each round, and returns whether to go on.
    """

    def __init__(self, report: Report) -> None:
        super().__init__()
        self._report = report

    def after_iteration(self, model: Any, epoch: int, evals_log: Mapping[str, Mapping[str, Sequence[Any]]]) -> bool:
        """Report a round; return whether the training should stop."""
        last = {f"{data}-{name}": values[-1] for data, of in evals_log.items() for name, values in of.items()}
        metrics = {name: value[0] if isinstance(value, tuple) else value for name, value in last.items()}
        n_rounds = model.num_boosted_rounds()  # epoch begins at 0 again where a model is trained further
        is_stopped = not self._report(n_rounds, metrics)
        if is_stopped and not hasattr(model, "save_model"):  # `xgboost.cv` reads it after a stop
            model.set_attr(best_iteration=str(epoch))
        return is_stopped
