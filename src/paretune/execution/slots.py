"""Slots, and the device and the threads that each of them gets."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from paretune.argument_checks import COUNT, NAMES, check_arguments
from paretune.errors import InvalidInputError
from paretune.measure import visible_gpus

# The thread pools of NumPy, PyTorch, TensorFlow and MXNet read these when they are loaded.
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
)
VISIBLE_DEVICES = "CUDA_VISIBLE_DEVICES"


@dataclass(frozen=True)
class Slot:
    """A place for one trial at a time.

    Args:
        worker: the slot's number, from 0.
        device: ``cpu``, or ``cuda:`` and a number.
        environment: the variables that its process starts with.
    """

    worker: int
    device: str = "cpu"
    environment: Mapping[str, str] = field(default_factory=dict)


def make_slots(n_workers: int | None = None, devices: Sequence[str] = (), per_device: int = 1) -> tuple[Slot, ...]:
    """Make the slots of some workers on some devices.

    A worker on a GPU sees that GPU alone (``CUDA_VISIBLE_DEVICES``). The cores are divided among the workers by the
    variables that thread pools read. A variable that the user has set is not changed.

    Args:
        n_workers: how many slots; by default as many as the devices take, or one.
        devices: ``cuda:0``, ``cuda:1`` and so on, numbered as this process sees them; none for the CPU.
        per_device: how many workers share a device.

    Raises:
        InvalidInputError: a device does not exist, or the devices take fewer workers.

    Example:
        >>> [slot.device for slot in make_slots(2)]
        ['cpu', 'cpu']
    """
    check_arguments(n_workers=(n_workers, COUNT, None), devices=(devices, NAMES), per_device=(per_device, COUNT))
    if not devices:
        return tuple(Slot(i, "cpu", _share_of_cores(n_workers or 1)) for i in range(n_workers or 1))
    gpus = [_gpu(device) for _ in range(per_device) for device in devices]
    if n_workers is not None and n_workers > len(gpus):
        raise InvalidInputError(
            f"{n_workers} workers are more than {len(devices)} devices take at {per_device} a device: "
            f"give --workers {len(gpus)}, or more --per-device"
        )
    gpus = gpus[:n_workers]
    threads = _share_of_cores(len(gpus))
    return tuple(Slot(i, device, {**threads, VISIBLE_DEVICES: gpu}) for i, (device, gpu) in enumerate(gpus))


def _share_of_cores(n_workers: int) -> dict[str, str]:
    """The variables for one worker's share of the cores. A single worker needs none: it has all cores by default."""
    if n_workers == 1:
        return {}
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return thread_limits(max(1, cores // n_workers))


def thread_limits(n_threads: int) -> dict[str, str]:
    """The variables that limit thread pools to so many threads, without those that are set already."""
    return {name: str(n_threads) for name in _THREAD_VARIABLES if name not in os.environ}


def _gpu(device: str) -> tuple[str, str]:
    """A device's name, and its name for ``CUDA_VISIBLE_DEVICES``."""
    match = re.fullmatch(r"cuda:(\d+)", device)
    if match is None:
        raise InvalidInputError(f"a device must be named cuda:0, cuda:1 and so on, but got {device!r}")
    index, gpus = int(match[1]), visible_gpus()
    if index >= len(gpus):
        available = (
            f"there are {', '.join(f'cuda:{i}' for i in range(len(gpus)))}" if gpus else "there is no NVIDIA GPU"
        )
        raise InvalidInputError(f"no device {device}: {available}")
    visible = [word.strip() for word in os.environ.get(VISIBLE_DEVICES, "").split(",") if word.strip()]
    return device, visible[index] if visible else str(index)
