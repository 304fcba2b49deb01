"""Hypothesis generators: parameters, spaces, configurations, losses and trials.

Losses are small whole numbers, so that ties and duplicates are frequent.
"""

import math

import numpy as np
from hypothesis import strategies as st

from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Categorical, Float, Int, Space
from paretune.trials import FAILURE_REASONS, Trials

SMALL = st.integers(-3, 3)
CHOICES = st.sampled_from(["a", "b", "", "nan", 0, 1, 2, -1.5, True, False, None])


@st.composite
def floats(draw, when=None):
    when = when or {}
    match draw(st.sampled_from(["linear", "log", "stepped", "single"])):
        case "linear":
            low = draw(st.floats(-1e6, 1e6, allow_nan=False))
            return Float(low, low + draw(st.floats(1e-3, 1e6)), when=when)
        case "log":
            low = draw(st.floats(1e-12, 1e6))
            return Float(low, low * draw(st.floats(1.5, 1e12)), log=True, when=when)
        case "stepped":
            low, n = draw(st.integers(-20, 20)), draw(st.integers(0, 30))
            step = draw(st.sampled_from([0.1, 0.01, 0.3, 0.5, 1 / 3, 7.0]))
            return Float(low / 10, low / 10 + n * step, step=step, when=when)
        case _:
            value = draw(st.floats(-10, 10))
            return Float(value, value, when=when)


@st.composite
def ints(draw, when=None, max_levels=1000):
    when = when or {}
    n = draw(st.integers(0, max_levels - 1))
    if draw(st.booleans()):
        low = draw(st.integers(1, 100))
        return Int(low, low + n, log=True, when=when)
    low, step = draw(st.integers(-(10**12), 10**12)), draw(st.integers(1, 7))
    return Int(low, low + n * step + draw(st.integers(0, step - 1)), step=step, when=when)


def categoricals(when=None):
    def distinct(choice):
        return type(choice) is bool, choice

    return st.builds(
        Categorical,
        st.lists(CHOICES, min_size=1, max_size=5, unique_by=distinct),
        ordered=st.sampled_from([None, None, False, True]),
        when=st.just(when or {}),
    )


@st.composite
def parameters(draw, when=None):
    return draw(st.one_of(floats(when), ints(when), categoricals(when)))


@st.composite
def conditions(draw, before):
    """Draw a condition on a parameter that has levels, or no condition."""
    parents = [name for name, parameter in before.items() if parameter.n_levels is not None]
    if not parents or draw(st.booleans()):
        return {}
    name = draw(st.sampled_from(parents))
    cells = draw(st.lists(st.integers(0, before[name].n_levels - 1), min_size=1, max_size=3, unique=True))
    return {name: [before[name].level(cell) for cell in cells]}


@st.composite
def spaces(draw, max_size=5):
    before = {}
    for i in range(draw(st.integers(1, max_size))):
        before[f"p{i}"] = draw(parameters(draw(conditions(before))))
    return Space(before)


@st.composite
def finite_spaces(draw, max_size=4):
    before = {}
    for i in range(draw(st.integers(1, max_size))):
        when = draw(conditions(before))
        before[f"p{i}"] = draw(st.one_of(ints(when, max_levels=4), categoricals(when)))
    return Space(before)


def cubes(space, max_size=8):
    """Draw ``n x d`` points of the unit cube, at least one."""
    row = st.lists(st.floats(0, 1), min_size=len(space), max_size=len(space))
    return st.lists(row, min_size=1, max_size=max_size).map(np.array)


@st.composite
def losses(draw, m=None, min_size=0, max_size=12, with_nan=False, with_infinity=False):
    """Draw ``n x m`` small whole numbers, with some NaNs or infinities if requested."""
    m = draw(st.integers(1, 4)) if m is None else m
    rare = [math.nan] * with_nan + [math.inf, -math.inf] * with_infinity
    entry = st.one_of(SMALL, SMALL, SMALL, st.sampled_from(rare)) if rare else SMALL
    rows = draw(st.lists(st.lists(entry, min_size=m, max_size=m), min_size=min_size, max_size=max_size))
    return np.array(rows, float).reshape(len(rows), m)


@st.composite
def objectives(draw, m=None):
    m = draw(st.integers(1, 3)) if m is None else m
    limits = st.one_of(st.none(), SMALL)
    return Objectives(
        [
            Minimize(f"f{i}", at_most=draw(limits)) if draw(st.booleans()) else Maximize(f"f{i}", at_least=draw(limits))
            for i in range(m)
        ]
    )


@st.composite
def trials(draw):
    space, goals = draw(spaces()), draw(objectives())
    table = draw(losses(m=len(goals), with_nan=True))
    n = len(table)
    params = space.decode(np.random.default_rng(draw(st.integers(0, 99))).random((n, len(space)))) if n else []
    is_known = np.isfinite(table).all(axis=1)
    states = np.array([draw(st.sampled_from(["complete", "failed", "pending"][not k :])) for k in is_known], object)
    reasons = np.array([draw(st.sampled_from(FAILURE_REASONS)) if s == "failed" else "" for s in states], object)
    return Trials(
        space,
        goals,
        tuple(params),
        losses=table,
        losses_se=draw(losses(m=len(goals), min_size=n, max_size=n, with_nan=True)) ** 2,
        states=states,
        reasons=reasons,
        numbers=np.arange(n) * 3,
        started=np.array([draw(st.sampled_from([math.nan, 1.7e9, 1.7e9 + 0.25, 1700000000.123457])) for _ in range(n)]),
        durations=np.array([draw(st.sampled_from([math.nan, 0.0, 1.5])) for _ in range(n)]),
    )


@st.composite
def curve_reports(draw, numbers=(0, 3, 4, 7), max_size=20):
    """Draw reports of trials in any order, steps repeated: trial numbers, steps, and metrics with NaNs by name."""
    n = draw(st.integers(0, max_size))
    entry = st.one_of(SMALL, SMALL, st.sampled_from([math.nan]))
    columns = {
        name: np.array(draw(st.lists(entry, min_size=n, max_size=n)), float)
        for name in draw(st.sampled_from([(), ("loss",), ("loss", "accuracy")]))
    }
    trial_numbers = draw(st.lists(st.sampled_from(numbers), min_size=n, max_size=n))
    return trial_numbers, draw(st.lists(st.integers(0, 5), min_size=n, max_size=n)), columns
