"""What is a study called where its name would be no good name of a file?"""

from __future__ import annotations

import re
import zlib

_LONGEST = 100


def file_name(study: str) -> str:
    """A study's name as part of a file's; two names never share one.

    Example:
        >>> file_name("mine"), file_name("../a b")
        ('mine', '_a_b-75e96e29')
    """
    name = re.sub(r"[^\w.-]+", "_", study).lstrip(".")[:_LONGEST]
    return name if name == study else f"{name}-{zlib.crc32(study.encode()):08x}"
