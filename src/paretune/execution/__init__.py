"""Executors, the places where trials are evaluated: this process, worker processes, or a Ray cluster."""

from paretune.evaluation.outcome import Outcome
from paretune.execution.executor import Executor, Finished, Inline, OnProgress, Progress, TrainingPart
from paretune.execution.pool import Pool
from paretune.execution.slots import Slot, make_slots

__all__ = [
    "Executor",
    "Finished",
    "Inline",
    "OnProgress",
    "Outcome",
    "Pool",
    "Progress",
    "Slot",
    "TrainingPart",
    "make_slots",
]
