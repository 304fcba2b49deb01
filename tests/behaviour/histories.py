"""Histories of trials, and what the engine suggests after each of them.

All values are drawn with fixed seeds and rounded, so that a history is the same on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from paretune import Categorical, Float, Int, Maximize, Minimize, Objectives, Space, Trials, suggest

NAN = math.nan
SQUARE = Space({"x": Float(0, 1), "y": Float(0, 1)})
CUBE = Space({name: Float(0, 1) for name in "xyz"})
MIXED = Space(
    {
        "rate": Float(1e-4, 1, log=True),
        "width": Int(1, 64, log=True),
        "depth": Int(1, 5),
        "kind": Categorical(["a", "b", "c"]),
        "size": Categorical([16, 32, 64]),
    }
)
CONDITIONAL = Space(
    {
        "kind": Categorical(["a", "b", "c"]),
        "x": Float(0, 1),
        "k": Int(1, 8),
        "y": Float(0, 1, when={"kind": "a"}),
        "mode": Categorical(["u", "v"], when={"kind": ("a", "b")}),
    }
)
GRID = Space({"x": Float(0, 1, step=0.125), "k": Int(0, 6)})
SMALL = Space({"kind": Categorical(["a", "b"]), "k": Int(0, 2)})
TWO = Objectives([Minimize("f"), Minimize("g")])

Row = Sequence[float]
Evaluate = Callable[[Mapping[str, Any]], Row]


@dataclass(frozen=True)
class History:
    """Trials, and the arguments that `suggest` gets with them."""

    trials: Trials
    options: Mapping[str, Any] = field(default_factory=dict)

    def suggestions(self) -> list[dict[str, Any]]:
        """Return what the engine suggests."""
        return suggest(self.trials, self.trials.space, self.trials.objectives, **self.options)

    def perturbed(self, relative: float, seed: int) -> History:
        """Return the same history with losses that differ by a relative error; shared penalties stay equal."""
        noise = np.random.default_rng(seed).standard_normal(self.trials.losses.shape)
        losses = self.trials.losses
        changed = np.where(np.abs(losses) < 1e5, losses * (1 + relative * noise), losses)
        return replace(self, trials=replace(self.trials, losses=changed))


def draw(space: Space, rng: np.random.Generator) -> dict[str, Any]:
    """Draw a configuration of a space, without the space's own methods."""
    params: dict[str, Any] = {}
    for name, parameter in space.items():
        u = float(rng.random())
        if all(params.get(parent) in allowed for parent, allowed in parameter.when.items()):
            params[name] = _value(parameter, u)
    return params


def _value(parameter: Float | Int | Categorical, u: float) -> Any:
    if isinstance(parameter, Categorical):
        return parameter.choices[int(u * len(parameter.choices))]
    low, high = parameter.low, parameter.high
    value = math.exp(math.log(low) + u * math.log(high / low)) if parameter.log else low + u * (high - low)
    if isinstance(parameter, Int):
        return round(value)
    return round(value, 6) if parameter.step is None else low + parameter.step * round((value - low) / parameter.step)


def history(
    space: Space, objectives: Objectives, evaluate: Evaluate, n: int, draws: int, columns: Any = None, **options: Any
) -> History:
    """Build a history of random configurations, drawn with the seed ``draws``.

    ``columns`` makes further columns of the table from the configurations and their losses; ``options`` are arguments
    of `suggest`.
    """
    rng = np.random.default_rng(draws)
    params = tuple(draw(space, rng) for _ in range(n))
    losses = np.array([evaluate(each) for each in params], float).round(9)
    more = {} if columns is None else columns(params, losses)
    return History(Trials(space, objectives, params, **{"losses": losses, **more}), options)


def valleys(params: Mapping[str, Any]) -> Row:
    """Two valleys in the unit square: (0.2, 0.3) and (0.8, 0.6)."""
    x, y = params["x"], params["y"]
    return (x - 0.2) ** 2 + (y - 0.3) ** 2, (x - 0.8) ** 2 + (y - 0.6) ** 2


def corners(m: int) -> Evaluate:
    """``m`` valleys in the unit cube, on a circle."""

    def evaluate(params: Mapping[str, Any]) -> Row:
        at = [2 * math.pi * j / m for j in range(m)]
        points = [(0.5 + 0.4 * math.cos(a), 0.5 + 0.4 * math.sin(a)) for a in at]
        z = params.get("z", 0.5)
        return [
            (params["x"] - x) ** 2 + (params["y"] - y) ** 2 + 0.3 * (z - j / m) ** 2 for j, (x, y) in enumerate(points)
        ]

    return evaluate


