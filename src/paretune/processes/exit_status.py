"""The exit status of a process: its description, and the reason of failure that follows from it."""

from __future__ import annotations

import re
import signal

_PLAIN_EXIT_CODE = re.compile(r"ended with exit code \d+$")


def describe_exit(code: int) -> tuple[str, str]:
    """Describe an exit status, and give the reason of failure that it implies.

    A negative status is a signal. A shell reports its child's signal as 128 plus the number. SIGKILL comes from
    outside: the kernel sends it if memory runs out, which its own counter shows (`count_oom_kills`); otherwise someone
    else ended the process, and the trial is ``lost``.

    Args:
        code: the exit status, as `subprocess` gives it.

    Example:
        >>> describe_exit(-9), describe_exit(3)
        (('was killed by SIGKILL from outside', 'lost'), ('ended with exit code 3', 'crashed'))
    """
    number = -code if code < 0 else code - 128
    description = f"was killed by signal {number}" if code < 0 else f"ended with exit code {code}"
    try:
        name = signal.Signals(number).name
    except ValueError:
        return description, "crashed"
    description = f"was killed by {name}" if code < 0 else f"{description}, as if killed by {name}"
    return (f"{description} from outside", "lost") if name == "SIGKILL" else (description, "crashed")


def is_plain_exit_code(description: str) -> bool:
    """Whether a description ends with a bare exit code, so that the last line of the log says more.

    Example:
        >>> is_plain_exit_code(describe_exit(1)[0]), is_plain_exit_code(describe_exit(-11)[0])
        (True, False)
    """
    return _PLAIN_EXIT_CODE.search(description) is not None
