"""A training of a net for images, epoch by epoch; it can be saved after each epoch and gone on with exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import Module, functional

from paretune.measure import TrainingTimer
from paretune.workloads.builtin.training_state import State
from paretune.workloads.builtin.vision.augmentation import augment
from paretune.workloads.builtin.vision.sgd import MomentumDescent, rate_factor

_WEIGHT, _MOMENT = "weight:", "moment:"
_PREDICTED = 256  # images at once
_SEEDS_PER_TRAINING = 1_000_003  # so that epochs of trainings with near seeds differ


@dataclass(frozen=True)
class Recipe:
    """How a net is trained.

    Args:
        epochs: passes over the training images.
        batch_size: images of a step.
        learning_rate: at the start.
        momentum: share of the last step that the next one keeps.
        weight_decay: of the kernels.
        schedule: one of `paretune.workloads.builtin.vision.choices.SCHEDULES`.
        augmentation: one of `paretune.workloads.builtin.vision.choices.AUGMENTATIONS`.
    """

    epochs: int
    batch_size: int = 32
    learning_rate: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 1e-4
    schedule: str = "cosine"
    augmentation: str = "none"

    @classmethod
    def from_params(cls, params: Mapping[str, Any], epochs: int) -> Recipe:
        """The recipe of a configuration, which may have parameters of other names, too."""
        names = ("batch_size", "learning_rate", "momentum", "weight_decay", "schedule", "augmentation")
        return cls(epochs, **{name: params[name] for name in names if name in params})


class Examples(Protocol):
    """Labelled examples on a device, such as `paretune.workloads.builtin.vision.tensors.ImageTensors`.

    Attributes:
        labels: ``n`` whole numbers, on the device.
        device: where they are.
    """

    labels: Tensor
    device: torch.device

    def batch(self, rows: Tensor) -> Tensor:
        """Some examples as normalised numbers, ``k x c x h x w``."""

    def __len__(self) -> int: ...


class Training:
    """A training of a net in place.

    All random numbers, also those of the net's own layers, depend on the seed and the number of the epoch only. So a
    training that goes on from a saved state is the training that was never stopped, bit for bit.

    Args:
        net: returns ``n x k`` logits of ``n x c x r x r`` images.
        images: to train with.
        recipe: how to train.
        seed: of the shuffling, the augmentation and the random layers.
        timer: counts the steps.

    Attributes:
        epoch: the number of epochs that are done.
        loss: the mean loss of the last epoch; NaN before the first.
    """

    def __init__(self, net: Module, images: Examples, recipe: Recipe, seed: int, timer: TrainingTimer) -> None:
        self.net, self.recipe, self.epoch, self.loss = net, recipe, 0, float("nan")
        self._images, self._seed, self._timer = images, seed, timer
        self._weights = [weight for weight in net.parameters() if weight.requires_grad]
        self._descent = MomentumDescent(self._weights, recipe.momentum, recipe.weight_decay)

    def __iter__(self) -> Iterator[float]:
        """Train one epoch after another; yield the mean loss of each, which waits for the device."""
        while self.epoch < self.recipe.epochs:
            self._train_epoch()
            yield self.loss

    def _train_epoch(self) -> None:
        seed, device, n = self._seed * _SEEDS_PER_TRAINING + self.epoch, self._images.device, len(self._images)
        order = torch.as_tensor(np.random.default_rng(seed).permutation(n), device=device)
        generator = torch.Generator(device).manual_seed(seed)
        batches, total = split_batches(order, self.recipe.batch_size), torch.zeros((), device=device)
        n_whole = n // self.recipe.batch_size
        self.net.train()
        with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
            torch.manual_seed(seed)
            for part, rows in (("step", range(n_whole)), ("last step", range(n_whole, len(batches)))):
                for i in self._timer.each(rows, part):
                    self._step(batches[i], (self.epoch + i / len(batches)) / self.recipe.epochs, generator, total)
        self.epoch += 1
        self.loss = float(total) / sum(map(len, batches))

    def _step(self, rows: Tensor, progress: float, generator: torch.Generator, total: Tensor) -> None:
        images = augment(self._images.batch(rows), self.recipe.augmentation, generator)
        loss = functional.cross_entropy(self.net(images), self._images.labels[rows])
        # of a supernet, a step uses some of the weights
        gradients = torch.autograd.grad(loss, self._weights, materialize_grads=True)
        self._descent.apply(gradients, self.recipe.learning_rate * rate_factor(self.recipe.schedule, progress))
        total.add_(loss.detach(), alpha=len(rows))

    def state(self) -> State:
        """All that the rest of the training depends on, by name."""
        weights = {f"{_WEIGHT}{name}": tensor.cpu().numpy().copy() for name, tensor in self.net.state_dict().items()}
        moments = {f"{_MOMENT}{i}": tensor.cpu().numpy().copy() for i, tensor in enumerate(self._descent.moments)}
        return {"epoch": np.array(self.epoch), "loss": np.array(self.loss), **weights, **moments}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a state."""
        self.epoch, self.loss = int(state["epoch"]), float(state["loss"])
        weights = {name: torch.as_tensor(state[f"{_WEIGHT}{name}"]) for name in self.net.state_dict()}
        self.net.load_state_dict(weights)
        for i, moment in enumerate(self._descent.moments):
            moment.copy_(torch.as_tensor(state[f"{_MOMENT}{i}"]))


def split_batches(order: Tensor, size: int, *, is_whole: bool = False) -> list[Tensor]:
    """Split rows into batches.

    Args:
        order: the rows.
        size: of a batch.
        is_whole: whether a last batch of one row is kept, which the training of a batch normalisation cannot use.
    """
    batches = [order[i : i + size] for i in range(0, len(order), size)]
    if is_whole:
        return batches
    return batches[:-1] if len(batches) > 1 and len(batches[-1]) == 1 and size > 1 else batches


@torch.inference_mode()
def predict(net: Module, images: Examples) -> NDArray[np.float64]:
    """Predict ``n x k`` probabilities of the classes."""
    net.eval()
    rows = split_batches(torch.arange(len(images), device=images.device), _PREDICTED, is_whole=True)
    outputs = [net(images.batch(part)).double().softmax(dim=1) for part in rows]
    return np.asarray(torch.cat(outputs).cpu().numpy())
