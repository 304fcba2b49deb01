"""Trials that report the same losses at each of their steps."""

import numpy as np

from paretune.objectives import Minimize, Objectives
from paretune.space import Float, Space
from paretune.trials import Curves, Trials

SPACE, ONE, TWO = Space({"x": Float(0, 1)}), Objectives([Minimize("f")]), Objectives([Minimize("f"), Minimize("g")])
N_STEPS = 9


def constant_trials(table, objectives, n_pending=0, n_steps=1):
    """Trials that report their losses at each step; the last ones run and have reported so many steps."""
    table = np.asarray(table, float)
    n = len(table)
    states = np.array(["complete"] * (n - n_pending) + ["pending"] * n_pending, object)
    lengths = [N_STEPS] * (n - n_pending) + [n_steps] * n_pending
    steps = {
        i: [{"step": s, **dict(zip(objectives.names, row, strict=True))} for s in range(1, length + 1)]
        for i, (row, length) in enumerate(zip(table, lengths, strict=True))
    }
    losses = np.where((states == "complete")[:, None], table, np.nan)
    params = tuple({"x": 0.5} for _ in range(n))
    return Trials(SPACE, objectives, params, losses=losses, states=states, curves=Curves.from_steps(steps))
