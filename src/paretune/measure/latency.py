"""The latency of a call: warmed up, repeated until its median is precise enough, with a standard error."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.argument_checks import COUNT, FLAG, FUNCTION, POSITIVE, check_arguments
from paretune.errors import InvalidInputError
from paretune.measure.clocks import Duration, ThreadUse, mean_duration, time_call
from paretune.measure.device import check_synchronized
from paretune.measure.device_lock import exclusive_device
from paretune.measure.file_lock import HAS_LOCKS
from paretune.measure.median_errors import batch_means_error
from paretune.measure.yardstick import Clock, ReferenceTime, Yardstick, at_reference_speed, default_yardstick

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
        reference: the duration at reference speed, which changes less on a busy machine and from day to day. None if
            no yardstick was timed.
    """

    median: float
    standard_error: float
    samples: NDArray[np.float64]
    first_call: float
    is_exclusive: bool = False
    reference: ReferenceTime | None = None


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
    yardstick: Yardstick | None = None,
    never_waits: bool | None = None,
) -> Latency:
    """Time a call: warm it up, then repeat it until the median is precise enough.

    Garbage collection is off during a timed call. Calls are repeated for at least 0.2 s, within `max_repeats`. The
    precision is checked only each time the number of calls has doubled, so that a lucky moment does not end the
    measurement. The standard error includes drift during the measurement, such as an unfinished warm-up. It does not
    include slower drift, such as a processor that grows hot; only repeated measurements show that. Each sample
    includes about 1e-6 s for reading the clock: if a call takes less than 1e-4 s, time a loop of many calls.

    On a machine that others use too, take `Latency.reference`: a yardstick, which is a fixed computation, runs before
    the first timed call and after each one. A processor that is slow at the moment slows down both, so their ratio
    changes little. See `paretune.measure.yardstick`.

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
        yardstick: the computation to compare with. By default `cpu_yardstick` on the CPU, and nothing on a GPU.
        never_waits: whether the call only computes. If it does so in one thread, its time at reference speed is taken
            from the CPU time of the thread. None: the operating system counts the waits, where it can.

    Raises:
        InvalidInputError: a limit is invalid, the device does not exist, or it is a GPU without `synchronize`.

    Example:
        >>> found = latency(lambda: sum(range(1000)), device="cpu", max_repeats=7)
        >>> found.samples.shape, found.is_exclusive
        ((7,), True)
    """
    check_arguments(
        call=(call, FUNCTION),
        synchronize=(synchronize, FUNCTION, None),
        warm_up=(warm_up, COUNT),
        min_repeats=(min_repeats, COUNT),
        max_repeats=(max_repeats, COUNT),
        relative_error=(relative_error, POSITIVE),
        time_limit=(time_limit, POSITIVE),
        yardstick=(yardstick, Yardstick, None),
        never_waits=(never_waits, FLAG, None),
    )
    if min_repeats < 2 or max_repeats < min_repeats:
        raise InvalidInputError(
            "latency needs warm_up >= 1 and 2 <= min_repeats <= max_repeats, "
            f"but has {warm_up}, {min_repeats} and {max_repeats}"
        )
    check_synchronized(device, synchronize)
    wait = synchronize or (lambda: None)
    with nullcontext() if device is None else exclusive_device(device):
        first_call = _time_call(call, wait).wall
        for _ in range(warm_up - 1):
            _time_call(call, wait)
        turns = _Turns(call, wait, yardstick or default_yardstick(device, synchronize))
        use = ThreadUse()
        next_check = min_repeats
        while turns.n < max_repeats and not (turns.n >= min_repeats and turns.seconds > time_limit):
            turns.take()
            if turns.n >= next_check and turns.seconds >= MIN_TIMED_SECONDS:
                if turns.relative_error() <= relative_error:
                    break
                next_check = 2 * turns.n
        clock: Clock = "cpu" if use.is_one_computing_thread(turns.n, never_waits=never_waits) else "wall"
    samples = turns.samples
    is_exclusive = device is not None and HAS_LOCKS
    return Latency(
        float(np.median(samples)), batch_means_error(samples), samples, first_call, is_exclusive, turns.reference(clock)
    )


class _Turns:
    """Timed calls, in turns with a yardstick if there is one."""

    def __init__(self, call: Callable[[], object], wait: Callable[[], object], yardstick: Yardstick | None) -> None:
        self._call, self._wait, self._yardstick = call, wait, yardstick
        self._calls: list[Duration] = []
        self._yardsticks: list[Duration] = []
        self.n, self.seconds = 0, 0.0
        if yardstick is not None:
            yardstick.compute()  # warm up
            self._time_yardstick(yardstick)

    def take(self) -> None:
        """Time one call, then the yardstick."""
        found = _time_call(self._call, self._wait)
        self._calls.append(found)
        self.n, self.seconds = self.n + 1, self.seconds + found.wall
        if self._yardstick is not None:
            self._time_yardstick(self._yardstick)

    def _time_yardstick(self, yardstick: Yardstick) -> None:
        self._yardsticks.append(_time_call(yardstick.compute, None))

    @property
    def samples(self) -> NDArray[np.float64]:
        """Durations of the calls by the wall clock, in seconds."""
        return np.array([call.wall for call in self._calls])

    def relative_error(self) -> float:
        """Standard error of the median of the durations, as a share of it."""
        return batch_means_error(self.samples) / float(np.median(self.samples))

    def reference(self, clock: Clock) -> ReferenceTime | None:
        """The duration at reference speed."""
        if self._yardstick is None:
            return None
        around = list(map(mean_duration, self._yardsticks[:-1], self._yardsticks[1:]))
        return at_reference_speed(self._calls, around, self._yardstick, clock)


def _time_call(call: Callable[[], object], wait: Callable[[], object] | None) -> Duration:
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return time_call(call, wait)
    finally:
        if was_enabled:
            gc.enable()
