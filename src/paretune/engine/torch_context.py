"""The settings of PyTorch and BLAS under which the engine computes."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import torch
from linear_operator.utils.warnings import NumericalWarning
from threadpoolctl import threadpool_limits

from paretune.errors import InvalidInputError

_LOCK = threading.RLock()


def check_device(device: str) -> None:
    """Raise an `InvalidInputError` if torch cannot use a device."""
    try:
        torch.zeros(1, dtype=torch.double, device=device).item()
    except (AssertionError, RuntimeError, TypeError) as error:  # torch without CUDA asserts; some have no doubles
        reason = str(error).splitlines()[0]
        raise InvalidInputError(f"device must be one that torch can use here, but is {device!r}: {reason}") from None


@contextmanager
def isolated_torch() -> Iterator[None]:
    """Set PyTorch and BLAS as the models need them, whatever a training has set, and restore the settings afterwards.

    Gradients are on, tensors are on the CPU by default, and PyTorch and SciPy's BLAS have one thread each: small
    matrices are slower on several threads, and far slower while a training uses the cores too
    (https://github.com/scipy/scipy/issues/22438). Some of these settings belong to the process, so that only one thread
    at a time can be in this context.
    """
    with (
        _LOCK,
        torch.inference_mode(mode=False),
        torch.enable_grad(),
        _cpu_by_default(),
        threadpool_limits(limits=1, user_api="blas"),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore", NumericalWarning)  # nearly singular matrices get a jitter
        n_threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(n_threads)


def _cpu_by_default() -> AbstractContextManager[Any]:
    """Set the default device to the CPU, only where it is another one: this setting slows every function of torch."""
    return nullcontext() if torch.get_default_device().type == "cpu" else torch.device("cpu")
