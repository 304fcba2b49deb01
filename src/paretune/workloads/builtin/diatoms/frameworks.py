"""The frameworks that can train the net, and their devices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from paretune.errors import InvalidInputError
from paretune.measure import TrainingTimer, device_name, visible_gpus
from paretune.workloads.builtin.diatoms.dataset import Part
from paretune.workloads.builtin.diatoms.on_tensorflow import loading
from paretune.workloads.builtin.training_state import State

FRAMEWORKS, DEVICES = ("tensorflow", "torch"), ("auto", "cpu", "cuda")
INFERENCE_BATCH = 32


class Training(Protocol):
    """A training of a net, which can be saved after each epoch.

    Attributes:
        epoch: the number of epochs that are done.
    """

    epoch: int

    def __iter__(self) -> Iterator[float]:
        """Train one epoch after another; yield the mean of the training losses of the epoch's steps."""

    def state(self) -> State:
        """All that the rest of the training depends on, by name."""

    def restore(self, state: State) -> None:
        """Go on from a state, on the same framework, as if the training had never been interrupted."""


class Session(AbstractContextManager["Session", None], Protocol):
    """A framework on a device for one trial. If memory runs out inside it, the trial fails as ``out_of_memory``."""

    device: str  # as the device lock names it
    dtype: str  # of the weights and the series

    def __enter__(self) -> Self: ...

    def build(self, params: Mapping[str, Any], seed: int) -> Any:
        """Build the untrained net on the device."""

    def predictor(self, net: Any, values: NDArray[np.float32]) -> Callable[[], NDArray[np.float32]]:
        """Make a function that predicts all series in batches of 32, from NumPy to NumPy, as a product would.

        Args:
            net: as `build` returned it. The function uses the weights that the net has when it is called.
            values: ``n x 176``.

        Returns:
            A function without arguments that returns ``n x 37`` probabilities.
        """

    def train(
        self, net: Any, part: Part, params: Mapping[str, Any], epochs: int, seed: int, timer: TrainingTimer
    ) -> Training:
        """Begin to train a net in place, one epoch for each iteration.

        Args:
            net: as `build` returned it.
            part: the training series.
            params: ``batch_size`` and the parameters of the optimizer.
            epochs: passes over the part, at least 1.
            seed: of the shuffling.
            timer: counts the steps, and pauses between them for measurements of other trials.
        """

    def synchronize(self) -> None:
        """Wait until the device has finished."""


def default_framework() -> str:
    """PyTorch if there is a GPU or no TensorFlow; else TensorFlow, as in the original experiment."""
    return "tensorflow" if loading.is_installed() and not visible_gpus() else "torch"


def check_framework(framework: str, device: str) -> None:
    """Check that a framework can be used on a device, without loading TensorFlow.

    Raises:
        InvalidInputError: the framework is not installed, Keras already runs on another backend, or there is no GPU.
    """
    if framework == "tensorflow":
        loading.require_tensorflow()
    if device == "cuda":
        device_name("cuda")
        if framework == "torch" and import_module("torch").version.cuda is None:
            raise InvalidInputError("device=cuda needs a PyTorch that is built for CUDA: see https://pytorch.org")


def open_session(framework: str, device: str) -> Session:
    """Open a framework on a device; the framework is loaded at the first call.

    Args:
        framework: one of `FRAMEWORKS`.
        device: one of `DEVICES`; ``auto`` is the GPU that CUDA shows first, else the CPU.
    """
    module = f"paretune.workloads.builtin.diatoms.on_{framework}.training"
    loaded = loading.import_with_tensorflow(module) if framework == "tensorflow" else import_module(module)
    opened: Session = loaded.Session(device)
    return opened
