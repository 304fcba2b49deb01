"""A callback for LightGBM."""

from __future__ import annotations

from lightgbm.callback import CallbackEnv, EarlyStopException

from paretune.evaluation.contract import Report


class LightGBMCallback:
    """Report the evaluations of each boosting round, counted from 1, and stop the training where it should stop.

    A metric is named after its data and itself, such as ``valid_0-binary_logloss``. With `lightgbm.cv` it is the mean.

    Args:
        report: the function that gets each round, and returns whether to go on.

    Attributes:
        order: after LightGBM's own callbacks, which record the round.
    """

    order = 40

    def __init__(self, report: Report) -> None:
        self._report = report

    def __call__(self, env: CallbackEnv) -> None:
        """Report a round.

        Raises:
            EarlyStopException: the training should stop; LightGBM catches it.
        """
        results = env.evaluation_result_list or []
        if not self._report(env.iteration + 1, {f"{data}-{name}": value for data, name, value, *_ in results}):
            raise EarlyStopException(env.iteration, results)
