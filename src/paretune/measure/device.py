"""Device names that all processes of a machine agree on."""

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
# CUDA itself lists the GPUs that are visible to this process, in its order. A separate process asks it, since a process
# that has initialised CUDA can no longer fork processes that use it.
_GPU_LIST = f"""
import ctypes, uuid
cuda, count, device, name = ctypes.CDLL({_LIBRARY!r}), ctypes.c_int(), ctypes.c_int(), (ctypes.c_char * 16)()
shown = cuda.cuInit(0) == 0 and cuda.cuDeviceGetCount(ctypes.byref(count)) == 0
for index in range(count.value if shown else 0):
    cuda.cuDeviceGet(ctypes.byref(device), index)
    getattr(cuda, "cuDeviceGetUuid_v2", cuda.cuDeviceGetUuid)(name, device)
    print(uuid.UUID(bytes=name.raw))
"""


def device_name(device: str = "cpu") -> str:
    """The machine-wide name of a device.

    Args:
        device: ``cpu`` for all cores of the machine; ``cuda`` or ``cuda:<index>`` for a GPU by CUDA's numbers in this
            process, which depend on ``CUDA_VISIBLE_DEVICES``; or ``cuda:<UUID>``, as NVIDIA's tools show it. A
            `torch.device` is accepted too.

    Returns:
        ``cpu``, or ``cuda:`` and the UUID of the GPU or MIG instance.

    Raises:
        InvalidInputError: the name has another form, or there is no such GPU.

    Example:
        >>> device_name("cpu"), device_name("cuda:GPU-8E6F1F9A-1C2B-4D3E-9F00-0123456789AB")
        ('cpu', 'cuda:8e6f1f9a-1c2b-4d3e-9f00-0123456789ab')
    """
    device = str(device)  # of a `torch.device`
    kind, _, which = device.partition(":")
    if device == "cpu":
        return device
    if kind == "cuda" and (which.isdecimal() or device == "cuda"):
        return f"cuda:{_gpu_uuid(int(which or 0))}"
    try:
        return f"cuda:{uuid.UUID(which.removeprefix('GPU-').removeprefix('MIG-'))}"
    except ValueError as error:
        raise InvalidInputError(f"device must be cpu, cuda, cuda:<index> or cuda:<UUID>, but is {device!r}") from error


def check_synchronized(device: str | None, synchronize: Callable[[], object] | None) -> None:
    """Check that there is a function that waits for a GPU.

    Raises:
        InvalidInputError: the device is a GPU and `synchronize` is None.
    """
    if device is not None and str(device).startswith("cuda") and synchronize is None:
        raise InvalidInputError(
            f"on {device} a call returns before its work is done, so only its launch would be timed: give "
            "synchronize=torch.cuda.synchronize, or your framework's function that waits for the device"
        )


def _gpu_uuid(index: int) -> str:
    gpus = visible_gpus()
    if index < len(gpus):
        return gpus[index]
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    because = "" if visible is None else f" (CUDA_VISIBLE_DEVICES is {visible!r})"
    raise InvalidInputError(f"there is no GPU {index} here; CUDA shows {len(gpus)}{because}: use another, or cpu")


def visible_gpus() -> tuple[str, ...]:
    """UUIDs of the NVIDIA GPUs visible to this process, in CUDA's order; CUDA is not initialised in this process."""
    return _query_gpus(os.environ.get("CUDA_VISIBLE_DEVICES"), os.environ.get("CUDA_DEVICE_ORDER"))


@lru_cache
def _query_gpus(_visible: str | None, _order: str | None) -> tuple[str, ...]:
    try:
        ctypes.CDLL(_LIBRARY)
        command = [sys.executable, "-I", "-S", "-c", _GPU_LIST]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 (a fixed script)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(done.stdout.split())
