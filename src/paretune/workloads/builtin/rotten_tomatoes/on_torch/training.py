"""The training of one configuration in PyTorch, on the GPU if there is one: accuracy and training time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from paretune.evaluation.checkpoint import Checkpoint
from paretune.evaluation.contract import Report, ignore_report
from paretune.measure import TrainingTimer, device_name
from paretune.workloads.builtin.cuda_graph import record_cuda_graph
from paretune.workloads.builtin.rotten_tomatoes.dataset import Part, Split
from paretune.workloads.builtin.rotten_tomatoes.on_torch.network import N_FEATURES, Weights, initial_weights, logits
from paretune.workloads.builtin.rotten_tomatoes.on_torch.optimizer import RMSProp
from paretune.workloads.builtin.training_state import State, add_time, read_state, write_state

HALVE_RATE_AFTER = 50  # the epoch, counted from 0, after which the learning rate is halved


def train(
    params: Mapping[str, Any], split: Split, report: Report = ignore_report, checkpoint: Checkpoint | None = None
) -> dict[str, Any]:
    """Train one configuration and measure it on the held-out reviews.

    Args:
        params: the six hyperparameters; ``seed``, of initial weights and dropout: the same seed gives the same training
            on one machine; and perhaps ``max_seconds``, after which the training is stopped at the end of its epoch.
        split: the training reviews and the held-out reviews.
        report: gets ``accuracy`` and ``training_loss`` of each epoch; may stop the training.
        checkpoint: what the training saves to and goes on from.

    Returns:
        ``accuracy`` after the last epoch; ``training_time`` in seconds, of all steps and of the accuracy, which is
        measured every epoch, with the other `TrainingTime.metrics`; ``device``; ``epochs_run``; ``training_loss``, the
        mean over the last epoch's steps; ``n_parameters``.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    training = batches(split.training, params["batch_size"], device)
    dev = batches(split.dev, params["batch_size"], device)
    generator = torch.Generator(device).manual_seed(params["seed"])
    step = TrainingStep(params, split.n_words, generator)
    checkpoint = checkpoint or Checkpoint()
    rate = torch.tensor(params["learning_rate"], device=device)
    losses = torch.zeros(len(training[0]), device=device)
    correct = torch.zeros(dev[1].shape, dtype=torch.bool, device=device)
    train_step = record_cuda_graph(BatchLoop(partial(step, rate=rate), *training, losses), device, generator)
    measure_accuracy = record_cuda_graph(BatchLoop(partial(is_correct, step.weights), *dev, correct), device)
    name = device_name(device.type)
    state, earlier = checkpoint.load(read_state) or ({}, {})
    epoch = step.restore(state, losses, correct)
    max_seconds = params.get("max_seconds", math.inf) - earlier.get("training_time", 0.0)
    with TrainingTimer(name, partial(torch.cuda.synchronize, device) if device.type == "cuda" else None) as timer:
        while epoch < params["epochs"]:
            rate.fill_(params["learning_rate"] * (0.5 if epoch > HALVE_RATE_AFTER else 1.0))
            for _ in timer.each(range(len(losses))):
                train_step()
            for _ in timer.each(range(len(correct)), "evaluation"):
                measure_accuracy()
            epoch, time = epoch + 1, add_time(timer.time.metrics, earlier)
            with timer.paused():
                goes_on = report(epoch, {"accuracy": _mean(correct), "training_loss": _mean(losses)})
                if checkpoint.is_due or not goes_on:
                    checkpoint.save(partial(write_state, state=step.state(epoch, losses, correct), time=time))
            if not goes_on or timer.time.clearly_exceeds(max_seconds):
                break
    return {
        "accuracy": _mean(correct),
        **add_time(timer.time.metrics, earlier),
        "device": name,
        "epochs_run": epoch,
        "training_loss": _mean(losses),
        "n_parameters": float(sum(weight.numel() for weight in step.weights.values())),
    }


