"""A run of the command line, in a process group that ends with the service."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from paretune.processes.group import GRACE_SECONDS, process_group

_TAIL_BYTES = 8_000


class RunProcess:
    """A process of ``paretune`` and all that it starts. If this process dies, by SIGKILL too, they end.

    Args:
        words: of the command line, after ``paretune``.
        storage: path or URL of the storage; it is in the environment, where other users do not see a password.
        on_end: called in another thread when it has ended.
    """

    def __init__(self, words: Sequence[str], storage: str, on_end: Callable[[], object]) -> None:
        self.started = time.time()
        self.exit_code: int | None = None
        self._words, self._storage, self._on_end = list(words), storage, on_end
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 (open while the process writes)
        self._lock, self._tail = threading.Lock(), ""
        self._is_ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="paretune-run", daemon=True)
        self._thread.start()

    @property
    def was_ended(self) -> bool:
        """Whether `end` was called, so that its exit code is no news."""
        return self._is_ending.is_set()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._thread.is_alive()

    def output_tail(self) -> str:
        """The end of what it printed."""
        with self._lock:
            if not self._output.closed:
                start = max(0, os.fstat(self._output.fileno()).st_size - _TAIL_BYTES)
                self._tail = os.pread(self._output.fileno(), _TAIL_BYTES, start).decode(errors="replace")
            return self._tail

    def end(self, grace: float = GRACE_SECONDS) -> None:
        """End it now: SIGTERM, and SIGKILL after the grace. What it trains is trained again when the study goes on."""
        self._is_ending.set()
        self._thread.join(grace + GRACE_SECONDS)

    def _run(self) -> None:
        try:
            with process_group() as group:
                process = subprocess.Popen(  # noqa: S603 (checked words, and no shell)
                    [sys.executable, "-m", "paretune", *self._words],
                    stdin=subprocess.DEVNULL,
                    stdout=self._output,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, "PARETUNE_STORAGE": self._storage, "PYTHONUNBUFFERED": "1"},
                    process_group=group,
                )
                self.exit_code = self._wait(process)
        finally:
            self.output_tail()
            with self._lock:
                self._output.close()
            self._on_end()

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        while not self._is_ending.is_set():
            with suppress(subprocess.TimeoutExpired):
                return process.wait(0.1)
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
        process.kill()  # no harm if it has ended
        return process.wait()
