"""Who is let through? A file under `flock`: several processes hold it together, or one alone.

The kernel opens what a dead process had closed. Nothing is ever written into the file.
"""

from __future__ import annotations

import os
import sys
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path

from paretune.errors import InvalidInputError

HAS_LOCKS = sys.platform != "win32"
if sys.platform != "win32":
    import fcntl

FOLDER = "PARETUNE_LOCKS"


def lock_folder() -> Path:
    """Where lock files lie: in the folder of ``PARETUNE_LOCKS``, else in ``/tmp``, whatever ``TMPDIR`` is.

    All users of a machine share them. A container has a ``/tmp`` of its own: those that share a device need a common
    folder, and ``PARETUNE_LOCKS`` that names it.
    """
    given = os.environ.get(FOLDER)
    common = Path("/tmp")  # noqa: S108 (the one folder that all users share; see `_opened`)
    return Path(given) if given else common if common.is_dir() else Path(tempfile.gettempdir())


class Door:
    """One hold on a lock file; two of one process exclude each other as those of two processes do.

    Args:
        path: made if it is not there.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._fd = path, _opened(path)
        _doors.add(self)

    def take(self, *, alone: bool, wait: bool) -> bool:
        """Hold it, and say whether that came about; without `wait` it may not."""
        kind = (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | (0 if wait else fcntl.LOCK_NB)
        while self._fd >= 0:
            try:
                fcntl.flock(self._fd, kind)
            except BlockingIOError:
                return False
            if self._is_in_place():
                break
            os.close(self._fd)  # somebody has cleaned the folder up: the others are at another file of that name
            self._fd = _opened(self.path)
        return True

    def is_closed(self) -> bool:
        """Whether somebody else holds it alone."""
        try:
            if self._fd >= 0:
                fcntl.flock(self._fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
                fcntl.flock(self._fd, fcntl.LOCK_UN)
        except BlockingIOError:
            return True
        return False

    def let_go(self) -> None:
        """Hold it no longer."""
        if self._fd >= 0:
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    def close(self) -> None:
        """Hold it no longer, for good. A fork's copy is only closed: to unlock it would unlock its parent's."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def hand_down(self) -> None:
        """Let a program that replaces this process hold it on."""
        os.set_inheritable(self._fd, True)  # noqa: FBT003 (its one argument)

    def _is_in_place(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._fd), os.stat(self.path))  # noqa: PTH116 (half the time of Path.stat)
        except FileNotFoundError:
            return False


_doors: weakref.WeakSet[Door] = weakref.WeakSet()


def close_all() -> None:
    """Hold nothing any more."""
    for door in list(_doors):
        door.close()


def _opened(path: Path) -> int:
    """Any user may open it, for reading, which is enough; what is no plain file is not followed or waited for."""
    while True:
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            _make(path)
            continue
        except OSError as error:
            raise _unusable(path, error) from error
        with suppress(PermissionError):
            os.utime(fd)  # what cleans up temporary files by age must not take it for old
        return fd


def _make(path: Path) -> None:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        return
    except OSError as error:
        raise _unusable(path, error) from error
    os.fchmod(fd, 0o666)  # whatever the umask
    os.close(fd)


def _unusable(path: Path, error: OSError) -> InvalidInputError:
    return InvalidInputError(
        f"the lock file {path} cannot be opened ({error.strerror}): set {FOLDER} to a folder to which all who measure "
        "on this machine may write"
    )
