"""How often has the kernel killed a process for want of memory?"""

from __future__ import annotations

from pathlib import Path

_MOUNT = Path("/sys/fs/cgroup")


def oom_kills() -> int | None:
    """The kernel's count of such kills, in the control group of this process or, failing that, on this machine.

    A group of version 2 tells it in ``memory.events``, one of version 1 in ``memory.oom_control``; inside a container
    the group may stand at the mount itself. None where no count can be read, as on any system but Linux.
    """
    for file in (*_of_group(), Path("/proc/vmstat")):
        try:
            counts = dict(line.split(maxsplit=1) for line in file.read_text().splitlines())
            return int(counts["oom_kill"])
        except (OSError, ValueError, KeyError):
            continue
    return None


def _of_group() -> list[Path]:
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    files = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            files += [_MOUNT / "memory" / inside / "memory.oom_control" for inside in (path.lstrip("/"), "")]
        elif not controllers:
            files += [_MOUNT / inside / "memory.events" for inside in (path.lstrip("/"), "")]
    return files
