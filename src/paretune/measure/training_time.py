"""The time that a training takes when it has its device to itself, also measured while it shares the device.

A `TrainingTimer` measures the whole training and counts its rounds: the steps and the evaluations. From time to time it
locks the device and times some rounds exclusively; the number of rounds times their median duration estimates the time
of the training. If nobody else ever used the device at those moments, the measured time of the whole training is used.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from types import TracebackType
from typing import TYPE_CHECKING, Literal, TypeVar

from paretune.argument_checks import FLAG, FUNCTION, POSITIVE, SHARE, check_arguments
from paretune.measure.clocks import Duration, Stopwatch, ThreadUse, mean_duration, time_call
from paretune.measure.device import check_synchronized, device_name
from paretune.measure.device_lock import DeviceHold, exclusive_device, shared_device
from paretune.measure.file_lock import HAS_LOCKS
from paretune.measure.median_errors import median_error
from paretune.measure.yardstick import (
    Clock,
    ReferenceTime,
    Yardstick,
    at_reference_speed,
    default_yardstick,
    sum_of_rounds,
)

if TYPE_CHECKING:
    from typing import Self  # missing in Python 3.10, which a program in an environment of its own may use

T = TypeVar("T")
CLEAR_EXCESS = 1.1  # factor on a limit: the sum over rounds can be wrong by some percent


@dataclass(frozen=True)
class TrainingTime:
    """A measured training; all in seconds.

    Args:
        whole: time from beginning to end, without waiting for others and without `compilation`.
        from_steps: number of rounds times their median exclusive duration, summed over the parts.
        from_steps_se: standard error of `from_steps`; NaN if too few rounds were timed.
        compilation: extra time of the first round of each part: compilation, caches.
        was_shared: whether the timer ever had to wait for another user of the device.
        reference: the time at reference speed, from the same rounds as `from_steps` and without `compilation`. None if
            no yardstick was timed, or too few rounds were.
    """

    whole: float
    from_steps: float
    from_steps_se: float
    compilation: float
    was_shared: bool
    reference: ReferenceTime | None = None

    @property
    def source(self) -> Literal["whole", "from_steps"]:
        """The name of the field that gives `seconds`."""
        return "from_steps" if self.was_shared else "whole"

    @property
    def seconds(self) -> float:
        """The time of the training."""
        return self.from_steps if self.was_shared else self.whole

    @property
    def metrics(self) -> dict[str, float | str]:
        """Metrics for a trial: the time, its source, and its standard error if that is known."""
        error = self.from_steps_se if self.was_shared else math.nan
        return {
            "training_time": self.seconds,
            **({"training_time_se": error} if math.isfinite(error) else {}),
            "training_time_from": self.source,
            "training_compilation": self.compilation,
            "measured": "exclusive" if HAS_LOCKS else "shared",
        }

    def clearly_exceeds(self, seconds: float) -> bool:
        """Whether a training, finished or not, took more than 1.1 times `seconds`, by both ways of counting."""
        return min(self.whole, self.from_steps) > CLEAR_EXCESS * seconds


@dataclass
class _Part:
    """Rounds of equal cost: their number, the duration of the first one, and seconds per round in each timed block."""

    n_rounds: int = 0
    n_at_block: int = 0  # rounds at the end of the last timed block
    first: float = math.nan
    blocks: list[Duration] = field(default_factory=list)  # of one round
    yardsticks: list[Duration] = field(default_factory=list)  # around each block

    @property
    def rates(self) -> list[float]:
        return [block.wall for block in self.blocks]

    @property
    def rate(self) -> float:
        return statistics.median(self.rates) if self.blocks else self.first

    @property
    def error(self) -> float:
        return median_error(self.rates) if len(self.rates) > 1 else math.nan


class TrainingTimer:
    """Count and time the rounds of a training, and let measurements run between them.

    Pass every loop of the training through `each`. Do work that must not count, such as reading data, before the block.

    Args:
        device: any form that `paretune.measure.device_name` accepts.
        synchronize: waits until the device has finished (such as ``torch.cuda.synchronize``); a GPU needs it.
        share: share of the training's time with the device locked, while other users wait. In any case a block is
            timed each time the number of rounds of a part has grown by half, so that short trainings have blocks too.
        block: seconds of rounds in one timed block; at least one round.
        yardstick: the computation to compare the blocks with. By default `cpu_yardstick` on the CPU, and nothing on
            another device.
        never_waits: whether the rounds only compute, as in `latency`.

    Raises:
        InvalidInputError: the device is a GPU without `synchronize`.

    Example:
        >>> with TrainingTimer("cpu") as timer:
        ...     for epoch in range(5):
        ...         for batch in timer.each([1, 2, 3], "step"):
        ...             weights = batch * 2
        ...         for _ in timer.each([0], "evaluation"):
        ...             accuracy = weights / 6
        >>> timer.time.seconds > 0
        True
    """

    def __init__(
        self,
        device: str = "cpu",
        synchronize: Callable[[], object] | None = None,
        *,
        share: float = 0.01,
        block: float = 0.005,
        yardstick: Yardstick | None = None,
        never_waits: bool | None = None,
    ) -> None:
        check_arguments(
            synchronize=(synchronize, FUNCTION, None),
            share=(share, SHARE),
            block=(block, POSITIVE),
            yardstick=(yardstick, Yardstick, None),
            never_waits=(never_waits, FLAG, None),
        )
        check_synchronized(device, synchronize)
        device_name(device)  # raises if there is no such device
        self._device, self._synchronize = device, synchronize or (lambda: None)
        self._share, self._block = share, block
        self._yardstick, self._never_waits = yardstick or default_yardstick(device, synchronize), never_waits
        self._is_one_thread = True
        self._parts: dict[str, _Part] = {}
        self._stack, self._exclusive_stack = ExitStack(), ExitStack()
        self._waited = self._exclusive_seconds = self._paused = 0.0
        self._elapsed: float | None = None

    def __enter__(self) -> Self:
        self._use: DeviceHold = self._stack.enter_context(shared_device(self._device, self._synchronize))
        self._before = self._use.seconds_waited
        self._start = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exclusive_stack.close()  # after an error in a timed block, whose generator is still open
        try:
            if kind is None:
                self._synchronize()
                self._elapsed = time.perf_counter() - self._start
        finally:
            self._stack.close()

    def each(self, items: Iterable[T], part: str = "step") -> Iterator[T]:
        """Yield the items; each stands for one round.

        Args:
            items: for example batches; getting the next one should take no time.
            part: name of a kind of rounds with equal cost; a last, smaller batch is a part of its own. A round must not
                contain rounds of other parts.
        """
        counted = self._parts.setdefault(part, _Part())
        rest = iter(items)
        for item in rest:
            if not counted.n_rounds:
                yield from self._first(counted, item)
            elif self._is_due(counted):
                yield from self._time_exclusively(counted, chain([item], rest))
            else:
                self._use.give_way()
                counted.n_rounds += 1
                yield item

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave the block out of the measured time. It must lie between two loops, and must not use this timer."""
        self._synchronize()
        start = time.perf_counter()
        try:
            yield
            self._synchronize()
        finally:
            self._paused += time.perf_counter() - start

    def _first(self, part: _Part, item: T) -> Iterator[T]:
        self._use.give_way()
        self._synchronize()
        start = time.perf_counter()
        yield item
        self._synchronize()
        part.first, part.n_rounds = time.perf_counter() - start, 1

    def _is_due(self, part: _Part) -> bool:
        if part.n_rounds >= 1.5 * part.n_at_block:
            return True
        return self._exclusive_seconds < self._share * (time.perf_counter() - self._start)

    def _time_exclusively(self, part: _Part, items: Iterator[T]) -> Iterator[T]:
        n_rounds_in_block = max(1, math.ceil(self._block / max(part.rate, 1e-9))) if part.blocks else 1
        with self._exclusive_stack:
            use = self._exclusive_stack.enter_context(exclusive_device(self._device))
            self._waited += use.seconds_waited
            head = list(islice(items, 2))
            for item in head[:-1]:  # not timed: other users left the caches cold
                yield item
                part.n_rounds += 1
            self._synchronize()
            before, watch, thread_use, n_done = self._time_yardstick(), Stopwatch(), ThreadUse(), 0
            for item in chain(head[-1:], islice(items, n_rounds_in_block - 1)):
                yield item
                n_done += 1
            self._synchronize()
            taken = watch.read()
            self._is_one_thread &= thread_use.is_one_computing_thread(n_done, never_waits=self._never_waits)
            part.yardsticks.append(mean_duration(before, self._time_yardstick()))
        part.blocks.append(taken.per_round(n_done))
        part.n_rounds += n_done
        part.n_at_block = part.n_rounds
        self._exclusive_seconds += taken.wall

    def _time_yardstick(self) -> Duration:
        if self._yardstick is None:
            return Duration(math.nan, math.nan)
        start = time.perf_counter()
        self._yardstick.compute()  # the caches are full of other data
        found = time_call(self._yardstick.compute)
        seconds = time.perf_counter() - start
        self._paused += seconds
        self._exclusive_seconds += seconds
        return found

    def _reference(self, parts: list[_Part]) -> ReferenceTime | None:
        """The time at reference speed; None as long as a part has fewer than 2 timed blocks."""
        if self._yardstick is None or not parts or any(len(part.blocks) < 2 for part in parts):
            return None
        clock: Clock = "cpu" if self._is_one_thread else "wall"
        return sum_of_rounds(
            [
                (part.n_rounds, at_reference_speed(part.blocks, part.yardsticks, self._yardstick, clock))
                for part in parts
            ]
        )

    @property
    def time(self) -> TrainingTime:
        """The measured time: the final one after the block; inside it, between two loops, the time so far."""
        elapsed = time.perf_counter() - self._start if self._elapsed is None else self._elapsed
        waited = self._waited + self._use.seconds_waited - self._before
        parts = [part for part in self._parts.values() if part.n_rounds]
        compilation = sum(max(0.0, part.first - part.rate) for part in parts)
        return TrainingTime(
            whole=elapsed - waited - compilation - self._paused,
            from_steps=sum(part.n_rounds * part.rate for part in parts),
            from_steps_se=math.hypot(*(part.n_rounds * part.error for part in parts)),
            compilation=compilation,
            was_shared=waited > 0,
            reference=self._reference(parts),
        )
