"""Which device is meant? One name for it on this machine, whatever a process calls it."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from functools import lru_cache

from paretune.errors import InvalidInputError

_LIBRARY = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
# CUDA itself says which GPUs it would show this process, in its order. It is asked in a process of its own: a process
# that has initialised CUDA can no longer fork ones that use it.
_ASK = f"""
import ctypes, uuid
cuda, count, device, name = ctypes.CDLL({_LIBRARY!r}), ctypes.c_int(), ctypes.c_int(), (ctypes.c_char * 16)()
shown = cuda.cuInit(0) == 0 and cuda.cuDeviceGetCount(ctypes.byref(count)) == 0
for index in range(count.value if shown else 0):
    cuda.cuDeviceGet(ctypes.byref(device), index)
    getattr(cuda, "cuDeviceGetUuid_v2", cuda.cuDeviceGetUuid)(name, device)
    print(uuid.UUID(bytes=name.raw))
"""


def device_name(device: str = "cpu") -> str:
    """The name of a device that all processes of this machine agree on.

    Args:
        device: ``cpu``, all cores of the machine; ``cuda`` or ``cuda:<index>``, a GPU as CUDA numbers them in this
            process, so under its ``CUDA_VISIBLE_DEVICES``; or ``cuda:<UUID>``, as NVIDIA's tools show it. A
            `torch.device` will do.

    Returns:
        ``cpu``, or ``cuda:`` and the UUID of the GPU, or of its MIG instance.

    Raises:
        InvalidInputError: it is none of these, or there is no such GPU.

    Example:
        >>> device_name("cpu"), device_name("cuda:GPU-8E6F1F9A-1C2B-4D3E-9F00-0123456789AB")
        ('cpu', 'cuda:8e6f1f9a-1c2b-4d3e-9f00-0123456789ab')
    """
    device = str(device)  # a `torch.device` tells its name
    kind, _, which = device.partition(":")
    if device == "cpu":
        return device
    if kind == "cuda" and (which.isdecimal() or device == "cuda"):
        return f"cuda:{_numbered(int(which or 0))}"
    try:
        return f"cuda:{uuid.UUID(which.removeprefix('GPU-').removeprefix('MIG-'))}"
    except ValueError as error:
        raise InvalidInputError(f"a device is cpu, cuda, cuda:<index> or cuda:<UUID>, but not {device!r}") from error


def check_synchronized(device: str | None, synchronize: Callable[[], object] | None) -> None:
    """See that what is timed on a GPU can be waited for.

    Raises:
        InvalidInputError: the device is a GPU, and there is nothing to wait for it with.
    """
    if device is not None and str(device).startswith("cuda") and synchronize is None:
        raise InvalidInputError(
            f"on {device} a call returns before its work is done, and only its launch would be timed: give "
            "synchronize=torch.cuda.synchronize, or what waits for the device in your framework"
        )


def _numbered(index: int) -> str:
    gpus = visible_gpus()
    if index < len(gpus):
        return gpus[index]
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    because = "" if visible is None else f" (CUDA_VISIBLE_DEVICES is {visible!r})"
    raise InvalidInputError(f"there is no GPU {index} here, CUDA shows {len(gpus)}{because}: name another, or use cpu")


def visible_gpus() -> tuple[str, ...]:
    """UUIDs of the NVIDIA GPUs that CUDA shows this process, in its order; CUDA is not initialised for that."""
    return _asked(os.environ.get("CUDA_VISIBLE_DEVICES"), os.environ.get("CUDA_DEVICE_ORDER"))


@lru_cache
def _asked(_visible: str | None, _order: str | None) -> tuple[str, ...]:
    try:
        ctypes.CDLL(_LIBRARY)
        done = subprocess.run([sys.executable, "-I", "-S", "-c", _ASK], capture_output=True, text=True, timeout=60)  # noqa: S603, PLW1510 (our own words; what fails shows no GPU)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(done.stdout.split())
