"""Which processor does each worker get? GPUs are handed out, else the cores are divided."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from paretune.errors import InvalidInputError
from paretune.measure import visible_gpus

# What the thread pools under NumPy, torch, TensorFlow and MXNet read when they are loaded.
_THREADS = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
)
VISIBLE = "CUDA_VISIBLE_DEVICES"


@dataclass(frozen=True)
class Slot:
    """A place for one trial at a time.

    Args:
        worker: its number, from 0.
        device: ``cpu``, or ``cuda:`` and a number.
        environment: variables that its process starts with.
    """

    worker: int
    device: str = "cpu"
    environment: Mapping[str, str] = field(default_factory=dict)


def slots(n_workers: int | None = None, devices: Sequence[str] = (), per_device: int = 1) -> tuple[Slot, ...]:
    """The slots of some workers on some devices.

    A worker on a GPU sees that GPU alone (``CUDA_VISIBLE_DEVICES``). The cores are divided among the workers by the
    variables that thread pools read; one that the user has set stands.

    Args:
        n_workers: how many; by default as many as the devices take, or one.
        devices: ``cuda:0``, ``cuda:1`` and so on, as visible to this process; none for the CPU.
        per_device: how many workers share a device.

    Raises:
        InvalidInputError: a device is not there, or the devices take fewer workers.

    Example:
        >>> [slot.device for slot in slots(2)]
        ['cpu', 'cpu']
    """
    if not devices:
        return tuple(Slot(i, "cpu", _threads(n_workers or 1)) for i in range(n_workers or 1))
    places = [_gpu(device) for _ in range(per_device) for device in devices]
    if n_workers is not None and n_workers > len(places):
        raise InvalidInputError(
            f"{n_workers} workers are more than {len(devices)} devices take at {per_device} a device: "
            f"give --workers {len(places)}, or more --per-device"
        )
    places = places[:n_workers]
    threads = _threads(len(places))
    return tuple(Slot(i, device, {**threads, VISIBLE: gpu}) for i, (device, gpu) in enumerate(places))


def _threads(n_workers: int) -> dict[str, str]:
    """Each worker's share of the cores; one worker has them all without being told."""
    if n_workers == 1:
        return {}
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return thread_pools(max(1, cores // n_workers))


def thread_pools(n_threads: int) -> dict[str, str]:
    """The variables that give thread pools so many threads, but for those that are set already."""
    return {name: str(n_threads) for name in _THREADS if name not in os.environ}


def _gpu(device: str) -> tuple[str, str]:
    """A device's name, and what ``CUDA_VISIBLE_DEVICES`` calls it."""
    found = re.fullmatch(r"cuda:(\d+)", device)
    if found is None:
        raise InvalidInputError(f"a device is named cuda:0, cuda:1 and so on, but got {device!r}")
    index, known = int(found[1]), visible_gpus()
    if index >= len(known):
        there = f"there are {', '.join(f'cuda:{i}' for i in range(len(known)))}" if known else "there is no NVIDIA GPU"
        raise InvalidInputError(f"no device {device}: {there}")
    visible = [word.strip() for word in os.environ.get(VISIBLE, "").split(",") if word.strip()]
    return device, visible[index] if visible else str(index)
