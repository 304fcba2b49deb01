"""How accurate is one configuration, and how long does it train? In PyTorch, on the GPU where there is one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch.nn import functional

from paretune.measure import TrainingTimer, device_name
from paretune.workloads.builtin.cuda_graph import recorded
from paretune.workloads.builtin.rotten_tomatoes.corpus import Part, Split
from paretune.workloads.builtin.rotten_tomatoes.torch_network import N_FEATURES, Weights, draw, logits
from paretune.workloads.builtin.rotten_tomatoes.torch_rmsprop import RMSProp

HALVED_AFTER = 50  # the epoch, counted from 0, after which the rate is halved


def train(params: Mapping[str, Any], split: Split) -> dict[str, float | str]:
    """Train one configuration and measure it on the held-out reviews.

    Args:
        params: the six hyperparameters, and the ``seed`` of initial weights and dropout: the same seed gives the same
            training on one machine. After ``longest`` seconds, where they are there, the training is given up.
        split: what is learned, and what it is measured on.

    Returns:
        ``accuracy`` after the last epoch; ``training_time`` in seconds, of all steps and of the accuracies, which are
        measured every epoch, and how it was got (`TrainingTime.metrics`, ``device``); ``epochs_run``;
        ``training_loss``, the mean of the last epoch's steps; ``n_parameters``.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    training = batches(split.training, params["batch_size"], device)
    dev = batches(split.dev, params["batch_size"], device)
    generator = torch.Generator(device).manual_seed(params["seed"])
    step = Step(params, split.n_words, generator)
    rate = torch.tensor(params["learning_rate"], device=device)
    losses = torch.zeros(len(training[0]), device=device)
    correct = torch.zeros(dev[1].shape, dtype=torch.bool, device=device)
    learn = recorded(Pass(partial(step, rate=rate), *training, losses), device, generator)
    see = recorded(Pass(partial(is_right, step.weights), *dev, correct), device)
    name = device_name(device.type)
    with TrainingTimer(name, partial(torch.cuda.synchronize, device) if device.type == "cuda" else None) as timer:
        for epoch in range(params["epochs"]):
            if epoch == HALVED_AFTER + 1:
                rate.mul_(0.5)
            for _ in timer.each(range(len(losses))):
                learn()
            for _ in timer.each(range(len(correct)), "evaluation"):
                see()
            if timer.time.is_beyond(params.get("longest", math.inf)):
                break
    return {
        "accuracy": float(correct.double().mean()),
        **timer.time.metrics,
        "device": name,
        "epochs_run": epoch + 1,
        "training_loss": float(losses.double().mean()),
        "n_parameters": float(sum(weight.numel() for weight in step.weights.values())),
    }


def batches(part: Part, size: int, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Whole batches in the order of the part, on the device; what is left over is dropped.

    Returns:
        ``n x size x length`` tokens and ``n x size`` labels.
    """
    n = len(part) // size
    tokens = torch.as_tensor(part.tokens[: n * size], device=device).long()
    labels = torch.as_tensor(part.labels[: n * size], device=device).long()
    return tokens.view(n, size, -1), labels.view(n, size)


class Pass:
    """Goes through batches round and round, one a call; where it is, is known to the device alone.

    Args:
        compute: from a batch's tokens and labels to a tensor.
        tokens: ``n x size x length``.
        labels: ``n x size``.
        results: ``n`` places for what is computed, each that of its batch.
    """

    def __init__(
        self,
        compute: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
        tokens: torch.Tensor,
        labels: torch.Tensor,
        results: torch.Tensor,
    ) -> None:
        self._compute, self._batches, self._results = compute, (tokens, labels), results
        self._at = torch.zeros(1, dtype=torch.int64, device=tokens.device)

    def __call__(self) -> None:
        """Compute the next batch."""
        tokens, labels = (each.index_select(0, self._at).squeeze(0) for each in self._batches)
        self._results.index_copy_(0, self._at, self._compute(tokens, labels).unsqueeze(0))
        self._at.add_(1).remainder_(len(self._results))


class Step:
    """One step of training. All its tensors keep their shapes and places, and it never waits for the device.

    Args:
        params: ``embed_dim``, ``dropout_rate`` and ``max_grad_norm``.
        n_words: in the vocabulary.
        generator: draws initial weights and dropout, on the device that is trained on.
    """

    def __init__(self, params: Mapping[str, Any], n_words: int, generator: torch.Generator) -> None:
        self.weights: Weights = draw(n_words, params["embed_dim"], generator)
        self._learned = [weight.requires_grad_() for weight in self.weights.values()]
        self._rmsprop = RMSProp(self._learned, params["max_grad_norm"])
        self._keeps, self._generator = 1 - params["dropout_rate"], generator

    def __call__(self, tokens: torch.Tensor, labels: torch.Tensor, rate: torch.Tensor) -> torch.Tensor:
        """Move the weights by one batch; its mean cross-entropy before they moved."""
        kept = torch.empty((len(tokens), N_FEATURES), device=tokens.device)
        kept.bernoulli_(self._keeps, generator=self._generator).div_(self._keeps)
        loss = functional.cross_entropy(logits(self.weights, tokens, kept), labels)
        self._rmsprop.move(torch.autograd.grad(loss, self._learned), rate)
        return loss.detach()


@torch.no_grad()
def is_right(weights: Weights, tokens: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Whether each review is told rightly; a net that has diverged to NaN calls all of them negative."""
    believed = logits(weights, tokens)
    return (believed[:, 1] > believed[:, 0]) == labels.bool()
