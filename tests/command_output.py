"""Helpers to read the output of a command."""

import re


def without_trial_lines(err):
    """Remove the lines of trials, which a run prints if standard error is not a terminal."""
    return "".join(line for line in err.splitlines(keepends=True) if not re.match(r" *\d+  ", line))
