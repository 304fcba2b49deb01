"""Differentiable search (Liu et al. 2019, "DARTS"): each edge is a softmax over its operations, which is trained.

Steps on the weights and steps on the softmax alternate (first order). The temperature falls, so that the mixture
becomes a choice. Several softmaxes share the weights in turns, each with another penalty on the expected cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from paretune.measure import TrainingTimer
from paretune.workloads.builtin.architecture.cells import Architecture, Choices, live_edges, simplify
from paretune.workloads.builtin.architecture.costs import CostTable
from paretune.workloads.builtin.architecture.dataset import LearningTask
from paretune.workloads.builtin.architecture.network import CellNet
from paretune.workloads.builtin.training_state import State
from paretune.workloads.builtin.vision.sgd import MomentumDescent, rate_factor
from paretune.workloads.builtin.vision.training import Recipe, split_batches

PENALTIES = (0.0, 0.3, 1.0, 3.0)  # of the expected cost, as a share of the largest one
TEMPERATURES = (3.0, 0.3)  # at the start and at the end
N_SNAPSHOTS = 4  # moments at which the softmaxes are turned into architectures
_RATE = 0.1  # of Adam, for the logits


def temperature_at(progress: float) -> float:
    """The temperature of the softmax, which falls geometrically.

    Args:
        progress: from 0 to 1.
    """
    first, last = TEMPERATURES
    return float(first * (last / first) ** progress)


def shares_of(logits: Sequence[Tensor], temperature: float) -> list[Tensor]:
    """The softmax of each edge's logits."""
    return [functional.softmax(each / temperature, dim=0) for each in logits]


def discretise(logits: Sequence[Tensor], choices: Choices) -> Architecture:
    """The architecture with the largest logit on each edge.

    Example:
        >>> discretise([torch.tensor([0.0, 2.0])] * 6, (("skip", "conv3"),) * 6)[0]
        'conv3'
    """
    return tuple(operations[int(each.argmax())] for each, operations in zip(logits, choices, strict=True))


def expected_cost(shares: Sequence[Tensor], choices: Choices, table: CostTable) -> Tensor:
    """The cost of a mixture: the sum of the table's costs, weighted by the shares; edges count as if all are used."""
    total = torch.tensor(table.fixed)
    for share, operations in zip(shares, choices, strict=True):
        total = total + (share * torch.tensor([table.operations[name] for name in operations])).sum()
    return total


