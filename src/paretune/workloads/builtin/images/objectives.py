"""The objectives of nets for images: qualities of predictions, and what a net costs."""

from __future__ import annotations

from paretune.objectives import Minimize, Objectives
from paretune.workloads.builtin.tabular.scores import QUALITIES, select_objectives, split_names
from paretune.workloads.builtin.tabular.target import CLASSIFICATION

QUALITY_NAMES = tuple(name for name, quality in QUALITIES.items() if quality.task == CLASSIFICATION)
TIMES = {"latency": 1, "batch_latency": 64}  # the times to predict, with the number of images at once
COSTS = {
    objective.name: objective
    for objective in (
        Minimize("latency", unit="s"),
        Minimize("batch_latency", unit="s"),
        Minimize("parameters"),
        Minimize("multiply_adds"),
        Minimize("training_time", unit="s"),
    )
}
DEFAULT = "accuracy,latency"


def choose_objectives(text: str) -> Objectives:
    """The objectives that an option names.

    Args:
        text: names with commas between them.

    Raises:
        InvalidInputError: a name is unknown, or there are fewer than two names.
    """
    known = {name: QUALITIES[name].objective for name in QUALITY_NAMES} | COSTS
    return select_objectives(split_names(text), known, "images")