def net(params: Mapping[str, Any]) -> Row:
    """Error and time of a net that was never trained."""
    off = math.log10(params["rate"]) + 2 + {"a": 0.0, "b": 0.4, "c": -0.5}[params["kind"]]
    error = 0.1 + 0.1 * off**2 + 0.5 / (params["width"] * params["depth"]) ** 0.5 + 0.001 * params["size"]
    return error, 0.01 + 0.002 * params["width"] * params["depth"] * (32 / params["size"])


def branches(params: Mapping[str, Any]) -> Row:
    """Losses over a space with conditions."""
    x, k = params["x"], params["k"] / 8
    bonus = {"a": 0.3 * (params.get("y", 0) - 0.7) ** 2, "b": 0.05, "c": 0.12}[params["kind"]]
    bonus += 0.04 * (params.get("mode") == "v")
    return (x - 0.3) ** 2 + bonus + 0.2 * k, (x - 0.9) ** 2 + bonus + 0.3 * (1 - k) ** 2


def grid_losses(params: Mapping[str, Any]) -> Row:
    """Losses over the stepped spaces."""
    x, k = params.get("x", 0.4), params["k"] / 6
    return (x - 0.3) ** 2 + 0.5 * k + 0.1 * (params.get("kind") == "b"), (x - 0.8) ** 2 + (1 - k) ** 2


def crashed(is_crash: Callable[[Mapping[str, Any]], str]) -> Callable[..., dict[str, Any]]:
    """Make the columns of trials that fail for the reason that a function gives, or succeed where it is empty."""

    def columns(params: Sequence[Mapping[str, Any]], losses: np.ndarray) -> dict[str, Any]:
        reasons = np.array([is_crash(each) for each in params], object)
        return {"losses": np.where((reasons != "")[:, None], NAN, losses), "reasons": reasons}

    return columns


def _reason(params: Mapping[str, Any]) -> str:
    if params["width"] * params["depth"] > 90:
        return "out_of_memory"
    if params["rate"] > 0.2:
        return "not_finite"
    return "crashed" if params["kind"] == "c" and params["size"] == 64 else ""


def _noisy(_params: Sequence[Any], losses: np.ndarray) -> dict[str, Any]:
    errors = 0.01 + 0.05 * losses
    noise = np.random.default_rng(11).standard_normal(losses.shape)
    return {"losses": (losses + errors * noise).round(9), "losses_se": errors.round(9)}


def _last_pending(n: int) -> Callable[..., dict[str, Any]]:
    def columns(params: Sequence[Any], losses: np.ndarray) -> dict[str, Any]:
        losses = losses.copy()
        losses[-n:] = NAN
        return {"losses": losses, "states": np.array(["complete"] * (len(params) - n) + ["pending"] * n, object)}

    return columns


def _timed_out(_params: Sequence[Mapping[str, Any]], losses: np.ndarray) -> dict[str, Any]:
    """Trials that took more than 0.15 s were stopped then; two were lost."""
    is_late = losses[:, 1] > 0.15
    reasons = np.where(is_late, "timed_out", "").astype(object)
    reasons[[3, 9]] = "lost"
    known = losses.copy()
    known[is_late] = [NAN, 0.15]
    known[[3, 9]] = NAN
    return {"losses": known, "reasons": reasons, "durations": np.minimum(losses[:, 1], 0.151)}


def _given_up(params: Sequence[Any], losses: np.ndarray) -> dict[str, Any]:
    """Every trial was given up for its time, before its error was known."""
    known = losses.copy()
    known[:, 0] = NAN
    return {"losses": known, "reasons": np.full(len(params), "outside_limits", object)}


def _penalties(params: Sequence[Mapping[str, Any]], losses: np.ndarray) -> dict[str, Any]:
    fails = np.array([each["x"] + each["y"] > 1.2 for each in params])
    return {"losses": np.where(fails[:, None], 1e6, losses)}


def _violations(params: Sequence[Mapping[str, Any]], _losses: np.ndarray) -> dict[str, Any]:
    return {"violations": np.array([[each["x"] + each["y"] - 1.0, 0.1 - each["y"]] for each in params]).round(9)}


