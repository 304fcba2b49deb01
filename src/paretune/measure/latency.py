"""The latency of a call: warmed up, repeated until its median is precise enough, with a standard error."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.errors import InvalidInputError
from paretune.measure.device import check_synchronized
from paretune.measure.device_lock import exclusive_device
from paretune.measure.file_lock import HAS_LOCKS
from paretune.measure.median_errors import batch_means_error

MIN_TIMED_SECONDS = 0.2  # a shorter series may see only the warm-up, or one clock frequency of the processor


@dataclass(frozen=True)
class Latency:
    """A measured duration.

    Args:
        median: median duration of a call, in seconds.
        standard_error: standard error of the median, in seconds, by `batch_means_error`.
        samples: durations of all timed calls, in seconds and in order.
        first_call: duration of the very first call in seconds, compilation and caches included.
        is_exclusive: whether the device was locked, so that nothing else that Paretune runs used it.
    """

    median: float
    standard_error: float
    samples: NDArray[np.float64]
    first_call: float
    is_exclusive: bool = False


def latency(  # noqa: PLR0913 (every limit of a measurement is the caller's choice)
    call: Callable[[], object],
    *,
    device: str | None = None,
    synchronize: Callable[[], object] | None = None,
    warm_up: int = 3,
    min_repeats: int = 7,
    max_repeats: int = 200,
    relative_error: float = 0.02,
    time_limit: float = 10.0,
) -> Latency:
    """Time a call: warm it up, then repeat it until the median is precise enough.

    Garbage collection is off during a timed call. Calls are repeated for at least 0.2 s, within `max_repeats`. The
    precision is checked only each time the number of calls has doubled, so that a lucky moment does not end the
    measurement. The standard error includes drift during the measurement, such as an unfinished warm-up. It does not
    include slower drift, such as a processor that grows hot; only repeated measurements show that. Each sample
    includes about 1e-7 s for reading the clock: if a call takes less than 1e-5 s, time a loop of many calls.

    Args:
        call: the function to time, without arguments.
        device: the device to lock during the measurement, such as ``cpu`` or ``cuda``, in any form that
            `paretune.measure.exclusive_device` accepts. None locks nothing; see `Latency.is_exclusive`.
        synchronize: waits until the device has finished (such as ``torch.cuda.synchronize``); called before the
            clock starts and before it stops. A GPU needs it.
        warm_up: number of calls before the timed ones, at least 1.
        min_repeats: minimal number of timed calls, at least 2.
        max_repeats: maximal number of timed calls.
        relative_error: stop when the standard error is below this share of the median.
        time_limit: stop after this many seconds of timed calls, once ``min_repeats`` are done.

    Raises:
        InvalidInputError: a limit is invalid, the device does not exist, or it is a GPU without `synchronize`.

    Example:
        >>> found = latency(lambda: sum(range(1000)), device="cpu", max_repeats=7)
        >>> found.samples.shape, found.is_exclusive
        ((7,), True)
    """
    if warm_up < 1 or min_repeats < 2 or max_repeats < min_repeats:
        raise InvalidInputError(
            "latency needs warm_up >= 1 and 2 <= min_repeats <= max_repeats, "
            f"but has {warm_up}, {min_repeats} and {max_repeats}"
        )
    if not relative_error > 0 or not time_limit > 0:
        raise InvalidInputError("latency needs a positive relative_error and time_limit")
    check_synchronized(device, synchronize)
    wait = synchronize or (lambda: None)
    with nullcontext() if device is None else exclusive_device(device):
        first_call = _time_call(call, wait)
        for _ in range(warm_up - 1):
            _time_call(call, wait)
        samples: list[float] = []
        next_check = min_repeats
        while len(samples) < max_repeats and not (len(samples) >= min_repeats and sum(samples) > time_limit):
            samples.append(_time_call(call, wait))
            if len(samples) >= next_check and sum(samples) >= MIN_TIMED_SECONDS:
                if batch_means_error(samples) <= relative_error * float(np.median(samples)):
                    break
                next_check = 2 * len(samples)
    is_exclusive = device is not None and HAS_LOCKS
    return Latency(float(np.median(samples)), batch_means_error(samples), np.array(samples), first_call, is_exclusive)


def _time_call(call: Callable[[], object], wait: Callable[[], object]) -> float:
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        wait()
        start = time.perf_counter()
        call()
        wait()
        return time.perf_counter() - start
    finally:
        if was_enabled:
            gc.enable()
