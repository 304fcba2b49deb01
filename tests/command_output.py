"""What does a command say on standard error besides its trials?"""

import re


def without_trial_lines(err):
    """All but the lines of trials, one each, that a run shows where there is no terminal."""
    return "".join(line for line in err.splitlines(keepends=True) if not re.match(r" *\d+  ", line))
