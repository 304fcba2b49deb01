"""The audit log: who changed what, when, and from where. It is only ever appended to, and holds no secrets."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_PRIVATE = 0o600


class AuditLog:
    """A file with one JSON object a line.

    Args:
        path: the file; None to keep no log.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lock = threading.Lock()

    def write(self, entry: Mapping[str, Any]) -> None:
        """Append an entry with the present time."""
        if self.path is None:
            return
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        line = json.dumps({"time": moment, **entry}, ensure_ascii=True) + "\n"  # one line, whatever a name contains
        with self._lock:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _PRIVATE)
            try:
                os.write(descriptor, line.encode())
            finally:
                os.close(descriptor)
