"""What did a trial print? A folder a trial, of files whose size is bounded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LOG = "log"  # of a training in a worker's own process; a command has the other two
NAMES = (LOG, "stdout", "stderr")
HEAD_BYTES, TAIL_BYTES = 2**16, 2**20
_CUT = b"\n[... the middle was left out ...]\n"
_SLACK = 2**26  # a file is cut while a trial runs once it is so large, and once more at its end


def fresh(folder: Path) -> None:
    """Make a trial's folder; what a trial of the same number in an earlier database has left there goes.

    Where the disk is full there is none: then the trial goes on without a log.
    """
    with suppress(OSError):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)


def files(folder: Path) -> list[Path]:
    """The files of a trial's log that hold anything, in the order that they are read."""
    return [path for path in (folder / name for name in NAMES) if path.is_file() and path.stat().st_size]


def bound(folder: Path, slack: int = _SLACK) -> None:
    """Cut the middle out of files that are larger than head, tail and slack.

    Writers append, so that they may go on meanwhile; what they write in that moment is lost. A trial is not to fail for
    its log, which a user or a full disk may take away.
    """
    with suppress(OSError):
        for path in files(folder):
            if path.stat().st_size > HEAD_BYTES + TAIL_BYTES + slack:
                _cut(path)


def _cut(path: Path) -> None:
    with path.open("r+b") as opened:
        head = opened.read(HEAD_BYTES)
        opened.seek(-TAIL_BYTES, os.SEEK_END)
        tail = opened.read()
        opened.seek(0)
        opened.write(head + _CUT + tail)
        opened.truncate()


def tidy(folder: Path) -> None:
    """Bound the files of a trial that has ended; those without content go, and with the last of them the folder."""
    bound(folder, slack=len(_CUT))
    with suppress(OSError):
        for path in folder.iterdir():
            if not path.stat().st_size:
                path.unlink()
        remove_if_empty(folder)


def remove_if_empty(folder: Path) -> None:
    """Leave no folder behind that says nothing."""
    with suppress(OSError):  # it is not there, or not empty
        folder.rmdir()


def last_lines(folder: Path, n_lines: int, n_characters: int) -> str:
    """The end of a trial's log."""
    lines = [line for path in files(folder) for line in _lines_at_end(path, n_characters)]
    return "\n".join(lines[-n_lines:])[-n_characters:]


def _lines_at_end(path: Path, n_bytes: int) -> Iterator[str]:
    with path.open("rb") as opened:
        opened.seek(max(0, path.stat().st_size - n_bytes))
        for line in opened.read().decode(errors="replace").splitlines():
            if line.strip():
                yield line.rstrip()
