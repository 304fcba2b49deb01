"""Training and prediction with the net, in PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import TracebackType
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from paretune.errors import InvalidInputError, TrialFailedError
from paretune.measure import TrainingTimer, device_name
from paretune.workloads.builtin.cuda_graph import record_cuda_graph
from paretune.workloads.builtin.diatoms.dataset import Part
from paretune.workloads.builtin.diatoms.frameworks import INFERENCE_BATCH
from paretune.workloads.builtin.diatoms.on_torch.network import Network
from paretune.workloads.builtin.diatoms.on_torch.optimizer import DecayingAdam
from paretune.workloads.builtin.diatoms.plateau import Plateau
from paretune.workloads.builtin.diatoms.saved_training import (
    name_arrays,
    plateau_state,
    restore_plateau,
    unname_arrays,
)
from paretune.workloads.builtin.diatoms.weights import initial_weights
from paretune.workloads.builtin.training_state import State


class Session:
    """PyTorch on a device; see `paretune.workloads.builtin.diatoms.frameworks.Session`.

    Args:
        device: ``auto``, ``cpu`` or ``cuda``.

    Raises:
        InvalidInputError: the device is ``cuda``, but PyTorch sees no GPU.
    """

    dtype = "float32"

    def __init__(self, device: str) -> None:
        has_gpu = torch.cuda.is_available()
        if device == "cuda" and not has_gpu:
            raise InvalidInputError("device=cuda, but PyTorch sees no GPU: set device=cpu")
        self._device = torch.device("cuda" if has_gpu and device != "cpu" else "cpu")
        self.device = device_name(str(self._device))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._device.type == "cuda":
            torch.cuda.empty_cache()  # other processes share the GPU
        if isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error):
            raise TrialFailedError("out_of_memory", str(error).partition("\n")[0]) from error

    def build(self, params: Mapping[str, Any], seed: int) -> Network:
        """Build the untrained net."""
        return Network(initial_weights(params, seed), self._device)

    def predictor(self, net: Network, values: NDArray[np.float32]) -> Callable[[], NDArray[np.float32]]:
        """Make a function that predicts all series."""
        batches = [
            torch.from_numpy(values[i : i + INFERENCE_BATCH, None]) for i in range(0, len(values), INFERENCE_BATCH)
        ]

        @torch.inference_mode()
        def predict() -> NDArray[np.float32]:
            outputs = [net(batch.to(net.device)).softmax(dim=1) for batch in batches]
            return torch.cat(outputs).cpu().numpy()

        return predict

    def train(
        self, net: Network, part: Part, params: Mapping[str, Any], epochs: int, seed: int, timer: TrainingTimer
    ) -> Training:
        """Begin to train a net in place."""
        return Training(net, part, params, epochs, seed, timer)

    def synchronize(self) -> None:
        """Wait until the device has finished."""
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)


class Training:
    """A training of a net; see `paretune.workloads.builtin.diatoms.frameworks.Training`.

    Args:
        net: trained in place.
        part: the training series.
        params: ``batch_size`` and the parameters of the optimizer.
        epochs: passes over the part.
        seed: of the shuffling.
        timer: counts the steps.
    """

    def __init__(
        self, net: Network, part: Part, params: Mapping[str, Any], epochs: int, seed: int, timer: TrainingTimer
    ) -> None:
        self._net, self._epochs, self._timer, self.epoch = net, epochs, timer, 0
        self._adam, self._shuffle = DecayingAdam(params, net.parameters), np.random.default_rng(seed)
        self._steps, self._n = _EpochSteps(net, self._adam, part, params["batch_size"]), len(part.labels)
        self._first_rate = float(params["learning_rate"])
        self._plateau = Plateau(self._first_rate)

    def __iter__(self) -> Iterator[float]:
        """Train one epoch after another; yield the training loss of each, which waits for the device."""
        while self.epoch < self._epochs:
            self._steps.shuffle(self._shuffle.permutation(self._n))
            for _ in self._timer.each(range(self._steps.n_whole), "step"):
                self._steps.whole()
            for _ in self._timer.each(range(self._steps.n_last), "last step"):
                self._steps.last()
            loss = self._steps.mean_loss()
            self._plateau = self._plateau.update(loss)
            self._adam.rate = self._plateau.rate
            self.epoch += 1
            yield loss

    def state(self) -> State:
        """All that the rest of the training depends on, by name."""
        moments = [tensor.cpu().numpy().copy() for tensor in self._adam.moments]
        weights = [weight.copy() for weight in self._net.weights]
        return {**plateau_state(self._plateau, self.epoch, self._first_rate), **name_arrays(weights, moments)}

    def restore(self, state: State) -> None:
        """Go on from a state."""
        self._plateau, self.epoch = restore_plateau(state, self._first_rate)
        weights, moments = unname_arrays(state)
        self._net.set_weights(weights)
        for tensor, values in zip(self._adam.moments, moments, strict=True):
            tensor.copy_(torch.as_tensor(values))
        self._adam.rate = self._plateau.rate
        for _ in range(self.epoch):  # the shuffling of the epochs that are done
            self._shuffle.permutation(self._n)


class _EpochSteps:
    """The training steps of an epoch, with the order of the series on the device.

    The steps read and write tensors of fixed memory and shapes, and never wait for the device, so that they can be
    recorded as CUDA graphs.

    Args:
        net: the net to train.
        adam: the optimizer of its parameters.
        part: the training series.
        size: of a batch; the last batch of an epoch may be smaller.

    Attributes:
        n_whole: the number of full batches in an epoch.
        n_last: the number of smaller batches, 0 or 1.
        whole: takes the next step, with a full batch.
        last: takes the step with the smaller batch.
    """

    def __init__(self, net: Network, adam: DecayingAdam, part: Part, size: int) -> None:
        self._net, self._adam, self._n = net, adam, len(part.labels)
        self._values = torch.tensor(part.values[:, None], device=net.device)
        self._labels = torch.tensor(part.labels, dtype=torch.int64, device=net.device)
        self._order = torch.arange(self._n, device=net.device)
        self._at, self._total = torch.zeros_like(self._order[0]), torch.zeros((), device=net.device)
        self.n_whole, left = divmod(self._n, size)
        self.n_last = int(left > 0)
        self.whole, self.last = (
            record_cuda_graph(partial(self._step, torch.arange(k, device=net.device)), net.device) for k in (size, left)
        )

    def shuffle(self, order: NDArray[np.int64]) -> None:
        """Begin an epoch with this order of the series."""
        self._order.copy_(torch.from_numpy(order))
        self._at.zero_()
        self._total.zero_()

    def mean_loss(self) -> float:
        """The mean of the losses of the epoch's steps. Waits for the device."""
        return float(self._total) / self._n

    def _step(self, places: Tensor) -> None:
        batch = self._order[self._at + places]
        loss = functional.cross_entropy(self._net.forward_train(self._values[batch]), self._labels[batch])
        self._adam.apply(torch.autograd.grad(loss, self._net.parameters))
        self._total.add_(loss.detach(), alpha=len(batch))
        self._at.add_(len(batch))
