"""How is the net trained and asked, in PyTorch?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from paretune.workloads.builtin.cuda_graph import recorded
from paretune.workloads.builtin.diatoms.archive import Part
from paretune.workloads.builtin.diatoms.frameworks import INFERENCE_BATCH
from paretune.workloads.builtin.diatoms.on_torch.adam import DecayingAdam
from paretune.workloads.builtin.diatoms.on_torch.network import Net
from paretune.workloads.builtin.diatoms.plateau import Plateau
from paretune.workloads.builtin.diatoms.weights import initial_weights


class Session:
    """PyTorch on a device; see `paretune.workloads.builtin.diatoms.frameworks.Session`.

    Args:
        wanted: ``auto``, ``cpu`` or ``cuda``.

    Raises:
        InvalidInputError: PyTorch sees no GPU, but one is wanted.
    """

    dtype = "float32"

    def __init__(self, wanted: str) -> None:
        has_gpu = torch.cuda.is_available()
        if wanted == "cuda" and not has_gpu:
            raise InvalidInputError("device=cuda, but PyTorch sees no GPU: set device=cpu")
        self._device = torch.device("cuda" if has_gpu and wanted != "cpu" else "cpu")
        self.device = device_name(str(self._device))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._device.type == "cuda":
            torch.cuda.empty_cache()  # others share the GPU
        if isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error):
            raise TrialFailedError("out_of_memory", str(error).partition("\n")[0]) from error

    def build(self, params: Mapping[str, Any], seed: int) -> Net:
        """The untrained net."""
        return Net(initial_weights(params, seed), self._device)

    def predictor(self, net: Net, values: NDArray[np.float32]) -> Callable[[], NDArray[np.float32]]:
        """A call that predicts all series."""
        batches = [
            torch.from_numpy(values[i : i + INFERENCE_BATCH, None]) for i in range(0, len(values), INFERENCE_BATCH)
        ]

        @torch.inference_mode()
        def predict() -> NDArray[np.float32]:
            outputs = [net(batch.to(net.device)).softmax(dim=1) for batch in batches]
            return torch.cat(outputs).cpu().numpy()

        return predict

    def train(
        self, net: Net, part: Part, params: Mapping[str, Any], epochs: int, seed: int, timer: TrainingTimer
    ) -> float:
        """Train a net in place; the device is waited for once an epoch."""
        adam, shuffle = DecayingAdam(params, net.parameters), np.random.default_rng(seed)
        steps = _Steps(net, adam, part, params["batch_size"])
        plateau, loss = Plateau(params["learning_rate"]), np.nan
        for _ in range(epochs):
            steps.shuffle(shuffle.permutation(len(part.labels)))
            for _ in timer.each(range(steps.n_whole), "step"):
                steps.whole()
            for _ in timer.each(range(steps.n_last), "last step"):
                steps.last()
            loss = steps.mean_loss()
            plateau = plateau.after(loss)
            adam.rate = plateau.rate
        return loss

    def synchronize(self) -> None:
        """Wait until the device has finished."""
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)


class _Steps:
    """The steps of an epoch, in an order that lies on the device.

    They read and write tensors of fixed places and shapes and wait for nothing, so that they can be recorded.

    Args:
        net: what learns.
        adam: moves its parameters.
        part: what it learns.
        size: of a batch; the last one of an epoch may be smaller.

    Attributes:
        n_whole: how many batches of that size an epoch has.
        n_last: how many others, none or one.
        whole: takes the next step, with a whole batch.
        last: takes the step with the last, smaller one.
    """

    def __init__(self, net: Net, adam: DecayingAdam, part: Part, size: int) -> None:
        self._net, self._adam, self._n = net, adam, len(part.labels)
        self._values = torch.tensor(part.values[:, None], device=net.device)
        self._labels = torch.tensor(part.labels, dtype=torch.int64, device=net.device)
        self._order = torch.arange(self._n, device=net.device)
        self._at, self._total = torch.zeros_like(self._order[0]), torch.zeros((), device=net.device)
        self.n_whole, left = divmod(self._n, size)
        self.n_last = int(left > 0)
        self.whole, self.last = (
            recorded(partial(self._move, torch.arange(k, device=net.device)), net.device) for k in (size, left)
        )

    def shuffle(self, order: NDArray[np.int64]) -> None:
        """Begin an epoch."""
        self._order.copy_(torch.from_numpy(order))
        self._at.zero_()
        self._total.zero_()

    def mean_loss(self) -> float:
        """Over the epoch, as it was while the weights moved; the device is waited for."""
        return float(self._total) / self._n

    def _move(self, places: Tensor) -> None:
        batch = self._order[self._at + places]
        loss = functional.cross_entropy(self._net.train(self._values[batch]), self._labels[batch])
        self._adam.move(torch.autograd.grad(loss, self._net.parameters))
        self._total.add_(loss.detach(), alpha=len(batch))
        self._at.add_(len(batch))
