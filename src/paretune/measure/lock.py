"""How does a measurement have a device to itself, across processes?

A device is a room with a turnstile before it, two `Door`s. A training passes the turnstile and is in the room together
with others. A measurement closes the turnstile and waits until the room is empty: trainings see between two steps that
it is closed, leave, and come back when it opens. So a measurement waits for one step of each training that is in the
room and for no other that comes, however many there are.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from paretune.measure.device import device_name
from paretune.measure.file_lock import HAS_LOCKS, Door, close_all, lock_folder
from paretune.measure.holders import holders

NOTES, HELD = "PARETUNE_LOCK_NOTES", "PARETUNE_LOCK_HELD"
PATIENCE_SECONDS = 30.0  # after which who waits is told for whom
_log = logging.getLogger("paretune")


class Use:
    """A thread's hold on a device, as `shared` and `exclusive` give it.

    Args:
        device: its name, as `device_name` gives it.
        is_alone: whether nobody else may use it meanwhile.
        synchronize: waits until the device has finished what it was given.
        doors: turnstile and room; none where somebody else holds them for this thread.
    """

    def __init__(
        self, device: str, *, is_alone: bool, synchronize: Callable[[], object] | None, doors: tuple[Door, ...]
    ) -> None:
        self.device, self.is_alone = device, is_alone
        self.waited = 0.0  # seconds in all; exactly 0 where the device was free each time at once
        self._synchronize, self._doors, self._is_in = synchronize, doors, False

    def give_way(self) -> None:
        """Let those measure who wait to: to be called between two steps; takes microseconds where nobody waits."""
        if self._is_in and not self.is_alone and self._doors[0].is_closed():
            self.leave()
            self.enter()

    def enter(self) -> None:
        """Wait for the device, and hold it."""
        if self._doors and not self._pass(wait=False):
            start = time.perf_counter()
            with _telling(self.device, self._doors):
                self._pass(wait=True)
            self.waited += time.perf_counter() - start
        self._is_in = bool(self._doors)

    def _pass(self, *, wait: bool) -> bool:
        turnstile, room = self._doors
        if not turnstile.take(alone=self.is_alone, wait=wait):
            return False
        is_in = False
        try:
            is_in = room.take(alone=self.is_alone, wait=wait)
        finally:
            if not (is_in and self.is_alone):
                turnstile.let_go()
        return is_in

    def leave(self) -> None:
        """Hold the device no longer, once it has finished."""
        self._is_in = False
        try:
            if self._synchronize is not None:
                self._synchronize()
        finally:
            for door in reversed(self._doors):
                door.let_go()

    def close(self) -> None:
        """Hold the device no longer, for good."""
        for door in reversed(self._doors):
            door.close()

    def hand_down(self) -> None:
        """Let the program that replaces this process (`os.execvp`) hold the device until it ends."""
        for door in self._doors:
            door.hand_down()
        os.environ[HELD] = ",".join([*_held_by_parents(), self.device])


@contextmanager
def exclusive(device: str = "cpu") -> Iterator[Use]:
    """Have a device alone: to measure on it.

    Inside of `shared`, by the same thread, that hold is given up meanwhile; inside of another `exclusive`, or of
    ``paretune measure-lock``, nothing is left to wait for. Have one device at a time: who has one alone and waits for
    another can meet someone who does the reverse. On Windows, which has no `flock`, nothing is locked.

    Args:
        device: as `device_name` takes it; ``cpu`` stands for all cores.

    Raises:
        InvalidInputError: there is no such device, or its lock files cannot be opened.

    Example:
        >>> with exclusive("cpu"):
        ...     pass  # no training of Paretune's computes now
    """
    name = device_name(device)
    outer = _uses().get(name)
    if outer is not None and outer.is_alone:
        yield outer
        return
    with _outside_of_rooms(), _held(Use(name, is_alone=True, synchronize=None, doors=_doors_of(name))) as use:
        _note(name)
        yield use


@contextmanager
def shared(device: str = "cpu", synchronize: Callable[[], object] | None = None) -> Iterator[Use]:
    """Use a device together with others: to train on it. Call `Use.give_way` between two steps.

    Args:
        device: as `device_name` takes it.
        synchronize: waits until the device has finished (such as ``torch.cuda.synchronize``); called only before
            the device is left.

    Raises:
        InvalidInputError: there is no such device, or its lock files cannot be opened.

    Example:
        >>> with shared("cpu") as use:
        ...     for step in range(1000):
        ...         use.give_way()
    """
    name = device_name(device)
    outer = _uses().get(name)
    if outer is not None:
        yield outer
        return
    with _held(Use(name, is_alone=False, synchronize=synchronize, doors=_doors_of(name))) as use:
        yield use


@contextmanager
def _held(use: Use) -> Iterator[Use]:
    uses = _uses()
    before = uses.get(use.device)
    try:
        use.enter()
        uses[use.device] = use
        yield use
        use.leave()
    finally:
        use.close()
        uses.pop(use.device, None)
        if before is not None:
            uses[use.device] = before


@contextmanager
def _telling(device: str, doors: tuple[Door, ...]) -> Iterator[None]:
    """Tell for whom one waits, if it is for long."""

    def tell() -> None:
        who = " and ".join(holders(door.path for door in doors)) or f"whoever has {doors[-1].path} open"
        _log.warning("waited %g s for the device %s, held by %s", PATIENCE_SECONDS, device, who)

    timer = threading.Timer(PATIENCE_SECONDS, tell)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _outside_of_rooms() -> Iterator[None]:
    """Two that are in rooms and each wait for them to be empty would wait for ever."""
    with ExitStack() as stack:
        for use in [use for use in _uses().values() if not use.is_alone]:
            use.leave()
            stack.callback(use.enter)
        yield


def _doors_of(name: str) -> tuple[Door, ...]:
    if not HAS_LOCKS:
        return ()
    paths = [lock_folder() / f"paretune-{name.replace(':', '-')}.{part}" for part in ("turnstile", "room")]
    doors = tuple(map(Door, paths))
    if name in _held_by_parents() and doors[1].is_closed():
        for door in doors:
            door.close()
        return ()
    return doors


def _held_by_parents() -> list[str]:
    """The devices that ``paretune measure-lock`` holds for this program, as far as it still runs."""
    return [name for name in os.environ.get(HELD, "").split(",") if name]


def _note(name: str) -> None:
    """Tell the runner of a command that it took the lock."""
    notes = os.environ.get(NOTES)
    if notes and HAS_LOCKS:
        with suppress(OSError), Path(notes).open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")


_thread = threading.local()


def _uses() -> dict[str, Use]:
    """What this thread holds, by device."""
    if not hasattr(_thread, "uses"):
        _thread.uses = {}
    uses: dict[str, Use] = _thread.uses
    return uses


def _forget() -> None:
    """A forked process holds nothing: its copies would keep locked what its parent had let go by dying."""
    close_all()
    _uses().clear()


if HAS_LOCKS:
    os.register_at_fork(after_in_child=_forget)
