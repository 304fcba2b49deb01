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


def table(space, objectives, configurations, losses):
    """Trials with these losses; an outcome of None is a crash, and of "pending" a running trial."""
    states = np.array([{None: "failed", "pending": "pending"}.get(_word(y), "complete") for y in losses], object)
    numbers = [[np.nan] * len(objectives) if _word(y) in (None, "pending") else y for y in losses]
    return Trials(
        space, objectives, tuple(configurations), losses=np.array(numbers).reshape(-1, len(objectives)), states=states
    )


def _word(outcome):
    return outcome if outcome is None or isinstance(outcome, str) else "losses"


def search(searcher, space, objectives, losses_of, n, seed=0):
    """Configurations and losses of a run of ``n`` trials, one after another."""
    configurations, losses = [], []
    for _ in range(n):
        trials = table(space, objectives, configurations, losses)
        configurations.append(dict(searcher.suggest(trials, Context(space, objectives, seed)).params))
        losses.append(losses_of(configurations[-1]))
    return configurations, losses


def search_in_slots(searcher, space, objectives, losses_of, n, *, n_slots=3, seed=0):
    """Configurations of a run whose slots are always busy, with trials of random durations, and their losses."""
    rng, clock = np.random.default_rng(seed), 0.0
    configurations, losses, ends = [], [], {}
    while len(configurations) < n:
        if len(ends) == n_slots:
            first = min(ends, key=ends.get)
            clock = ends.pop(first)
            losses[first] = losses_of(configurations[first])
        trials = table(space, objectives, configurations, losses)
        configurations.append(dict(searcher.suggest(trials, Context(space, objectives, seed)).params))
        losses.append("pending")
        ends[len(losses) - 1] = clock + rng.lognormal(0.0, 0.3)
    return configurations, losses
