"""How is the net trained and asked, in PyTorch?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from paretune.errors import InvalidInputError, TrialFailedError
from paretune.measure import TrainingTimer, device_name
from paretune.workloads.diatoms.archive import Part
from paretune.workloads.diatoms.frameworks import INFERENCE_BATCH
from paretune.workloads.diatoms.on_torch.adam import DecayingAdam
from paretune.workloads.diatoms.on_torch.network import Net
from paretune.workloads.diatoms.plateau import Plateau
from paretune.workloads.diatoms.weights import initial_weights


class Session:
    """PyTorch on a device; see `paretune.workloads.diatoms.frameworks.Session`.

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
        step, total = _step(net, adam, part)
        plateau, size, n = Plateau(params["learning_rate"]), params["batch_size"], len(part.labels)
        loss = np.nan
        for _ in range(epochs):
            batches = torch.split(torch.from_numpy(shuffle.permutation(n)).to(net.device), size)
            total.zero_()
            for batch in timer.each(batches[: n // size], "step"):
                step(batch)
            for batch in timer.each(batches[n // size :], "last step"):
                step(batch)
            loss = float(total) / n
            plateau = plateau.after(loss)
            adam.rate = plateau.rate
        return loss

    def synchronize(self) -> None:
        """Wait until the device has finished."""
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)


def _step(net: Net, adam: DecayingAdam, part: Part) -> tuple[Callable[[Tensor], None], Tensor]:
    """A step, from a batch's rows, and the tensor to which it adds the sum of its losses.

    It reads and writes tensors of fixed places and shapes and waits for nothing: a CUDA graph can capture it.
    """
    values = torch.tensor(part.values[:, None], device=net.device)
    labels = torch.tensor(part.labels, dtype=torch.int64, device=net.device)
    total = torch.zeros((), device=net.device)

    def step(batch: Tensor) -> None:
        loss = functional.cross_entropy(net.train(values[batch]), labels[batch])
        adam.move(torch.autograd.grad(loss, net.parameters))
        total.add_(loss.detach(), alpha=len(batch))

    return step, total
