"""The evaluation of an architecture: its costs, which need no training, then a training of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from paretune.evaluation.checkpoint import Checkpoint
from paretune.evaluation.contract import Report, ignore_report
from paretune.measure import TrainingTimer
from paretune.objectives import Objectives
from paretune.workloads.builtin.architecture.cells import read_architecture
from paretune.workloads.builtin.architecture.costs import TIME, measure_costs
from paretune.workloads.builtin.architecture.dataset import Examples, LearningTask
from paretune.workloads.builtin.architecture.network import PathNet, build_alone
from paretune.workloads.builtin.training_state import read_metrics, write_metrics
from paretune.workloads.builtin.vision.epochs import run_epochs
from paretune.workloads.builtin.vision.training import Recipe, Training, predict

_KNOWN = "known"  # the name of the metrics that are saved before the training


@dataclass(frozen=True, eq=False)
class TrialSettings:
    """The settings that are the same for all trials.

    Args:
        task: the examples.
        recipe: of the trainings.
        cost: the objective besides the accuracy.
    """

    task: LearningTask
    recipe: Recipe
    cost: str


def evaluate(
    params: Mapping[str, Any],
    report: Report = ignore_report,
    checkpoint: Checkpoint | None = None,
    seed: int = 0,
    *,
    settings: TrialSettings,
    objectives: Objectives,
) -> dict[str, Any]:
    """Train an architecture whole, from initial weights of its own.

    Args:
        params: the operation of each edge.
        report: gets the cost as step 0, and the ``accuracy`` and the ``training_loss`` of each epoch.
        checkpoint: what the training saves to and goes on from.
        seed: of initial weights and shuffling.
        settings: of the evaluation.
        objectives: if the cost is outside its limit, nothing is trained.

    Returns:
        ``accuracy`` on the validation part after the last epoch, ``test_accuracy`` on the part that no search sees,
        ``training_loss``, the training time and the costs; see `measure_costs`.

    Raises:
        TrialFailedError: the cost is outside its limit, or the loss is not finite.
    """
    task, checkpoint = settings.task, checkpoint or Checkpoint()
    net = build_alone(read_architecture(params), task.shape, seed)
    known = checkpoint.load(read_metrics, _KNOWN)
    if known is None:
        known = measure_costs(net, task.shape.inputs, is_timed=settings.cost == TIME)
        objectives.require_within(known)
        checkpoint.save(partial(write_metrics, metrics=known), _KNOWN)
    report(0, {settings.cost: known[settings.cost]})
    with threadpool_limits(1), TrainingTimer("cpu", never_waits=True) as timer:  # more are slower for such small nets
        training = Training(net, task.training, settings.recipe, seed, timer)
        found = run_epochs(training, timer, lambda: {"accuracy": _accuracy(net, task.validation)}, report, checkpoint)
    return {**found, "test_accuracy": _accuracy(net, task.test), **known}


def _accuracy(net: PathNet, examples: Examples) -> float:
    predicted = predict(net, examples).argmax(axis=1)
    return float(np.mean(predicted == examples.labels.numpy()))
