"""Locks that give a measurement exclusive use of a device, across processes.

Picture a device as a room behind a turnstile; each is a `FileLock`. A training passes the turnstile and shares the room
with other trainings. A measurement closes the turnstile and waits until the room is empty. Between two steps a training
checks the turnstile; if it is closed, the training leaves and returns when it opens. So a measurement waits for at most
one step of each training in the room, and never for trainings that arrive later.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from paretune.argument_checks import FUNCTION, check_arguments
from paretune.measure.device import device_name
from paretune.measure.file_lock import HAS_LOCKS, FileLock, close_all_locks, lock_folder
from paretune.measure.lock_holders import lock_holders

NOTES_VARIABLE, HELD_VARIABLE = "PARETUNE_LOCK_NOTES", "PARETUNE_LOCK_HELD"
WARN_AFTER_SECONDS = 30.0  # then a warning names the processes that hold the device
_log = logging.getLogger("paretune")


class DeviceHold:
    """A thread's hold on a device, as `shared_device` and `exclusive_device` give it.

    Args:
        device: the device's name, as `device_name` returns it.
        is_exclusive: whether all other users are locked out.
        synchronize: waits until the device has finished its work.
        locks: turnstile and room; empty if a parent process holds them, or on Windows.
    """

    def __init__(
        self, device: str, *, is_exclusive: bool, synchronize: Callable[[], object] | None, locks: tuple[FileLock, ...]
    ) -> None:
        self.device, self.is_exclusive = device, is_exclusive
        self.seconds_waited = 0.0  # exactly 0 if the device was always free
        self._synchronize, self._locks, self._is_in = synchronize, locks, False

    def give_way(self) -> None:
        """Let waiting measurements run first. Call this between two steps; it takes microseconds if none waits."""
        if self._is_in and not self.is_exclusive and self._locks[0].is_held_exclusively():
            self.leave()
            self.enter()

    def enter(self) -> None:
        """Wait for the device, then hold it."""
        if self._locks and not self._pass(wait=False):
            start = time.perf_counter()
            with _warn_after_a_while(self.device, self._locks):
                self._pass(wait=True)
            self.seconds_waited += time.perf_counter() - start
        self._is_in = bool(self._locks)

    def _pass(self, *, wait: bool) -> bool:
        turnstile, room = self._locks
        if not turnstile.acquire(exclusive=self.is_exclusive, wait=wait):
            return False
        is_in = False
        try:
            is_in = room.acquire(exclusive=self.is_exclusive, wait=wait)
        finally:
            if not (is_in and self.is_exclusive):
                turnstile.release()
        return is_in

    def leave(self) -> None:
        """Wait until the device has finished, then release it."""
        self._is_in = False
        try:
            if self._synchronize is not None:
                self._synchronize()
        finally:
            for lock in reversed(self._locks):
                lock.release()

    def close(self) -> None:
        """Release the device and close its lock files."""
        for lock in reversed(self._locks):
            lock.close()

    def keep_across_exec(self) -> None:
        """Let the program that replaces this process (`os.execvp`) hold the device until it ends."""
        for lock in self._locks:
            lock.keep_across_exec()
        os.environ[HELD_VARIABLE] = ",".join([*_held_by_parents(), self.device])


@contextmanager
def exclusive_device(device: str = "cpu") -> Iterator[DeviceHold]:
    """Lock a device for exclusive use, to measure on it.

    Inside `shared_device` of the same thread, the shared hold is paused meanwhile. Inside another `exclusive_device`,
    or under ``paretune measure-lock``, the device is already locked and nothing happens. Lock one device at a time: two
    processes that each hold one device and wait for the other's would wait for ever. Windows has no `flock`; there
    nothing is locked.

    Args:
        device: any form that `device_name` accepts; ``cpu`` stands for all cores.

    Raises:
        InvalidInputError: there is no such device, or its lock files cannot be opened.

    Example:
        >>> with exclusive_device("cpu"):
        ...     pass  # no training by Paretune uses the CPU now
    """
    name = device_name(device)
    outer = _holds().get(name)
    if outer is not None and outer.is_exclusive:
        yield outer
        return
    with (
        _pause_shared_holds(),
        _hold(DeviceHold(name, is_exclusive=True, synchronize=None, locks=_locks_of(name))) as use,
    ):
        _note_lock(name)
        yield use


@contextmanager
def shared_device(device: str = "cpu", synchronize: Callable[[], object] | None = None) -> Iterator[DeviceHold]:
    """Use a device together with others, to train on it. Call `DeviceHold.give_way` between two steps.

    Args:
        device: any form that `device_name` accepts.
        synchronize: waits until the device has finished (such as ``torch.cuda.synchronize``); called only before
            the device is released.

    Raises:
        InvalidInputError: there is no such device, or its lock files cannot be opened.

    Example:
        >>> with shared_device("cpu") as use:
        ...     for step in range(1000):
        ...         use.give_way()
    """
    check_arguments(synchronize=(synchronize, FUNCTION, None))
    name = device_name(device)
    outer = _holds().get(name)
    if outer is not None:
        yield outer
        return
    with _hold(DeviceHold(name, is_exclusive=False, synchronize=synchronize, locks=_locks_of(name))) as use:
        yield use


@contextmanager
def _hold(use: DeviceHold) -> Iterator[DeviceHold]:
    holds = _holds()
    before = holds.get(use.device)
    try:
        use.enter()
        holds[use.device] = use
        yield use
        use.leave()
    finally:
        use.close()
        holds.pop(use.device, None)
        if before is not None:
            holds[use.device] = before


@contextmanager
def _warn_after_a_while(device: str, locks: tuple[FileLock, ...]) -> Iterator[None]:
    """Warn after some time about the processes that this thread waits for."""

    def warn() -> None:
        who = " and ".join(lock_holders(lock.path for lock in locks)) or f"a process that has {locks[-1].path} open"
        _log.warning("waited %g s for the device %s, held by %s", WARN_AFTER_SECONDS, device, who)

    timer = threading.Timer(WARN_AFTER_SECONDS, warn)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _pause_shared_holds() -> Iterator[None]:
    """Release the shared holds of this thread meanwhile; else two measuring trainings would wait for each other."""
    with ExitStack() as stack:
        for use in [use for use in _holds().values() if not use.is_exclusive]:
            use.leave()
            stack.callback(use.enter)
        yield


def _locks_of(name: str) -> tuple[FileLock, ...]:
    if not HAS_LOCKS:
        return ()
    paths = [lock_folder() / f"paretune-{name.replace(':', '-')}.{part}" for part in ("turnstile", "room")]
    locks = tuple(map(FileLock, paths))
    if name in _held_by_parents() and locks[1].is_held_exclusively():
        for lock in locks:
            lock.close()
        return ()
    return locks


def _held_by_parents() -> list[str]:
    """The devices that ``paretune measure-lock`` locked for this program."""
    return [name for name in os.environ.get(HELD_VARIABLE, "").split(",") if name]


def _note_lock(name: str) -> None:
    """Note for the process that runs this command that the command locked a device."""
    notes = os.environ.get(NOTES_VARIABLE)
    if notes and HAS_LOCKS:
        with suppress(OSError), Path(notes).open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")


_thread = threading.local()


def _holds() -> dict[str, DeviceHold]:
    """The holds of this thread, by device."""
    if not hasattr(_thread, "holds"):
        _thread.holds = {}
    holds: dict[str, DeviceHold] = _thread.holds
    return holds


def _release_in_child() -> None:
    """Close all locks in a forked process; its copies would keep a device locked after its parent's death."""
    close_all_locks()
    _holds().clear()


if HAS_LOCKS:
    os.register_at_fork(after_in_child=_release_in_child)
