"""The head of a Ray cluster, and for how long it has not answered.

Ray ends this process a minute after the head went away, whatever the process holds; so the search must notice earlier.
"""

from __future__ import annotations

import socket
import time

HEAD_TIMEOUT_SECONDS = 30.0  # a head may be restarted within this time; after it, the run ends
_CONNECT_SECONDS = 2.0


class Head:
    """The head of the cluster that this process is connected to.

    Args:
        address: its host and port.
    """

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._host_and_port = host.strip("[]"), int(port)
        self._last_answer = time.monotonic()

    def seconds_silent(self) -> float:
        """Ask the head for an answer, and return the seconds since its last one; 0 if it answers now."""
        try:
            socket.create_connection(self._host_and_port, _CONNECT_SECONDS).close()
        except OSError:
            return time.monotonic() - self._last_answer
        self._last_answer = time.monotonic()
        return 0.0
