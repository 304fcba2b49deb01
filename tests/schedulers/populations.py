"""Members of a population whose losses are the same at each of their steps."""

import numpy as np

from paretune.objectives import Minimize, Objectives
from paretune.schedulers.members import Members
from paretune.space import Float, Space
from paretune.trials import Curves, Trials

SPACE = Space({"x": Float(0, 1)})


def objectives(m):
    return Objectives([Minimize(name) for name in "fghk"[:m]])


def members(losses, last, states, births=None, released=None):
    """Members with these losses, one row each, that reported up to their last steps; "paused" is a state, too."""
    table = np.asarray(losses, float)
    names = objectives(table.shape[1]).names
    steps = {
        i: [{"step": s, **dict(zip(names, row, strict=True))} for s in range(1, end + 1)]
        for i, (row, end) in enumerate(zip(table.tolist(), last, strict=True))
    }
    trials = Trials(
        SPACE,
        objectives(table.shape[1]),
        tuple({"x": 0.5} for _ in table),
        losses=np.where((np.array(states) == "complete")[:, None], table, np.nan),
        states=np.array(["stopped" if state == "paused" else state.partition(" ")[0] for state in states], object),
        reasons=np.array([state.partition(" ")[2] for state in states], object),
        curves=Curves.from_steps(steps),
    )
    paused = [i for i, state in enumerate(states) if state == "paused"]
    return Members(trials, paused, births or {}, released or {})
