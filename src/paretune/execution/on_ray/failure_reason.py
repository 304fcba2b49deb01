"""The reason of failure of a trial whose actor died."""

from __future__ import annotations

_LOW_ON_MEMORY = "running low on memory"  # in Ray's error, if it killed a worker; other mentions of memory are guesses


def one_line(error: Exception) -> str:
    """Ray's message on one line, without its internal names of actors."""
    return " ".join(line for line in str(error).splitlines() if not line.startswith("\t"))


def failure_reason(error: Exception, out_of_memory: type[Exception]) -> str:
    """The reason of failure of a trial whose actor died: ``out_of_memory`` or ``lost``.

    Args:
        error: Ray's.
        out_of_memory: the class of error that Ray raises if it killed a worker because its node was short of memory.
    """
    return "out_of_memory" if isinstance(error, out_of_memory) or _LOW_ON_MEMORY in str(error) else "lost"
