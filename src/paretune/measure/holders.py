"""Who holds a lock file? On Linux the kernel tells; elsewhere nobody knows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_LOCKS, _PROCESSES = Path("/proc/locks"), Path("/proc")


def holders(files: Iterable[Path]) -> list[str]:
    """The other processes that hold one of these files under `flock`, such as ``process 7 (python train.py)``."""
    found: list[str] = []
    with suppress(OSError):
        inodes = {file.stat().st_ino for file in files}
        pids = dict.fromkeys(pid for pid, inode in _held() if inode in inodes and pid != os.getpid())
        found.extend(_in_words(pid) for pid in pids)
    return found


def _held() -> Iterator[tuple[int, int]]:
    """Process and inode of each lock that is held: ``1: FLOCK ADVISORY WRITE 7 fe:00:1234 0 EOF``, as proc_locks(5)."""
    for line in _LOCKS.read_text(encoding="ascii").splitlines():
        words = line.split()
        if words[1] == "FLOCK":  # one that is waited for has "->" there
            yield int(words[4]), int(words[5].rpartition(":")[2])


def _in_words(pid: int) -> str:
    command, state = b"", ""
    with suppress(OSError):
        folder = _PROCESSES / str(pid)
        command = folder.joinpath("cmdline").read_bytes().replace(b"\0", b" ")
        state = folder.joinpath("stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2][:1]
    shown = " ".join(command.decode(errors="replace").split())[:80]
    name = f"process {pid} ({shown})" if shown else f"process {pid}"
    return f"{name}, which is stopped: continue or kill it" if state in {"T", "t"} else name
