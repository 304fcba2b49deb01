"""The processes that hold a lock file; known on Linux only."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_LOCKS, _PROCESSES = Path("/proc/locks"), Path("/proc")


def lock_holders(files: Iterable[Path]) -> list[str]:
    """Descriptions of the other processes that hold one of the files, such as ``process 7 (python train.py)``."""
    found: list[str] = []
    with suppress(OSError):
        inodes = {file.stat().st_ino for file in files}
        pids = dict.fromkeys(pid for pid, inode in _held_locks() if inode in inodes and pid != os.getpid())
        found.extend(_describe(pid) for pid in pids)
    return found


def _held_locks() -> Iterator[tuple[int, int]]:
    """Process and inode of each held lock: ``1: FLOCK ADVISORY WRITE 7 fe:00:1234 0 EOF``, see proc_locks(5)."""
    for line in _LOCKS.read_text(encoding="ascii").splitlines():
        words = line.split()
        if words[1] == "FLOCK":  # a waiting process has "->" here
            yield int(words[4]), int(words[5].rpartition(":")[2])


def _describe(pid: int) -> str:
    command, state = b"", ""
    with suppress(OSError):
        folder = _PROCESSES / str(pid)
        command = folder.joinpath("cmdline").read_bytes().replace(b"\0", b" ")
        state = folder.joinpath("stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2][:1]
    shown = " ".join(command.decode(errors="replace").split())[:80]
    name = f"process {pid} ({shown})" if shown else f"process {pid}"
    return f"{name}, which is stopped: continue or kill it" if state in {"T", "t"} else name
