"""The device of a training in PyTorch, and its lack of memory as the failure of a trial."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from paretune.errors import InvalidInputError, TrialFailedError


def choose_device(name: str) -> torch.device:
    """The device that an option names.

    Args:
        name: ``auto`` (the first GPU that CUDA shows, else the CPU), ``cpu`` or ``cuda``.

    Raises:
        InvalidInputError: the device is ``cuda``, but PyTorch sees no GPU.
    """
    has_gpu = torch.cuda.is_available()
    if name == "cuda" and not has_gpu:
        raise InvalidInputError("device=cuda, but PyTorch sees no GPU: set device=cpu")
    return torch.device("cuda" if has_gpu and name != "cpu" else "cpu")


def synchronizer(device: torch.device) -> Callable[[], None]:
    """A function that waits until the device has finished."""

    def synchronize() -> None:
        if device.type == "cuda":
            torch.cuda.synchronize(device)

    return synchronize


def is_out_of_memory(error: BaseException) -> bool:
    """Whether PyTorch raised an error because the device has no memory left."""
    return isinstance(error, (torch.OutOfMemoryError, MemoryError)) or "can't allocate memory" in str(error)


@contextmanager
def memory_of(device: torch.device) -> Iterator[None]:
    """Give a GPU's memory back at the end; fail the trial as out of memory if there was too little.

    Raises:
        TrialFailedError: the device ran out of memory.
    """
    try:
        yield
    except Exception as error:
        if is_out_of_memory(error):
            raise TrialFailedError("out_of_memory", str(error).partition("\n")[0]) from error
        raise
    finally:
        if device.type == "cuda":
            torch.cuda.empty_cache()  # other processes share the GPU
