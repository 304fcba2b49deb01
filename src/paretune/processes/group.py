"""How does a command die with whoever started it, and all that it started with it?"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

GRACE_SECONDS = 5.0
# The leader of the group: it waits at a pipe that only the runner holds open. However the runner ends, also by SIGKILL,
# the pipe closes, and the leader ends the group. Linux's PR_SET_PDEATHSIG would be shorter, but it is Linux's alone,
# needs code between fork and exec, and fires when the *thread* that forked ends.
_LEADER = f"trap '' HUP INT TERM; read -r _; kill -TERM 0; sleep {GRACE_SECONDS:g}; kill -KILL 0"


@contextmanager
def process_group() -> Iterator[int]:
    """A new process group, for ``subprocess.Popen(process_group=...)``; whoever is in it at the end is killed.

    If this process dies inside the block, the group gets SIGTERM and after a grace SIGKILL. What left the group, as
    daemons do, is not reached.
    """
    leader = subprocess.Popen(  # noqa: S603 (our own words)
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
        _signal(leader.pid, signal.SIGKILL)
        leader.communicate()  # reaped last: until then no other process can have the group's number


def stop(wait: Callable[[float | None], object], group: int, grace: float) -> None:
    """Ask a group to end, wait a little for its process, then kill all of it.

    Args:
        wait: waits for the process so many seconds, or for ever.
        group: the number that `process_group` gave.
        grace: seconds between SIGTERM and SIGKILL, at most.
    """
    _signal(group, signal.SIGTERM)
    try:
        with suppress(subprocess.TimeoutExpired):
            wait(grace)
    finally:
        _signal(group, signal.SIGKILL)
        wait(None)


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):  # macOS: nobody but zombies is left in it
        os.killpg(group, number)
