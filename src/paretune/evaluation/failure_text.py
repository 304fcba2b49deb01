"""The text that explains a failed trial: the end of its log, and signs of exhausted memory."""

from __future__ import annotations

import re

# Classes of exceptions by name: Python's own, and those of torch and TensorFlow, which need not be imported.
OUT_OF_MEMORY = frozenset({"MemoryError", "OutOfMemoryError", "ResourceExhaustedError"})
LOG_LINES, LOG_CHARACTERS = 20, 1_500  # the part of a failed trial's log that is stored
LOG_FOLLOWS, NO_LOG = "; the last lines of its log:\n", "; it left no log"
_SHOWS_OUT_OF_MEMORY = re.compile(
    rf"({'|'.join(sorted(OUT_OF_MEMORY))})\b"
    r"|CUDA out of memory|CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation"
    r"|std::bad_alloc|[Cc]annot allocate (memory|vector of size)"
)


def shows_out_of_memory(line: str) -> bool:
    """Check whether a line of a log reports that memory ran out.

    Example:
        >>> shows_out_of_memory("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB")
        True
    """
    return _SHOWS_OUT_OF_MEMORY.search(line) is not None


def log_tail(log: str) -> str:
    """Format the last lines of a log, to be appended to the cause of a failure."""
    return f"{LOG_FOLLOWS}{log}" if log else NO_LOG
