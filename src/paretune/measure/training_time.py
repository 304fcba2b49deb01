"""How long does a training take, as if it had its device alone? Also where it shares it with others.

The training runs between the two clock readings of a `TrainingTimer`, and its rounds - the steps, the evaluations - are
counted. Now and then some rounds are timed with the device alone, so that their number times their duration is the
time of all. Where nobody else was there whenever that was done, the time of the whole is taken as it is.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain, islice
from types import TracebackType
from typing import TYPE_CHECKING, Literal, TypeVar

from paretune.measure.device import check_synchronized
from paretune.measure.file_lock import HAS_LOCKS
from paretune.measure.lock import Use, exclusive, shared
from paretune.measure.median import median_error

if TYPE_CHECKING:
    from typing import Self  # Python 3.10, on which a program in an environment of its own may measure, has none

T = TypeVar("T")
CLEARLY = 1.1  # so many times a limit: what the rounds so far add up to may be wrong by some percent


@dataclass(frozen=True)
class TrainingTime:
    """A measured training; all in seconds.

    Args:
        whole: from beginning to end, without waiting for others and without what the first rounds took longer.
        from_steps: the rounds of each part times the median duration of those that had the device alone.
        from_steps_se: its standard error; NaN where too few were timed.
        compilation: what the first round of each part took longer than another: compilation, caches.
        had_company: whether somebody else used the device meanwhile, as far as was seen.
    """

    whole: float
    from_steps: float
    from_steps_se: float
    compilation: float
    had_company: bool

    @property
    def how(self) -> Literal["whole", "from_steps"]:
        """Which of the two stands for the training."""
        return "from_steps" if self.had_company else "whole"

    @property
    def seconds(self) -> float:
        """The training's time."""
        return self.from_steps if self.had_company else self.whole

    @property
    def metrics(self) -> dict[str, float | str]:
        """What a trial tells of it, by name: its time, how that was got, its standard error where it is known."""
        error = self.from_steps_se if self.had_company else math.nan
        return {
            "training_time": self.seconds,
            **({"training_time_se": error} if math.isfinite(error) else {}),
            "training_time_from": self.how,
            "training_compilation": self.compilation,
            "measured": "exclusive" if HAS_LOCKS else "shared",
        }

    def is_beyond(self, seconds: float) -> bool:
        """Whether a training that may still run has clearly taken longer: by a tenth, by either way of counting."""
        return min(self.whole, self.from_steps) > CLEARLY * seconds


@dataclass
class _Part:
    """Rounds that cost the same: how many there were, and seconds a round, of the first and of each timed block."""

    n_rounds: int = 0
    n_at_block: int = 0  # rounds at the end of the last timed block
    first: float = math.nan
    rates: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(self.rates) if self.rates else self.first

    @property
    def error(self) -> float:
        return median_error(self.rates) if len(self.rates) > 1 else math.nan


class TrainingTimer:
    """Counts and times a training's rounds, and lets measurements go first between them.

    Hand every loop of the training to `each`; what must not count, such as reading data, stands before the block.

    Args:
        device: as `paretune.measure.device_name` takes it.
        synchronize: waits until the device has finished (such as ``torch.cuda.synchronize``); a must on a GPU.
        share: of the training's time, in which the device is taken alone; others stand still meanwhile. A block is
            timed in any case whenever the rounds of a part have become half as many again, so that short trainings
            have some, too.
        block: seconds of rounds that are timed at once, one round at least.

    Raises:
        InvalidInputError: the device is a GPU that is not waited for.

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
    ) -> None:
        check_synchronized(device, synchronize)
        self._device, self._synchronize = device, synchronize or (lambda: None)
        self._share, self._block = share, block
        self._parts: dict[str, _Part] = {}
        self._stack, self._alone = ExitStack(), ExitStack()
        self._waited = self._seconds_alone = 0.0
        self._elapsed: float | None = None

    def __enter__(self) -> Self:
        self._use: Use = self._stack.enter_context(shared(self._device, self._synchronize))
        self._before = self._use.waited
        self._start = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._alone.close()  # an error inside of a timed block leaves it open: its loop still stands in the traceback
        try:
            if kind is None:
                self._synchronize()
                self._elapsed = time.perf_counter() - self._start
        finally:
            self._stack.close()

    def each(self, items: Iterable[T], part: str = "step") -> Iterator[T]:
        """Go through items, each of which stands for one round.

        Args:
            items: such as batches; to get the next one should cost nothing.
            part: rounds of one part cost the same: a last, smaller batch is a part of its own. A round has no rounds
                of other parts in it.
        """
        counted = self._parts.setdefault(part, _Part())
        rest = iter(items)
        for item in rest:
            if not counted.n_rounds:
                yield from self._first(counted, item)
            elif self._is_due(counted):
                yield from self._timed_alone(counted, chain([item], rest))
            else:
                self._use.give_way()
                counted.n_rounds += 1
                yield item

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
        return self._seconds_alone < self._share * (time.perf_counter() - self._start)

    def _timed_alone(self, part: _Part, items: Iterator[T]) -> Iterator[T]:
        n_wanted = max(1, math.ceil(self._block / max(part.rate, 1e-9))) if part.rates else 1
        with self._alone:
            use = self._alone.enter_context(exclusive(self._device))
            self._waited += use.waited
            head = list(islice(items, 2))
            for item in head[:-1]:  # not timed: others have left the caches cold
                yield item
                part.n_rounds += 1
            self._synchronize()
            start, n_done = time.perf_counter(), 0
            for item in chain(head[-1:], islice(items, n_wanted - 1)):
                yield item
                n_done += 1
            self._synchronize()
            seconds = time.perf_counter() - start
        part.rates.append(seconds / n_done)
        part.n_rounds += n_done
        part.n_at_block = part.n_rounds
        self._seconds_alone += seconds

    @property
    def time(self) -> TrainingTime:
        """What came out after the block; inside of it, between two loops, what it came to so far."""
        elapsed = time.perf_counter() - self._start if self._elapsed is None else self._elapsed
        waited = self._waited + self._use.waited - self._before
        parts = [part for part in self._parts.values() if part.n_rounds]
        compilation = sum(max(0.0, part.first - part.rate) for part in parts)
        return TrainingTime(
            whole=elapsed - waited - compilation,
            from_steps=sum(part.n_rounds * part.rate for part in parts),
            from_steps_se=math.hypot(*(part.n_rounds * part.error for part in parts)),
            compilation=compilation,
            had_company=waited > 0,
        )
