"""How long does one call take? Warmed up, repeated until the answer is sure enough, with its standard error."""

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
from paretune.measure.file_lock import HAS_LOCKS
from paretune.measure.lock import exclusive
from paretune.measure.median import serial_error

ENOUGH_TIME = 0.2  # seconds: less in all may see nothing but the warm-up, or one state of the processor's clock


@dataclass(frozen=True)
class Latency:
    """A measured duration.

    Args:
        median: seconds a call takes.
        standard_error: of the median, in seconds, by `serial_error`.
        samples: every timed call, in seconds and in order.
        first_call: seconds of the very first call, compilation and caches included.
        exclusive: whether the device was locked meanwhile, so that nothing else that Paretune runs used it.
    """

    median: float
    standard_error: float
    samples: NDArray[np.float64]
    first_call: float
    exclusive: bool = False


def latency(  # noqa: PLR0913 (every limit of a measurement is the caller's to set)
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
    """Time a call: warm it up, then repeat it until the median is known well enough.

    Garbage collection rests while a call is timed. Calls go on for 0.2 s at least, if there may be so many, and whether
    their median is known is asked only whenever they have doubled, lest a lucky moment end them. What drifts while it
    is measured, such as a warm-up that is not over, is in the standard error; what drifts more slowly, such as the
    clock of a processor that grows hot, is not: only another measurement shows it. Each sample has in it what it costs
    to read the clock, some 1e-7 s: of what takes less than 1e-5 s let one call do many.

    Args:
        call: what is timed, without arguments.
        device: what is locked for as long as the measurement takes, such as ``cpu`` or ``cuda``, as
            `paretune.measure.exclusive` takes it; None locks nothing, which the result says.
        synchronize: waits until the device has finished (such as ``torch.cuda.synchronize``); called before the
            clock starts and before it stops. On a GPU it must be given.
        warm_up: calls that are made and not counted, at least 1.
        min_repeats: timed calls that are made in any case, at least 2.
        max_repeats: no more timed calls than these.
        relative_error: stop when the standard error is below this share of the median.
        time_limit: stop after so many seconds of timed calls, once ``min_repeats`` are made.

    Raises:
        InvalidInputError: a limit makes no sense, there is no such device, or it is a GPU that is not waited for.

    Example:
        >>> found = latency(lambda: sum(range(1000)), device="cpu", max_repeats=7)
        >>> found.samples.shape, found.exclusive
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
    with nullcontext() if device is None else exclusive(device):
        first_call = _timed(call, wait)
        for _ in range(warm_up - 1):
            _timed(call, wait)
        samples: list[float] = []
        next_look = min_repeats
        while len(samples) < max_repeats and not (len(samples) >= min_repeats and sum(samples) > time_limit):
            samples.append(_timed(call, wait))
            if len(samples) >= next_look and sum(samples) >= ENOUGH_TIME:
                if serial_error(samples) <= relative_error * float(np.median(samples)):
                    break
                next_look = 2 * len(samples)
    is_alone = device is not None and HAS_LOCKS
    return Latency(float(np.median(samples)), serial_error(samples), np.array(samples), first_call, is_alone)


def _timed(call: Callable[[], object], wait: Callable[[], object]) -> float:
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