class MixtureTraining:
    """A training of weights and logits in turns, in the form of `vision.training.Training`.

    Args:
        net: with all operations of the choices.
        choices: the operations that each edge may have.
        task: the weights are trained with its training part, the logits with its validation part.
        recipe: of the weights.
        table: of the cost.
        seed: of the shuffling.
        timer: counts the steps.

    Attributes:
        epoch: the number of epochs that are done.
        loss: the mean loss of the weights in the last epoch; NaN before the first.
        found: architectures of the softmaxes at each snapshot, in order.
    """

    def __init__(  # noqa: PLR0913 (a training of two kinds of variables)
        self,
        net: CellNet,
        choices: Choices,
        task: LearningTask,
        recipe: Recipe,
        table: CostTable,
        *,
        seed: int,
        timer: TrainingTimer,
    ) -> None:
        self.net, self.recipe, self.epoch, self.loss = net, recipe, 0, float("nan")
        self.found: list[Architecture] = []
        self._choices, self._task, self._table, self._seed, self._timer = choices, task, table, seed, timer
        self._weights = list(net.parameters())
        self._descent = MomentumDescent(self._weights, recipe.momentum, recipe.weight_decay)
        self._logits = [[torch.zeros(len(each), requires_grad=True) for each in choices] for _ in PENALTIES]
        self._adams = [torch.optim.Adam(logits, lr=_RATE, betas=(0.5, 0.999)) for logits in self._logits]

    def __iter__(self) -> Iterator[float]:
        """Train one epoch after another; yield the mean loss of each."""
        while self.epoch < self.recipe.epochs:
            self._train_epoch()
            yield self.loss

    def _train_epoch(self) -> None:
        rng = np.random.default_rng([self._seed, self.epoch])
        training, validation = self._task.training, self._task.validation
        batches = split_batches(torch.as_tensor(rng.permutation(len(training))), self.recipe.batch_size)
        self.net.train()
        losses = []
        for i in self._timer.each(range(len(batches))):
            which = (self.epoch * len(batches) + i) % len(PENALTIES)
            progress = (self.epoch + i / len(batches)) / self.recipe.epochs
            chosen = torch.as_tensor(rng.permutation(len(validation))[: self.recipe.batch_size])
            self._step_logits(which, chosen, temperature_at(progress))
            losses.append(self._step_weights(which, batches[i], progress))
        self.epoch += 1
        self.loss = float(np.mean(losses))
        if self.epoch * N_SNAPSHOTS // self.recipe.epochs > (self.epoch - 1) * N_SNAPSHOTS // self.recipe.epochs:
            self.found += [discretise(logits, self._choices) for logits in self._logits]

    def _step_logits(self, which: int, rows: Tensor, temperature: float) -> None:
        validation, logits = self._task.validation, self._logits[which]
        shares = shares_of(logits, temperature)
        loss = functional.cross_entropy(self.net.mix(validation.batch(rows), shares), validation.labels[rows])
        largest = self._table.fixed + len(logits) * max(self._table.operations.values())
        loss = loss + PENALTIES[which] * expected_cost(shares, self._choices, self._table) / largest
        for each, gradient in zip(logits, torch.autograd.grad(loss, logits, materialize_grads=True), strict=True):
            each.grad = gradient
        self._adams[which].step()

    def _step_weights(self, which: int, rows: Tensor, progress: float) -> float:
        training = self._task.training
        with torch.no_grad():
            shares = shares_of(self._logits[which], temperature_at(progress))
        loss = functional.cross_entropy(self.net.mix(training.batch(rows), shares), training.labels[rows])
        gradients = torch.autograd.grad(loss, self._weights, materialize_grads=True)
        self._descent.apply(gradients, self.recipe.learning_rate * rate_factor(self.recipe.schedule, progress))
        return float(loss.detach())

    def state(self) -> State:
        """All that the rest of the training depends on, by name."""
        state: dict[str, Any] = {"epoch": np.array(self.epoch), "loss": np.array(self.loss)}
        state |= {f"weight:{name}": tensor.numpy().copy() for name, tensor in self.net.state_dict().items()}
        state |= {f"moment:{i}": moment.numpy().copy() for i, moment in enumerate(self._descent.moments)}
        for k, (logits, adam) in enumerate(zip(self._logits, self._adams, strict=True)):
            for i, each in enumerate(logits):
                state[f"logits:{k}:{i}"] = each.detach().numpy().copy()
                state |= {f"adam:{k}:{i}:{name}": np.asarray(value) for name, value in adam.state[each].items()}
        return state | {"found": np.array([" ".join(each) for each in self.found], dtype=str)}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a state."""
        self.epoch, self.loss = int(state["epoch"]), float(state["loss"])
        self.net.load_state_dict({name: torch.as_tensor(state[f"weight:{name}"]) for name in self.net.state_dict()})
        for i, moment in enumerate(self._descent.moments):
            moment.copy_(torch.as_tensor(state[f"moment:{i}"]))
        for k, (logits, adam) in enumerate(zip(self._logits, self._adams, strict=True)):
            for i, each in enumerate(logits):
                each.data.copy_(torch.as_tensor(state[f"logits:{k}:{i}"]))
                start = f"adam:{k}:{i}:"
                stored = {
                    name.removeprefix(start): torch.as_tensor(v) for name, v in state.items() if name.startswith(start)
                }
                if stored:
                    adam.state[each] = stored
        self.found = [tuple(str(text).split(" ")) for text in state["found"]]


def find_candidates(training: MixtureTraining) -> list[Architecture]:
    """The architectures of a training that has ended: each once, in order, those without a path left out."""
    found = [simplify(each) for each in training.found if live_edges(each)]
    return list(dict.fromkeys(found))
