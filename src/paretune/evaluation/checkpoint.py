"""The checkpoint of one trial: what its training saves, so that it can be gone on with later or after a crash."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
STATE = "state"  # the default name of what is saved
MIN_SECONDS_BETWEEN_SAVES, SAVING_SHARE = 1.0, 0.05  # saving takes at most this share of the time
_PARTIAL = ".partial"  # ends the name of a file that is being written


class Checkpoint:
    """What one trial saves: files in a folder of its own, each of them written as a whole or not at all.

    A checkpoint that cannot be written or read never fails a trial: `notices` says what happened. Without a folder
    nothing is saved.

    Args:
        folder: the folder, which need not exist; None if nothing can be saved.
        clock: seconds that only grow.

    Attributes:
        folder: as above.
        notices: what went wrong, one sentence each.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     checkpoint = Checkpoint(Path(folder) / "7")
        ...     before = checkpoint.load(Path.read_text)
        ...     is_saved = checkpoint.save(lambda path: path.write_text("epoch 3"))
        ...     before, is_saved, checkpoint.load(Path.read_text)
        (None, True, 'epoch 3')
    """

    def __init__(self, folder: Path | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.folder, self.notices = folder, list[str]()
        self._clock = clock
        self._next_save = clock() + MIN_SECONDS_BETWEEN_SAVES

    @property
    def is_due(self) -> bool:
        """Whether it is time to save again, in case that the process is killed: saving takes at most 5 % of the time.

        A training that is asked to stop saves in any case.
        """
        return self.folder is not None and self._clock() >= self._next_save

    def save(self, write: Callable[[Path], object], name: str = STATE) -> bool:
        """Save a file, in place of an earlier one of that name.

        Args:
            write: writes the content to the path that it gets.
            name: of the file.

        Returns:
            Whether it is saved; False without a folder, or if the disk is full or the folder is not writable.
        """
        if self.folder is None:
            return False
        start, partial = self._clock(), self.folder / f"{name}{_PARTIAL}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write(partial)
            _flush(partial)
            partial.replace(self.folder / name)
        except OSError as error:
            self._note(f"its checkpoint could not be saved ({error.strerror or error})")
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            return False
        finally:
            now = self._clock()
            self._next_save = now + max(MIN_SECONDS_BETWEEN_SAVES, (now - start) / SAVING_SHARE)
        return True

    def load(self, read: Callable[[Path], T], name: str = STATE) -> T | None:
        """Load a saved file; None if there is none, or it is damaged: then the training begins at its start.

        Args:
            read: reads the content of the path that it gets; whatever it raises means that the file is damaged.
            name: of the file.
        """
        if self.folder is None or not (path := self.folder / name).is_file():
            return None
        try:
            return read(path)
        except Exception as error:  # noqa: BLE001 (a damaged file may raise anything)
            cause = f"{type(error).__name__}: {str(error)[:200]}"
            self._note(f"its checkpoint is damaged, so it is trained again from the start ({cause})")
            self.delete(name)
            return None

    def delete(self, name: str = STATE) -> None:
        """Delete a saved file, if there is one."""
        if self.folder is not None:
            with suppress(OSError):
                (self.folder / name).unlink(missing_ok=True)

    def part(self, name: str) -> Checkpoint:
        """The checkpoint of a part of the trial, such as one of several trainings; it shares the notices."""
        part = Checkpoint(None if self.folder is None else self.folder / name, self._clock)
        part.notices = self.notices
        return part

    def _note(self, text: str) -> None:
        if text not in self.notices:
            self.notices.append(text)


def _flush(path: Path) -> None:
    """Write a file through to the disk, so that a rename never replaces a good file by an empty one."""
    with path.open("rb") as opened:
        os.fsync(opened.fileno())


def has_checkpoint(folder: Path | None) -> bool:
    """Whether a trial has saved anything in its folder."""
    return folder is not None and any(not path.name.endswith(_PARTIAL) for path in _files(folder))


def copy_checkpoint(source: Path, target: Path) -> None:
    """Copy a trial's folder to one that another trial begins with: as a whole or not at all.

    Raises:
        OSError: the disk is full, or a file cannot be read or written.
    """
    partial = target.with_name(f"{target.name}{_PARTIAL}")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.rmtree(target, ignore_errors=True)
    try:
        shutil.copytree(source, partial, ignore=shutil.ignore_patterns(f"*{_PARTIAL}"))
        for path in _files(partial):
            _flush(path)
        partial.rename(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def checkpoint_bytes(folder: Path) -> int:
    """The size of all files below a folder."""
    total = 0
    for path in _files(folder):
        with suppress(OSError):
            total += path.stat().st_size
    return total


def delete_checkpoint(folder: Path | None) -> None:
    """Delete a trial's folder with all that it saved, and the folder above if it is empty then."""
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            folder.parent.rmdir()


def _files(folder: Path) -> list[Path]:
    with suppress(OSError):
        return [path for path in folder.rglob("*") if path.is_file()]
    return []
