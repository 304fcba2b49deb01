"""A yardstick: a fixed computation that is timed in turns with a call, so that a slower processor slows down both.

A processor is not equally fast at all times: its clock changes, and other programs use its caches, its memory and the
second thread of its cores. The ratio of two computations changes less than each of them. `experiments/005-clock`
compares several yardsticks and gives the errors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from paretune.argument_checks import FUNCTION, POSITIVE, check_arguments
from paretune.measure.clocks import Duration
from paretune.measure.median_errors import batch_means_error

Clock: TypeAlias = Literal["cpu", "wall"]

ERROR_BETWEEN_MEASUREMENTS = 0.08  # relative standard deviation of the ratio, experiments/005-clock
_SIZE, _PAIRS = 64, 30  # BLAS libraries use one thread for such small matrices


@dataclass(frozen=True)
class Yardstick:
    """A fixed computation.

    Args:
        compute: does the same work at each call; on a GPU it returns when the work is done.
        seconds: how long it takes at reference speed. This number defines the reference.

    Raises:
        InvalidInputError: `seconds` is not positive and finite.
    """

    compute: Callable[[], object]
    seconds: float

    def __post_init__(self) -> None:
        check_arguments(compute=(self.compute, FUNCTION), seconds=(self.seconds, POSITIVE))


@dataclass(frozen=True)
class ReferenceTime:
    """A duration at reference speed.

    Args:
        seconds: the duration on a processor that computes the yardstick in `Yardstick.seconds`.
        error_within: standard error in seconds, as far as this measurement shows it.
        speed: speed of the processor during the measurement; 1 is the reference, 0.5 is half as fast.
        clock: ``cpu`` if the call runs in one thread: its CPU time, which other programs change little; else ``wall``.
    """

    seconds: float
    error_within: float
    speed: float
    clock: Clock

    @property
    def standard_error(self) -> float:
        """Standard error in seconds that also holds between measurements on different days."""
        return math.hypot(self.error_within, ERROR_BETWEEN_MEASUREMENTS * self.seconds)


@cache
def cpu_yardstick() -> Yardstick:
    """The yardstick of the CPU: 61 products of 64 x 64 matrices in single precision, by NumPy in one thread.

    At reference speed it takes 0.8 ms.
    """
    matrix = (np.random.default_rng(0).standard_normal((_SIZE, _SIZE)) / math.sqrt(_SIZE)).astype(np.float32)
    return Yardstick(partial(_multiply, matrix, np.empty_like(matrix), np.empty_like(matrix)), 0.0008)


def default_yardstick(device: str | None, synchronize: Callable[[], object] | None) -> Yardstick | None:
    """The yardstick of the CPU; None if the work runs, or may run, on another device."""
    is_cpu = synchronize is None if device is None else str(device) == "cpu"
    return cpu_yardstick() if is_cpu else None


def _multiply(matrix: NDArray[np.float32], first: NDArray[np.float32], second: NDArray[np.float32]) -> None:
    np.matmul(matrix, matrix, out=first)
    for _ in range(_PAIRS):
        np.matmul(first, matrix, out=second)
        np.matmul(second, matrix, out=first)


def at_reference_speed(
    calls: Sequence[Duration], yardsticks: Sequence[Duration], yardstick: Yardstick, clock: Clock
) -> ReferenceTime:
    """Divide durations by those of a yardstick that was timed next to each of them.

    Args:
        calls: ``n`` calls, at least 2, in order.
        yardsticks: ``n`` durations of the yardstick: means of the runs before and after each call.
        yardstick: the yardstick.
        clock: the clock to use.

    Returns:
        The median of the ratios, times the seconds of the yardstick, with the error of `batch_means_error`.

    Example:
        >>> fast, slow = Duration(wall=1.0, cpu=1.0), Duration(wall=3.0, cpu=2.0)
        >>> found = at_reference_speed([fast] * 3 + [slow] * 3, [fast] * 3 + [slow] * 3, cpu_yardstick(), "cpu")
        >>> found.seconds, found.error_within
        (0.0008, 0.0)
    """
    durations, yards = (np.array([getattr(one, clock) for one in timed]) for timed in (calls, yardsticks))
    samples = durations / yards * yardstick.seconds
    speed = yardstick.seconds / float(np.median(yards))
    return ReferenceTime(float(np.median(samples)), batch_means_error(samples), speed, clock)


def sum_of_rounds(parts: Sequence[tuple[int, ReferenceTime]]) -> ReferenceTime:
    """The time of many rounds.

    Args:
        parts: numbers of rounds, and the time of one; at least one part, all by one clock.

    Example:
        >>> step, evaluation = ReferenceTime(2.0, 0.3, 1.0, "cpu"), ReferenceTime(5.0, 4.0, 0.5, "cpu")
        >>> sum_of_rounds([(10, step), (1, evaluation)])
        ReferenceTime(seconds=25.0, error_within=5.0, speed=0.9, clock='cpu')
    """
    times = [n * one.seconds for n, one in parts]
    seconds = sum(times)
    speed = sum(time * one.speed for time, (_, one) in zip(times, parts, strict=True)) / seconds
    return ReferenceTime(seconds, math.hypot(*(n * one.error_within for n, one in parts)), speed, parts[0][1].clock)
