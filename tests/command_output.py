"""Helpers to read the output of a command."""

import re

_TIME_AND_LEVEL = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00 [A-Z]+ +(?=\d+  |paretune: )", re.MULTILINE)


def without_times(err):
    """Remove time and level, with which a run begins its lines if standard error is not a terminal."""
    return _TIME_AND_LEVEL.sub("", err)


def without_trial_lines(err):
    """Remove the lines of trials, and the time and level of the other lines of a run."""
    return "".join(line for line in without_times(err).splitlines(keepends=True) if not re.match(r" *\d+  ", line))
