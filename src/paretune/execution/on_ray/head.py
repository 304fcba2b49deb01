"""Does the head of a Ray cluster answer? Ray ends this process a minute after it went, whatever it holds."""

from __future__ import annotations

import socket
import time

SECONDS = 30.0  # of silence, after which a head is taken for gone; it may be started anew meanwhile
_TIMEOUT = 2.0


class Head:
    """The head of the cluster that this process is connected to.

    Args:
        address: its host and port.
    """

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._place = host.strip("[]"), int(port)
        self._heard = time.monotonic()

    @property
    def silence(self) -> float:
        """For how many seconds it has not answered; 0 if it answers now."""
        try:
            socket.create_connection(self._place, _TIMEOUT).close()
        except OSError:
            return time.monotonic() - self._heard
        self._heard = time.monotonic()
        return 0.0
