"""Where models are computed: in processes of their own, so that the service answers meanwhile."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")
_RECYCLE_AFTER = 500  # computations of one process
_NICE = 5  # the service itself comes first
_ONE_THREAD = threading.Lock()  # PyTorch's packages cannot be imported by two threads at once
_log = logging.getLogger("paretune")


class Computer:
    """Runs computations elsewhere, in the order in which they come.

    Args:
        processes: how many at once, each in a process of one thread; 0 for a thread of this process, for tests and
            small machines.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool: Executor | None = None

    async def run(self, function: Callable[[Any], T], argument: Any) -> T:
        """Call a function of a module with an argument that can be pickled; return what it returns.

        Raises:
            BrokenProcessPool: the process died, such as for lack of memory. The next call starts another.
        """
        loop = asyncio.get_running_loop()
        try:
            call = function if self._processes else partial(_call_alone, function)
            return await loop.run_in_executor(self._open(), call, argument)
        except BrokenProcessPool:
            _log.warning("a process of the models died; the next computation starts another one")
            self._pool = None
            raise

    def close(self) -> None:
        """Stop at once, without waiting for what is computed now."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        if isinstance(pool, ProcessPoolExecutor):
            for process in list((pool._processes or {}).values()):  # noqa: SLF001 (3.11 to 3.13 have no other way)
                process.kill()
        pool.shutdown(wait=False, cancel_futures=True)

    def _open(self) -> Executor:
        if self._pool is None:
            self._pool = (
                ProcessPoolExecutor(
                    self._processes,
                    mp_context=multiprocessing.get_context("spawn"),
                    initializer=_set_up_process,
                    max_tasks_per_child=_RECYCLE_AFTER,
                )
                if self._processes
                else ThreadPoolExecutor(1, thread_name_prefix="paretune-models")
            )
        return self._pool


def _call_alone(function: Callable[[Any], T], argument: Any) -> T:
    with _ONE_THREAD:
        return function(argument)


def _set_up_process() -> None:
    """Prepare a process: one thread for each library, lower priority than the service, and an end with it."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = "1"
    os.nice(_NICE)


def _end_with_parent() -> None:
    """End this process when the service ends, also by SIGKILL; else it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
