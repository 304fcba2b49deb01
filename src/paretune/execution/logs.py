"""The logs of trials: one folder per trial, with files of limited size."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

WORKER_LOG = "log"  # what a worker's own process prints; a command's output is in the other two files
LOG_NAMES = (WORKER_LOG, "stdout", "stderr")
HEAD_BYTES, TAIL_BYTES = 2**16, 2**20  # what stays of a large file
_GAP = b"\n[... the middle was left out ...]\n"
_SLACK_BYTES = 2**26  # while a trial runs, a file may exceed head and tail by this; after its end it may not


def create_log_folder(folder: Path) -> None:
    """Make an empty folder for a trial's log.

    An earlier database may have left a folder for the same trial number; its content is removed. If no folder can be
    made, as on a full disk, the trial runs without a log.
    """
    with suppress(OSError):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)


def log_files(folder: Path) -> list[Path]:
    """The files of a trial's log that are not empty, in reading order."""
    return [path for path in (folder / name for name in LOG_NAMES) if path.is_file() and path.stat().st_size]


def truncate_logs(folder: Path, slack: int = _SLACK_BYTES) -> None:
    """Cut the middle out of each file that is larger than head, tail and slack together.

    Writers append, so they may go on meanwhile; what they write during the cut is lost. Errors are ignored: a trial
    must not fail because a user removed its log or a disk is full.

    Args:
        folder: of the trial's log.
        slack: bytes.
    """
    with suppress(OSError):
        for path in log_files(folder):
            if path.stat().st_size > HEAD_BYTES + TAIL_BYTES + slack:
                _cut_middle(path)


def _cut_middle(path: Path) -> None:
    with path.open("r+b") as opened:
        head = opened.read(HEAD_BYTES)
        opened.seek(-TAIL_BYTES, os.SEEK_END)
        tail = opened.read()
        opened.seek(0)
        opened.write(head + _GAP + tail)
        opened.truncate()


def close_log_folder(folder: Path) -> None:
    """Truncate the files of a trial that has ended, and remove empty files and an empty folder."""
    truncate_logs(folder, slack=len(_GAP))
    with suppress(OSError):
        for path in folder.iterdir():
            if not path.stat().st_size:
                path.unlink()
        remove_if_empty(folder)


def remove_if_empty(folder: Path) -> None:
    """Remove a folder if it is there and empty."""
    with suppress(OSError):
        folder.rmdir()


def last_lines(folder: Path, n_lines: int, n_characters: int) -> str:
    """The last lines of a trial's log that are not blank.

    Args:
        folder: of the trial's log.
        n_lines: the largest number of lines.
        n_characters: the largest number of characters.
    """
    lines = [line for path in log_files(folder) for line in _lines_at_end(path, n_characters)]
    return "\n".join(lines[-n_lines:])[-n_characters:]


def _lines_at_end(path: Path, n_bytes: int) -> Iterator[str]:
    with path.open("rb") as opened:
        opened.seek(max(0, path.stat().st_size - n_bytes))
        for line in opened.read().decode(errors="replace").splitlines():
            if line.strip():
                yield line.rstrip()
