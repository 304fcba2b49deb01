"""Runs of a searcher over a table of trials, without any storage."""

from dataclasses import replace

import numpy as np

from paretune import Categorical, Float, Int, Maximize, Minimize, Objectives, Space, Trials
from paretune.searchers import Context

OBJECTIVES = Objectives([Maximize("gain"), Minimize("cost")])
MIXED = Space(
    {
        "a": Float(1e-4, 1.0, log=True),
        "b": Int(0, 9),
        "c": Categorical(["x", "y"]),
        "d": Float(0.0, 1.0, step=0.25, when={"c": "y"}),
    }
)
SQUARE = Space({"u": Float(0, 1), "v": Float(0, 1)})
SMALL = Space({"k": Int(1, 3)})


def evaluate(params):
    return [float(len(params)), float(sum(v for v in params.values() if not isinstance(v, str)))]


def make_trials(space, configurations, states=None):
    """Complete trials of these configurations, or of these states."""
    states = states or ["complete"] * len(configurations)
    values = np.array([evaluate(params) for params in configurations]).reshape(-1, 2)
    losses = OBJECTIVES.losses(values)
    losses[[state != "complete" for state in states]] = np.nan
    reasons = ["lost" if state == "lost" else "" for state in states]
    states = ["failed" if state == "lost" else state for state in states]
    return Trials(
        space,
        OBJECTIVES,
        tuple(configurations),
        losses=losses,
        states=np.array(states, object),
        reasons=np.array(reasons, object),
    )


def run(searcher, space, n, seed=0):
    """The configurations of a run of ``n`` trials, one after another."""
    configurations = []
    for _ in range(n):
        trials = make_trials(space, configurations)
        configurations.append(dict(searcher.suggest(trials, Context(space, OBJECTIVES, seed)).params))
    return configurations


def suggest(searcher, trials, seed=0, **changes):
    """One suggestion after these trials."""
    context = replace(Context(trials.space, OBJECTIVES, seed), **changes)
    return dict(searcher.suggest(trials, context).params)
