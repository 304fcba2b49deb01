"""The searches by shared weights: a supernet is trained, architectures are ranked by it, and a few are proposed."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from paretune.errors import InvalidInputError, TrialFailedError
from paretune.evaluation.checkpoint import Checkpoint
from paretune.measure import TrainingTimer
from paretune.workloads.builtin.architecture import controller, darts, one_shot
from paretune.workloads.builtin.architecture.candidates import Judge, choose_front
from paretune.workloads.builtin.architecture.cells import (
    Architecture,
    Choices,
    fit_choices,
    read_choices,
    to_params,
)
from paretune.workloads.builtin.architecture.costs import CostTable, measure_for, measure_table
from paretune.workloads.builtin.architecture.dataset import LearningTask, open_task
from paretune.workloads.builtin.architecture.network import CellNet, build
from paretune.workloads.builtin.architecture.supernet import SharedWeights, SinglePathNet
from paretune.workloads.builtin.vision.epochs import run_epochs
from paretune.workloads.builtin.vision.training import Recipe, Training
from paretune.workloads.proposals import Proposal, Proposals, ProposalTask

_TABLE, _SECONDS = "table", "seconds"  # the names of what is saved


def propose(task: ProposalTask) -> Proposals:
    """Search by shared weights; what was saved is not done again.

    Raises:
        InvalidInputError: the supernet's loss is not finite.
        DataError: the data cannot be read.
    """
    with threadpool_limits(1):  # threads are slower for nets as small as these
        return _Search(task).run()


@dataclass
class _Search:
    """One search.

    Args:
        task: what it gets.
    """

    task: ProposalTask
    _started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        options, checkpoint = self.task.options, self.task.checkpoint
        self._earlier = checkpoint.load(_read_number, _SECONDS) or 0.0
        self._learning: LearningTask = open_task(options, self.task.data_dir)
        self._choices: Choices = read_choices(self.task.space)
        self._table = checkpoint.load(_read_table, _TABLE) or self._measure_table()

    def run(self) -> Proposals:
        options = self.task.options
        method, n = options["method"], options["proposals"]
        net = build(self._choices, self._learning.shape, self.task.seed)
        found, summary = {
            "one-shot": self._search_one_shot,
            "darts": self._search_mixture,
            "controller": self._search_by_controllers,
        }[method](net)
        chosen = choose_front(found, self._table, n)
        epochs, seconds = options["supernet_epochs"], self._seconds()
        share = {"search_epochs": epochs / max(len(chosen), 1), "search_seconds": seconds / max(len(chosen), 1)}
        cost = options["cost"]
        configurations = tuple(
            Proposal(
                to_params(fit_choices(each, self._choices)),
                {"inherited_accuracy": found[each], f"table_{cost}": self._table.cost(each), **share},
            )
            for each in chosen
        )
        return Proposals(method, configurations, epochs, seconds, summary)

    def _search_one_shot(self, net: CellNet) -> tuple[dict[Architecture, float], str]:
        judge = self._train_supernet(net)
        rng = np.random.default_rng(self.task.seed)
        found = one_shot.find_candidates(judge, self._choices, self.task.options["candidates"], rng)
        return found, f"{len(found)} architectures were ranked by the inherited accuracy"

    def _search_by_controllers(self, net: CellNet) -> tuple[dict[Architecture, float], str]:
        judge = self._train_supernet(net)
        n = self.task.options["candidates"]
        trained = controller.train_controllers(judge, self._choices, n, self.task.seed)
        each = -(-self.task.options["proposals"] // len(trained))
        best = [architecture for one in trained for architecture in one.best_first()[:each]]
        n_drawn = len({architecture for one in trained for architecture in one.rewards})
        summary = f"{len(trained)} controllers drew {n_drawn} different architectures with a path"
        return {architecture: judge.accuracy(architecture) for architecture in best}, summary

    def _search_mixture(self, net: CellNet) -> tuple[dict[Architecture, float], str]:
        checkpoint, learning = self.task.checkpoint.part("mixture"), self._learning
        with TrainingTimer("cpu", never_waits=True) as timer:
            training = darts.MixtureTraining(
                net, self._choices, learning, self._recipe(), self._table, seed=self.task.seed, timer=timer
            )
            self._run_epochs(training, timer, checkpoint)
        weights = SharedWeights(net, learning, self.task.checkpoint)
        found = {architecture: weights.accuracy(architecture) for architecture in darts.find_candidates(training)}
        low, high = min(darts.TEMPERATURES), max(darts.TEMPERATURES)
        return found, (
            f"softmaxes with {len(darts.PENALTIES)} penalties, read at {darts.N_SNAPSHOTS} temperatures from {high:g} "
            f"to {low:g}, gave {len(found)} different architectures with a path"
        )

    def _train_supernet(self, net: CellNet) -> Judge:
        single = SinglePathNet(net, self._choices)
        with TrainingTimer("cpu", never_waits=True) as timer:
            training = Training(single, self._learning.training, self._recipe(), self.task.seed, timer)
            self._run_epochs(training, timer, self.task.checkpoint.part("supernet"))
        return Judge(SharedWeights(net, self._learning, self.task.checkpoint).accuracy, self._table)

    def _run_epochs(self, training: Any, timer: TrainingTimer, checkpoint: Checkpoint) -> None:
        n = training.recipe.epochs

        def report(epoch: int, metrics: Mapping[str, Any]) -> bool:
            if epoch == n or epoch * 4 // n > (epoch - 1) * 4 // n:
                self.task.notify(f"shared weights: epoch {epoch} of {n}, loss {metrics['training_loss']:.3f}")
            if checkpoint.is_due:
                self.task.checkpoint.save(partial(_write_number, number=self._seconds()), _SECONDS)
            return True

        try:
            run_epochs(training, timer, dict, report, checkpoint)
        except TrialFailedError as error:
            raise InvalidInputError(f"the shared weights cannot be trained, as {error}: lower learning_rate") from error

    def _recipe(self) -> Recipe:
        options = self.task.options
        return Recipe(options["supernet_epochs"], options["batch_size"], options["learning_rate"])

    def _measure_table(self) -> CostTable:
        cost = self.task.options["cost"]
        table = measure_table(self._learning.shape, measure_for(cost))
        self.task.checkpoint.save(partial(_write_table, table=table), _TABLE)
        return table

    def _seconds(self) -> float:
        return self._earlier + time.monotonic() - self._started


def _read_number(path: Path) -> float:
    return float(path.read_text(encoding="utf-8"))


def _write_number(path: Path, number: float) -> None:
    path.write_text(repr(number), encoding="utf-8")


def _read_table(path: Path) -> CostTable:
    return CostTable(**json.loads(path.read_text(encoding="utf-8")))


def _write_table(path: Path, table: CostTable) -> None:
    path.write_text(json.dumps({"fixed": table.fixed, "operations": dict(table.operations)}), encoding="utf-8")