def _near_the_front() -> History:
    """Trials that hold nearly all of the front: what is left to gain is hardly anything."""
    along = np.linspace(0, 1, 23)
    rows = [{"x": round(0.2 + 0.6 * t, 6), "y": round(0.3 + 0.3 * t, 6)} for t in along]
    losses = np.array([valleys(row) for row in rows]).round(9)
    return History(Trials(SQUARE, TWO, tuple(rows), losses=losses))


def _exhausted() -> History:
    """Every configuration of a small space was tried, one of them failed."""
    rows = [{"kind": kind, "k": k} for kind in "ab" for k in range(3)]
    rows += rows[:3]
    losses = np.array([grid_losses(row) for row in rows]).round(9)
    losses[4] = NAN
    return History(Trials(SMALL, TWO, tuple(rows), losses=losses))


def _bowl(params: Mapping[str, Any]) -> Row:
    return (sum((value - 0.3 - 0.1 * i) ** 2 for i, value in enumerate(params.values())),)


def _steep(params: Mapping[str, Any]) -> Row:
    """Losses over many orders of magnitude."""
    f, g = valleys(params)
    return math.exp(9 * f), math.exp(6 * g)


def _limited(at_least: float, at_most: float) -> Objectives:
    return Objectives([Maximize("accuracy", at_least=at_least), Minimize("time", at_most=at_most, unit="s")])


def _accuracy(params: Mapping[str, Any]) -> Row:
    error, seconds = net(params)
    return error - 1, seconds  # losses: the accuracy with its sign turned


def _several(m: int) -> Objectives:
    return Objectives([Minimize(f"f{j}") for j in range(m)])


HISTORIES: dict[str, Callable[[], History]] = {
    "no trials yet": lambda: history(MIXED, TWO, net, 0, 0, q=3),
    "a start with crashes": lambda: history(MIXED, TWO, net, 5, 1, crashed(_reason), q=2, seed=4),
    "a longer start": lambda: history(SQUARE, TWO, valleys, 10, 2, n_startup_trials=12, seed=5),
    "two objectives over numbers": lambda: history(SQUARE, TWO, valleys, 12, 3),
    "whole numbers, logarithms and categories": lambda: history(MIXED, TWO, net, 18, 4, seed=1),
    "conditions": lambda: history(CONDITIONAL, TWO, branches, 22, 5),
    "crashes": lambda: history(MIXED, TWO, net, 24, 6, crashed(_reason)),
    "limits": lambda: history(MIXED, _limited(0.6, 0.1), _accuracy, 20, 7),
    "limits that no trial meets": lambda: history(MIXED, _limited(0.84, 0.05), _accuracy, 14, 8),
    "limits while nothing else is known": lambda: history(MIXED, _limited(0.6, 0.02), _accuracy, 14, 9, _given_up),
    "times that were cut off": lambda: history(MIXED, _limited(0.3, 0.12), _accuracy, 22, 10, _timed_out),
    "pending trials": lambda: history(SQUARE, TWO, valleys, 15, 11, _last_pending(3)),
    "three suggestions at once": lambda: history(SQUARE, TWO, valleys, 12, 12, q=3),
    "three objectives": lambda: history(CUBE, _several(3), corners(3), 16, 13),
    "four objectives": lambda: history(CUBE, _several(4), corners(4), 16, 14),
    "four objectives and a large front": lambda: history(CUBE, _several(4), corners(4), 90, 15),
    "five objectives": lambda: history(CUBE, _several(5), corners(5), 14, 16),
    "one objective": lambda: history(CUBE, _several(1), _bowl, 12, 17),
    "noise with standard errors": lambda: history(SQUARE, TWO, valleys, 18, 18, _noisy),
    "penalties": lambda: history(SQUARE, TWO, valleys, 18, 19, _penalties),
    "constraints": lambda: history(SQUARE, TWO, valleys, 16, 20, _violations),
    "fixed values": lambda: history(MIXED, TWO, net, 18, 21, fixed={"kind": "b", "depth": 2}),
    "a reference point": lambda: history(SQUARE, TWO, valleys, 12, 22, reference_point=[0.2, 0.3]),
    "trials that may be repeated": lambda: history(GRID, TWO, grid_losses, 20, 23, may_repeat=True),
    "a stepped space": lambda: history(GRID, TWO, grid_losses, 20, 24, q=2),
    "an exhausted space": _exhausted,
    "losses over many orders of magnitude": lambda: history(SQUARE, TWO, _steep, 16, 25),
    "a front with little left to gain": _near_the_front,
    "more trials than the models take": lambda: history(SQUARE, TWO, valleys, 850, 26),
}
