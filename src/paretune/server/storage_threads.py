"""Threads for the storage: the event loop never waits for a database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")
_N_READERS = 4


class StorageThreads:
    """One thread that writes, since SQLite has one writer at a time, and some that read."""

    def __init__(self) -> None:
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="paretune-write")
        self._readers = ThreadPoolExecutor(_N_READERS, thread_name_prefix="paretune-read")

    async def write(self, function: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Call a function that writes to the storage; such calls run one after another."""
        call = partial(function, *arguments, **options)
        return await asyncio.get_running_loop().run_in_executor(self._writer, call)

    async def read(self, function: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Call a function that only reads."""
        call = partial(function, *arguments, **options)
        return await asyncio.get_running_loop().run_in_executor(self._readers, call)

    def close(self) -> None:
        """Finish what is being written, and drop the rest."""
        self._readers.shutdown(wait=False, cancel_futures=True)
        self._writer.shutdown(wait=True, cancel_futures=True)
