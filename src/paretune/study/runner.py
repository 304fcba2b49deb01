"""Who runs a trial, and does it still live?"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psutil


def identity() -> dict[str, Any]:
    """This process: host, process id and start time, which tells it from a later process of the same id."""
    return {"host": socket.gethostname(), "pid": os.getpid(), "born": psutil.Process().create_time()}


def has_died(runner: Mapping[str, Any]) -> bool:
    """Whether a runner is known to be gone; of another host nothing is known.

    Args:
        runner: what `identity` gave there.
    """
    if runner.get("host") != socket.gethostname():
        return False
    try:
        return bool(abs(psutil.Process(runner["pid"]).create_time() - runner["born"]) > 2.0)
    except psutil.NoSuchProcess:
        return True


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back Ctrl-C and SIGTERM until the block is done: a finished trial must be written down whole."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is interrupted
        return
    caught: list[int] = []
    handlers = {s: signal.signal(s, lambda number, _: caught.append(number)) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler or signal.SIG_DFL)  # None: it was not Python that set it
    for caught_number in caught:
        signal.raise_signal(caught_number)
