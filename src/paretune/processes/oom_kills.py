"""The kernel's count of processes that it killed because memory ran out."""

from __future__ import annotations

from pathlib import Path

_MOUNT = Path("/sys/fs/cgroup")


def count_oom_kills() -> int | None:
    """Count the processes that the kernel killed for memory, in this process's control group or on this machine.

    The count of a control group is used if there is one, else that of the machine. A group of version 2 has it in
    ``memory.events``, one of version 1 in ``memory.oom_control``. Inside a container the group may be the mount itself.

    Returns:
        The count; None if no count can be read, as on any system but Linux.
    """
    for file in (*_control_group_files(), Path("/proc/vmstat")):
        try:
            counts = dict(line.split(maxsplit=1) for line in file.read_text().splitlines())
            return int(counts["oom_kill"])
        except (OSError, ValueError, KeyError):
            continue
    return None


def _control_group_files() -> list[Path]:
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
