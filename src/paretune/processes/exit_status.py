"""How did a process end that did not end well?"""

from __future__ import annotations

import signal


def ending(code: int) -> tuple[str, str]:
    """In words, and the reason of failure that this alone tells.

    A signal is a negative number, or, where a shell stands between, 128 and the signal's. SIGKILL comes from outside:
    from the kernel where memory is wanting, which its own counter tells, else from someone to whom the trial is lost.

    Args:
        code: as `subprocess` has it.

    Example:
        >>> ending(-9), ending(3)
        (('was killed by SIGKILL from outside', 'lost'), ('ended with exit code 3', 'crashed'))
    """
    number = -code if code < 0 else code - 128
    how = f"was killed by signal {number}" if code < 0 else f"ended with exit code {code}"
    try:
        name = signal.Signals(number).name
    except ValueError:
        return how, "crashed"
    how = f"was killed by {name}" if code < 0 else f"{how}, as if killed by {name}"
    return (f"{how} from outside", "lost") if name == "SIGKILL" else (how, "crashed")
