"""Process groups that end together with the process that started them."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

GRACE_SECONDS = 5.0
# The leader of the group: it waits at a pipe that only the starting process holds open. However that process ends, also
# by SIGKILL, the pipe closes, and the leader ends the group. Linux's PR_SET_PDEATHSIG would be shorter, but it exists
# on Linux only, needs code between fork and exec, and fires when the *thread* that forked ends.
_LEADER = f"trap '' HUP INT TERM; read -r _; kill -TERM 0; sleep {GRACE_SECONDS:g}; kill -KILL 0"


@contextmanager
def process_group() -> Iterator[int]:
    """Open a new process group, for ``subprocess.Popen(process_group=...)``; kill all of its members at the end.

    If this process dies inside the block, the group gets SIGTERM, and SIGKILL after `GRACE_SECONDS`. A process that has
    left the group, as a daemon does, is not reached.
    """
    leader = subprocess.Popen(  # noqa: S603 (a fixed command)
        ["/bin/sh", "-c", _LEADER],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        process_group=0,
    )
    try:
        yield leader.pid
    finally:
        _signal_group(leader.pid, signal.SIGKILL)
        leader.communicate()  # the leader is reaped last: until then no other group can get its number


def stop_group(wait: Callable[[float | None], object], group: int, grace: float) -> None:
    """Send SIGTERM to a group, wait for one process of it, then send SIGKILL to the whole group.

    Args:
        wait: waits for the process for a number of seconds, or without an end for None; raises
            `subprocess.TimeoutExpired` if it still runs.
        group: the number that `process_group` gave.
        grace: the longest time between SIGTERM and SIGKILL, in seconds.
    """
    _signal_group(group, signal.SIGTERM)
    try:
        with suppress(subprocess.TimeoutExpired):
            wait(grace)
    finally:
        _signal_group(group, signal.SIGKILL)
        wait(None)


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):  # macOS: only zombies are left in the group
        os.killpg(group, number)
