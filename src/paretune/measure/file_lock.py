"""File locks with `flock`: several processes share a lock, or one holds it exclusively.

The kernel releases the locks of a dead process. Nothing is ever written into the file.
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

FOLDER_VARIABLE = "PARETUNE_LOCKS"


def lock_folder() -> Path:
    """The folder of the lock files: ``PARETUNE_LOCKS`` if it is set, else ``/tmp``, whatever ``TMPDIR`` says.

    All users of a machine must share the files. Containers have a ``/tmp`` of their own; if they share a device, set
    ``PARETUNE_LOCKS`` to a folder that all of them see.
    """
    given = os.environ.get(FOLDER_VARIABLE)
    common = Path("/tmp")  # noqa: S108 (all users share this folder; see `_open`)
    return Path(given) if given else common if common.is_dir() else Path(tempfile.gettempdir())


class FileLock:
    """A lock on a file. Two instances in one process exclude each other as those of two processes do.

    Args:
        path: the lock file; created if it is missing.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._fd = path, _open(path)
        _locks.add(self)

    def acquire(self, *, exclusive: bool, wait: bool) -> bool:
        """Acquire the lock and return whether it is held; without `wait` that can fail."""
        kind = (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | (0 if wait else fcntl.LOCK_NB)
        while self._fd >= 0:
            try:
                fcntl.flock(self._fd, kind)
            except BlockingIOError:
                return False
            if self._is_in_place():
                break
            os.close(self._fd)  # the file was deleted; others now lock a new file of that name
            self._fd = _open(self.path)
        return True

    def is_held_exclusively(self) -> bool:
        """Whether another holder has the lock exclusively."""
        try:
            if self._fd >= 0:
                fcntl.flock(self._fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
                fcntl.flock(self._fd, fcntl.LOCK_UN)
        except BlockingIOError:
            return True
        return False

    def release(self) -> None:
        """Release the lock."""
        if self._fd >= 0:
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the file. A forked child closes its copy only, since unlocking would release its parent's lock too."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def keep_across_exec(self) -> None:
        """Keep the lock when another program replaces this process."""
        os.set_inheritable(self._fd, True)  # noqa: FBT003 (its only argument)

    def _is_in_place(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._fd), os.stat(self.path))  # noqa: PTH116 (half the time of Path.stat)
        except FileNotFoundError:
            return False


_locks: weakref.WeakSet[FileLock] = weakref.WeakSet()


def close_all_locks() -> None:
    """Close all locks of this process."""
    for lock in list(_locks):
        lock.close()


def _open(path: Path) -> int:
    """Open a lock file for reading, which all users may do; links are not followed, pipes do not block."""
    while True:
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            _create(path)
            continue
        except OSError as error:
            raise _open_error(path, error) from error
        with suppress(PermissionError):
            os.utime(fd)  # so that no clean-up of old temporary files deletes it
        return fd


def _create(path: Path) -> None:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        return
    except OSError as error:
        raise _open_error(path, error) from error
    os.fchmod(fd, 0o666)  # whatever the umask
    os.close(fd)


def _open_error(path: Path, error: OSError) -> InvalidInputError:
    return InvalidInputError(
        f"the lock file {path} cannot be opened ({error.strerror}): set {FOLDER_VARIABLE} to a folder that all users "
        "of this machine who measure can write to"
    )
