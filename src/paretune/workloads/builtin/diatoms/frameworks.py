"""Which framework trains, and on which device?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from paretune.errors import InvalidInputError
from paretune.measure import TrainingTimer, device_name, visible_gpus
from paretune.workloads.builtin.diatoms.archive import Part
from paretune.workloads.builtin.diatoms.on_tensorflow import start

FRAMEWORKS, DEVICES = ("tensorflow", "torch"), ("auto", "cpu", "cuda")
INFERENCE_BATCH = 32


class Session(AbstractContextManager["Session", None], Protocol):
    """A framework at work on a device, for as long as one trial takes; memory that ran out fails it with its reason."""

    device: str  # as the lock calls it
    dtype: str  # of weights and series

    def __enter__(self) -> Self: ...

    def build(self, params: Mapping[str, Any], seed: int) -> Any:
        """The untrained net of these parameters, on the device."""

    def predictor(self, net: Any, values: NDArray[np.float32]) -> Callable[[], NDArray[np.float32]]:
        """A call that predicts all series, in batches of 32, as a product would: from NumPy to NumPy.

        Args:
            net: it is predicted with the weights that it has when it is called.
            values: ``n x 176``.

        Returns:
            A function without arguments to ``n x 37`` probabilities.
        """

    def train(
        self, net: Any, part: Part, params: Mapping[str, Any], epochs: int, seed: int, timer: TrainingTimer
    ) -> float:
        """Train a net in place.

        Args:
            net: as `build` gave it.
            part: what it learns.
            params: ``batch_size`` and those of the optimizer.
            epochs: passes over the part, at least 1.
            seed: of the shuffling.
            timer: counts the steps, and lets measurements go first between them.

        Returns:
            The mean training loss of the last epoch, as it was while the weights moved.
        """

    def synchronize(self) -> None:
        """Wait until the device has finished."""


def usual_framework() -> str:
    """TensorFlow as the original had it, PyTorch where there is a GPU or no TensorFlow."""
    return "tensorflow" if start.is_installed() and not visible_gpus() else "torch"


def check(framework: str, device: str) -> None:
    """See that a framework can be started, without loading TensorFlow.

    Raises:
        InvalidInputError: it is not installed, Keras runs on another backend already, or the GPU is not there.
    """
    if framework == "tensorflow":
        start.require_tensorflow()
    if device == "cuda":
        device_name("cuda")
        if framework == "torch" and import_module("torch").version.cuda is None:
            raise InvalidInputError("device=cuda needs a PyTorch that is built for CUDA: https://pytorch.org has them")


def session(framework: str, device: str) -> Session:
    """A framework on a device; it is loaded when first needed.

    Args:
        framework: one of `FRAMEWORKS`.
        device: one of `DEVICES`; ``auto`` is the GPU that CUDA shows first, else the CPU.
    """
    module = f"paretune.workloads.builtin.diatoms.on_{framework}.session"
    loaded = start.load(module) if framework == "tensorflow" else import_module(module)
    opened: Session = loaded.Session(device)
    return opened