def _mean(values: torch.Tensor) -> float:
    return float(values.double().mean())


def batches(part: Part, size: int, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Cut a part into full batches in its order, on the device; a smaller rest is dropped.

    Returns:
        ``n x size x length`` tokens and ``n x size`` labels.
    """
    n = len(part) // size
    tokens = torch.as_tensor(part.tokens[: n * size], device=device).long()
    labels = torch.as_tensor(part.labels[: n * size], device=device).long()
    return tokens.view(n, size, -1), labels.view(n, size)


class BatchLoop:
    """Computes one batch per call, in an endless loop over the batches. The position is a tensor on the device.

    Args:
        compute: from a batch's tokens and labels to a tensor.
        tokens: ``n x size x length``.
        labels: ``n x size``.
        results: ``n`` results, one per batch; they are overwritten.
    """

    def __init__(
        self,
        compute: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
        tokens: torch.Tensor,
        labels: torch.Tensor,
        results: torch.Tensor,
    ) -> None:
        self._compute, self._batches, self._results = compute, (tokens, labels), results
        self._position = torch.zeros(1, dtype=torch.int64, device=tokens.device)

    def __call__(self) -> None:
        """Compute the next batch."""
        tokens, labels = (each.index_select(0, self._position).squeeze(0) for each in self._batches)
        self._results.index_copy_(0, self._position, self._compute(tokens, labels).unsqueeze(0))
        self._position.add_(1).remainder_(len(self._results))


class TrainingStep:
    """One step of training. Its tensors keep their memory and shapes, and it never waits for the device.

    Args:
        params: ``embed_dim``, ``dropout_rate`` and ``max_grad_norm``.
        n_words: the size of the vocabulary.
        generator: for initial weights and dropout, on the device of the training.
    """

    def __init__(self, params: Mapping[str, Any], n_words: int, generator: torch.Generator) -> None:
        self.weights: Weights = initial_weights(n_words, params["embed_dim"], generator)
        self._trained = [weight.requires_grad_() for weight in self.weights.values()]
        self._rmsprop = RMSProp(self._trained, params["max_grad_norm"])
        self._keep_probability, self._generator = 1 - params["dropout_rate"], generator

    def state(self, epoch: int, *results: torch.Tensor) -> State:
        """All that the rest of the training depends on after an epoch, and the epoch's results."""
        tensors = [*self._trained, *self._rmsprop.squares, self._generator.get_state(), *results]
        arrays = {f"tensor_{i}": tensor.detach().cpu().numpy() for i, tensor in enumerate(tensors)}
        return {**arrays, "epoch": np.array(epoch)}

    def restore(self, state: State, *results: torch.Tensor) -> int:
        """Go on from a state, or from the start if it is empty; return the number of epochs that are done."""
        if not state:
            return 0
        generator_state = self._generator.get_state()
        tensors = [*self._trained, *self._rmsprop.squares, generator_state, *results]
        with torch.no_grad():
            for i, tensor in enumerate(tensors):
                tensor.copy_(torch.from_numpy(state[f"tensor_{i}"]))
        self._generator.set_state(generator_state)
        return int(state["epoch"])

    def __call__(self, tokens: torch.Tensor, labels: torch.Tensor, rate: torch.Tensor) -> torch.Tensor:
        """Update the weights by one batch, and return the mean cross-entropy before the update."""
        mask = torch.empty((len(tokens), N_FEATURES), device=tokens.device)
        mask.bernoulli_(self._keep_probability, generator=self._generator).div_(self._keep_probability)
        loss = functional.cross_entropy(logits(self.weights, tokens, mask), labels)
        self._rmsprop.apply(torch.autograd.grad(loss, self._trained), rate)
        return loss.detach()


@torch.no_grad()
def is_correct(weights: Weights, tokens: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Whether each review is classified correctly; a net that has diverged to NaN calls every review negative."""
    scores = logits(weights, tokens)
    return (scores[:, 1] > scores[:, 0]) == labels.bool()
