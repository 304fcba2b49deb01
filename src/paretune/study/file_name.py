"""The name of a study as part of a file's name."""

from __future__ import annotations

import re
import zlib

_MAX_CHARACTERS = 100


def file_name(study: str) -> str:
    """Turn a study's name into part of a file's name; two different studies get different ones.

    Example:
        >>> file_name("mine"), file_name("../a b")
        ('mine', '_a_b-75e96e29')
    """
    name = re.sub(r"[^\w.-]+", "_", study).lstrip(".-")[:_MAX_CHARACTERS]
    return name if name == study else f"{name or '_'}-{zlib.crc32(study.encode()):08x}"
