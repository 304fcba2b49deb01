"""A supernet: all architectures share its weights, which rank them without a training of their own."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from paretune.evaluation.checkpoint import Checkpoint
from paretune.workloads.builtin.architecture.cells import Architecture, Choices, draw, simplify
from paretune.workloads.builtin.architecture.dataset import LearningTask
from paretune.workloads.builtin.architecture.network import CellNet, PathNet
from paretune.workloads.builtin.vision.training import predict

_CALIBRATED = 256  # examples at once
_MEMO = "inherited"  # the name of the accuracies in the checkpoint


class SinglePathNet(nn.Module):
    """A supernet that trains one path at a time (Guo et al. 2020, "Single path one-shot neural architecture search").

    Args:
        net: with all operations.
        choices: the operations that each edge may have; each is drawn with the same probability in each step.
    """

    def __init__(self, net: CellNet, choices: Choices) -> None:
        super().__init__()
        self.net, self._choices = net, choices

    def forward(self, x: Tensor) -> Tensor:
        """Return the ``n x k`` outputs of an architecture that is drawn by the random numbers of PyTorch."""
        rng = np.random.default_rng(int(torch.randint(2**31, ())))
        outputs: Tensor = self.net(x, draw(self._choices, rng))
        return outputs


class SharedWeights:
    """Inherited accuracies of architectures: those of their paths through a trained supernet.

    An accuracy is computed once; it is saved, so that a search that was killed goes on without repeating it.

    Args:
        net: the supernet.
        task: its training part calibrates the normalisations, its validation part gives the accuracy.
        checkpoint: of the search.
    """

    def __init__(self, net: CellNet, task: LearningTask, checkpoint: Checkpoint) -> None:
        self._net, self._task, self._checkpoint = net, task, checkpoint
        self._known: dict[str, float] = checkpoint.load(_read_memo, _MEMO) or {}

    def accuracy(self, architecture: Architecture) -> float:
        """The share of the validation examples that the architecture with the inherited weights classifies right."""
        simple = simplify(architecture)
        key = " ".join(simple)
        if key not in self._known:
            path = PathNet(self._net, simple)
            calibrate(path, self._task)
            right = predict(path, self._task.validation).argmax(axis=1) == self._task.validation.labels.cpu().numpy()
            self._known[key] = float(right.mean())
            if self._checkpoint.is_due:
                self.save()
        return self._known[key]

    def save(self) -> None:
        """Save all accuracies so far."""
        self._checkpoint.save(partial(_write_memo, known=self._known), _MEMO)


@torch.no_grad()
def calibrate(net: nn.Module, task: LearningTask) -> None:
    """Let the normalisations of a net have the statistics of the training part, as those of other paths do not fit."""
    norms = [layer for layer in net.modules() if isinstance(layer, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean over all batches
    net.train()
    for rows in torch.arange(len(task.training), device=task.training.device).split(_CALIBRATED):  # type: ignore[no-untyped-call]
        net(task.training.batch(rows))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    net.eval()


def _read_memo(path: Path) -> dict[str, float]:
    found: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _write_memo(path: Path, known: dict[str, float]) -> None:
    path.write_text(json.dumps(known), encoding="utf-8")
