"""Small and large trial tables for the tests of figures and reports."""

import math

import numpy as np

from paretune import Categorical, Float, Int, Maximize, Minimize, Objectives, Space, Trials

NAN = math.nan
LINE = Space({"x": Float(0, 1)})
OBJECTIVES = Objectives([Maximize("accuracy", at_least=0.5), Minimize("time", unit="s")])
MIXED = Space(
    {
        "rate": Float(1e-5, 1.0, log=True),
        "layers": Int(1, 4),
        "optimizer": Categorical(["sgd", "adam"]),
        "momentum": Float(0.0, 0.99, when={"optimizer": "sgd"}),
    }
)


def minimize(*names):
    return Objectives([Minimize(name) for name in names])


def trials_of(rows, objectives=OBJECTIVES, **columns):
    """Trials with these values of the objectives, at evenly spaced ``x``."""
    columns["x"] = np.linspace(0, 1, len(rows)).tolist()
    for j, name in enumerate(objectives.names):
        columns[name] = [row[j] for row in rows]
    return Trials.from_columns(columns, LINE, objectives)


# Three efficient trials, one dominated, one outside the limits, and one without values.
STORY = trials_of([(0.6, 1.0), (0.9, 4.0), (0.7, 2.0), (0.6, 3.0), (0.4, 0.1), (NAN, NAN)])


def search(n, m=2, space=MIXED, seed=0, names=None):
    """A random search of ``n`` trials: objective ``j`` grows with parameter ``j``, and a tenth of the trials fail."""
    rng = np.random.default_rng(seed)
    params = space.decode(rng.random((n, len(space))))
    X = np.nan_to_num(space.encode(params), nan=0.5)
    values = np.column_stack([10 ** (2 * X[:, j % X.shape[1]]) + rng.random(n) for j in range(m)])
    values[:, -1] += 5 * (1 - X[:, 0])
    values[rng.random(n) < 0.1] = NAN
    objectives = minimize(*(names or [f"f{j}" for j in range(m)]))
    return Trials(space, objectives, tuple(params), losses=values)
