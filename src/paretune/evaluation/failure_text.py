"""The text of a failed trial: how it is written, how it is read again, and signs of exhausted memory in a log."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Exceptions of Python, PyTorch and TensorFlow, by class name: so neither framework has to be imported.
OUT_OF_MEMORY_ERRORS = frozenset({"MemoryError", "OutOfMemoryError", "ResourceExhaustedError"})
MAX_LOG_LINES, MAX_LOG_CHARACTERS = 20, 1_500  # the part of a failed trial's log that is stored
_LOG_FOLLOWS, _NO_LOG = "; the last lines of its log:\n", "; it left no log"
_SHOWS_OUT_OF_MEMORY = re.compile(
    rf"({'|'.join(sorted(OUT_OF_MEMORY_ERRORS))})\b"
    r"|CUDA out of memory|CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation"
    r"|std::bad_alloc|[Cc]annot allocate (memory|vector of size)"
)


@dataclass(frozen=True)
class FailureText:
    """What happened in a failed trial. As text it is what the storage keeps; `parse_failure_text` reads it.

    Args:
        cause: what happened, such as ``ended with exit code 1``.
        log_tail: the last lines of the trial's log; empty if the log is empty, None if no log belongs to the cause.
        program: the program that the cause is about; empty if there is none.

    Example:
        >>> str(FailureText("ended with exit code 1", log_tail="", program="python train.py"))
        'python train.py ended with exit code 1; it left no log'
    """

    cause: str = ""
    log_tail: str | None = None
    program: str = ""

    def __str__(self) -> str:
        program = f"{self.program} " if self.program else ""
        return f"{program}{self.cause}{format_log_tail(self.log_tail)}"


def format_log_tail(log_tail: str | None) -> str:
    """Format the last lines of a log, to follow a cause."""
    if log_tail is None:
        return ""
    return f"{_LOG_FOLLOWS}{log_tail}" if log_tail else _NO_LOG


def parse_failure_text(text: str, program: str = "") -> FailureText:
    r"""Read the stored text of a failed trial.

    Args:
        text: as ``str`` of a `FailureText` gives it.
        program: the study's program, if it has one. It is taken out of the cause at its first mention.

    Example:
        >>> parse_failure_text("train.py was killed by SIGSEGV; the last lines of its log:\nepoch 1", "train.py")
        FailureText(cause='was killed by SIGSEGV', log_tail='epoch 1', program='train.py')
    """
    cause, log_tail = _split_log_tail(text)
    if program and f"{program} " in cause:
        return FailureText(cause.replace(f"{program} ", "", 1), log_tail, program)
    return FailureText(cause, log_tail)


def _split_log_tail(text: str) -> tuple[str, str | None]:
    cause, _, log_tail = text.partition(_LOG_FOLLOWS)
    if log_tail:
        return cause, log_tail
    return (text.removesuffix(_NO_LOG), "") if text.endswith(_NO_LOG) else (text, None)


def shows_out_of_memory(line: str) -> bool:
    """Check whether a line of a log reports that memory ran out.

    Example:
        >>> shows_out_of_memory("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB")
        True
    """
    return _SHOWS_OUT_OF_MEMORY.search(line) is not None
