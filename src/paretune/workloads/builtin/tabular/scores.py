"""The objectives of a table: qualities of predictions, and what they cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.errors import InvalidInputError, did_you_mean
from paretune.objectives import Maximize, Minimize, Objective, Objectives
from paretune.workloads.builtin.tabular.target import CLASSIFICATION, REGRESSION

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Quality:
    """A quality of predictions.

    Args:
        objective: its name and direction.
        score: from the true values and the predictions: ``n x k`` probabilities for classes, else ``n`` numbers.
        task: the task that has it.
    """

    objective: Objective
    score: Callable[[Values, Values], float]
    task: str


def _accuracy(y: Values, p: Values) -> float:
    return float(np.mean(p.argmax(axis=1) == y))


def _balanced_accuracy(y: Values, p: Values) -> float:
    is_right = p.argmax(axis=1) == y
    return float(np.mean([is_right[y == label].mean() for label in np.unique(y)]))


def _log_loss(y: Values, p: Values) -> float:
    chosen = p[np.arange(len(y)), y.astype(int)] / p.sum(axis=1)
    return float(-np.mean(np.log(np.clip(chosen, 1e-15, 1.0))))


def _auc(y: Values, p: Values) -> float:
    """The area under the ROC curve; with several classes the mean over each class against the others."""
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415 (slow to load)

    labels = np.unique(y).astype(int) if p.shape[1] > 2 else np.array([1])
    areas = [roc_auc_score(y == label, p[:, label]) for label in labels if 0 < np.sum(y == label) < len(y)]
    return float(np.mean(areas)) if areas else float("nan")


def _r2(y: Values, p: Values) -> float:
    spread = float(np.sum((y - y.mean()) ** 2))
    return 1 - float(np.sum((y - p) ** 2)) / spread if spread > 0 else float("nan")


def _root_mean_squared_error(y: Values, p: Values) -> float:
    return float(np.sqrt(np.mean((y - p) ** 2)))


def _mean_absolute_error(y: Values, p: Values) -> float:
    return float(np.mean(np.abs(y - p)))


QUALITIES = {
    quality.objective.name: quality
    for quality in (
        Quality(Maximize("accuracy"), _accuracy, CLASSIFICATION),
        Quality(Maximize("balanced_accuracy"), _balanced_accuracy, CLASSIFICATION),
        Quality(Minimize("log_loss"), _log_loss, CLASSIFICATION),
        Quality(Maximize("auc"), _auc, CLASSIFICATION),
        Quality(Maximize("r2"), _r2, REGRESSION),
        Quality(Minimize("error"), _root_mean_squared_error, REGRESSION),
        Quality(Minimize("absolute_error"), _mean_absolute_error, REGRESSION),
    )
}
COSTS = {
    objective.name: objective
    for objective in (
        Minimize("batch_time", unit="s"),
        Minimize("row_time", unit="s"),
        Minimize("training_time", unit="s"),
        Minimize("size", unit="bytes"),
    )
}
AUTO = "auto"
_DEFAULTS = {CLASSIFICATION: ("balanced_accuracy", "batch_time"), REGRESSION: ("r2", "batch_time")}


def choose_objectives(text: str, task: str) -> Objectives:
    """The objectives that an option names.

    Args:
        text: names with commas between them, or ``auto``: balanced accuracy or R2, against the time of a batch.
        task: ``classification`` or ``regression``.

    Raises:
        InvalidInputError: a name is unknown, belongs to the other task, or there are fewer than two names.
    """
    names = _DEFAULTS[task] if text == AUTO else split_names(text)
    known = {name: quality.objective for name, quality in QUALITIES.items() if quality.task == task} | COSTS
    for name in names:
        if name in QUALITIES and QUALITIES[name].task != task:
            raise InvalidInputError(f"objectives: {name} is for {QUALITIES[name].task}, and this is {task}")
    return select_objectives(names, known, task)


def split_names(text: str) -> tuple[str, ...]:
    """The names in a text with commas between them."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def select_objectives(names: Sequence[str], known: Mapping[str, Objective], subject: str) -> Objectives:
    """The objectives of these names.

    Args:
        names: two or more.
        known: all objectives that there are, by name.
        subject: what they are for, for messages.

    Raises:
        InvalidInputError: a name is unknown, or there are fewer than two names.
    """
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known)
            raise InvalidInputError(
                f"objectives: there is no {name!r}{hint}; for {subject} there are {', '.join(known)}"
            )
    if len(set(names)) < 2:
        given = ",".join(names)
        raise InvalidInputError(f"objectives must name two or more of {', '.join(known)}, but is {given!r}")
    return Objectives([known[name] for name in dict.fromkeys(names)])


def score_all(task: str, y: Values, predictions: Values) -> dict[str, float]:
    """All qualities of predictions, by name; NaN if a prediction is not finite."""
    is_finite = bool(np.isfinite(predictions).all())
    return {
        name: quality.score(y, predictions) if is_finite else float("nan")
        for name, quality in QUALITIES.items()
        if quality.task == task
    }
