"""Problems whose feasible ground is a small pocket, far from where the objectives are best.

`pocket_P` is a ball about (0.93, 0.07, 0.5) in the unit cube that holds P % of it; both objectives, ``x + y`` and
``z - y``, are best elsewhere. The others are variants of it, or BoTorch's constrained test functions.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from botorch.test_functions import SpeedReducer, multi_objective
from botorch.test_functions.base import ConstrainedBaseTestProblem

from paretune import Categorical, Float, Int, Space
from paretune.space import Params
from problems.base import Losses, Problem

CUBE = Space({name: Float(0, 1) for name in "xyz"})
CENTRE = {"x": 0.93, "y": 0.07, "z": 0.5}
RADII = {1: 0.15, 3: 0.248, 10: 0.39}  # of the balls that hold 1.0, 3.3 and 10 % of the cube
RAISES = 0.4  # squared distance from the border beyond which a trial raises, where it tells the violation before


def _two(params: Params) -> Losses:
    return [params["x"] + params["y"], params["z"] - params["y"]]


def _beyond(params: Params, percent: int) -> float:
    """How far outside the ball, in squared distance; at most 0 inside."""
    return sum((params[name] - at) ** 2 for name, at in CENTRE.items()) - RADII[percent] ** 2


def _pocket(
    violations: Callable[[Params], list[float]],
    objectives: Callable[[Params], Losses] = _two,
    fails: Callable[[Params], bool] = lambda params: False,  # noqa: ARG005
    reference: tuple[float, ...] = (2.0, 1.0),
) -> Problem:
    def evaluate(params: Params) -> Losses | None:
        return None if fails(params) else objectives(params)

    return Problem(CUBE, evaluate, reference, violations=violations)


def pocket_1() -> Problem:
    """A signed constraint that 1 % of the space satisfies."""
    return _pocket(lambda params: [_beyond(params, 1)])


def pocket_3() -> Problem:
    """A signed constraint that 3.3 % of the space satisfies."""
    return _pocket(lambda params: [_beyond(params, 3)])


def pocket_10() -> Problem:
    """A signed constraint that 10 % of the space satisfies."""
    return _pocket(lambda params: [_beyond(params, 10)])


def pocket_3_one() -> Problem:
    """One objective, and a signed constraint that 3.3 % of the space satisfies."""
    return _pocket(lambda params: [_beyond(params, 3)], lambda params: [params["x"] + params["y"]], reference=(2.0,))


def pocket_3_two() -> Problem:
    """Two signed constraints in different units, a box's two sides: 3.3 % of the space satisfies both."""
    return _pocket(lambda params: [100 * (0.75 - params["x"]), params["y"] - 0.132])


def pocket_10_flag() -> Problem:
    """A constraint that is 0 where it is satisfied, in 10 % of the space, and else 1."""
    return _pocket(lambda params: [float(_beyond(params, 10) > 0)])


def pocket_3_flag_two() -> Problem:
    """A constraint of 0 or 1, satisfied by a quarter of the space, and a signed one: 3.3 % satisfies both."""
    return _pocket(lambda params: [float(params["x"] <= 0.75), params["y"] - 0.132])


def pocket_10_raises() -> Problem:
    """All but 10 % of the space raises, and tells nothing."""
    return _pocket(lambda _: [], fails=lambda params: _beyond(params, 10) > 0)


def pocket_3_raises_told() -> Problem:
    """A signed constraint that 3.3 % of the space satisfies is told, and then all else raises."""
    return _pocket(lambda params: [_beyond(params, 3)], fails=lambda params: _beyond(params, 3) > 0)


def pocket_3_raises_far() -> Problem:
    """A signed constraint that 3.3 % of the space satisfies; far from there a trial raises and tells nothing."""
    return _pocket(
        lambda params: [math.nan if _beyond(params, 3) > RAISES else _beyond(params, 3)],
        fails=lambda params: _beyond(params, 3) > RAISES,
    )


def pocket_3_decoy() -> Problem:
    """The violation has a wide valley about (0.25, 0.7, 0.4), where it is least but above 0; 3.3 % satisfies it."""

    def violations(params: Params) -> list[float]:
        decoy = (params["x"] - 0.25) ** 2 + (params["y"] - 0.7) ** 2 + (params["z"] - 0.4) ** 2
        return [min(8 * _beyond(params, 3), 0.02 + decoy)]

    return _pocket(violations)


def pocket_3_flag() -> Problem:
    """A ball that holds 3.3 % of the cube, of which nothing is told but a flag, 0 inside and 1 outside."""
    return _pocket(lambda params: [float(_beyond(params, 3) > 0)])


SIX = Space({f"x{i}": Float(0, 1) for i in range(6)})


def pocket_six() -> Problem:
    """Six parameters, a violation with ripples; one to two percent of the space satisfies it."""

    def violations(params: Params) -> list[float]:
        away = [params[f"x{i}"] - at for i, at in enumerate((0.9, 0.2, 0.8, 0.1, 0.7, 0.5))]
        return [sum(x * x + 0.06 * (1 - math.cos(9 * x)) for x in away) - 0.55]

    def losses(params: Params) -> Losses:
        return [params["x0"] + params["x2"] + params["x5"] ** 2, params["x4"] - params["x1"] - params["x3"]]

    return Problem(SIX, losses, (3.0, 1.0), violations=violations)


MIXED = Space(
    {
        "x": Float(0, 1),
        "y": Float(0, 1),
        "layers": Int(1, 8),
        "width": Int(16, 1024, log=True),
        "kind": Categorical(["a", "b", "c", "d"]),
    }
)


def pocket_mixed() -> Problem:
    """Small and fast is best, large and of one kind is feasible: 3.1 % of a mixed space."""

    def size(params: Params) -> float:
        return params["layers"] * math.log2(params["width"] / 8)

    def missing(params: Params) -> list[float]:
        of_kind = {"a": 0.0, "b": 4.0, "c": 16.0, "d": 8.0}[params["kind"]]
        return [49 - size(params) - of_kind + 10 * (params["x"] - 0.2) ** 2]

    def losses(params: Params) -> Losses:
        return [size(params) + params["x"], params["y"] + 0.1 * (params["kind"] != "a") - 0.1 * params["x"]]

    return Problem(MIXED, losses, (60.0, 1.1), violations=missing)


def _of_botorch(function: ConstrainedBaseTestProblem, reference: tuple[float, ...]) -> Problem:
    function = function.to(dtype=torch.double)
    low, high = function.bounds

    def at(params: Params) -> torch.Tensor:
        return torch.tensor([[params[f"x{i}"] for i in range(function.dim)]], dtype=torch.double)

    return Problem(
        space=Space({f"x{i}": Float(float(low[i]), float(high[i])) for i in range(function.dim)}),
        evaluate=lambda params: function.evaluate_true(at(params)).reshape(-1).tolist(),
        reference=reference,
        violations=lambda params: (-function.evaluate_slack(at(params))).reshape(-1).tolist(),
    )


def osy() -> Problem:
    """OSY: six signed constraints that 3 % of the space satisfies."""
    return _of_botorch(multi_objective.OSY(), (-75.0, 75.0))


def c2dtlz2() -> Problem:
    """C2-DTLZ2: a signed constraint that 6 % of the space satisfies, near the optimum."""
    return _of_botorch(multi_objective.C2DTLZ2(dim=6, num_objectives=2), (1.1, 1.1))


def speed_reducer() -> Problem:
    """A speed reducer: one objective, seven parameters, eleven signed constraints."""
    return _of_botorch(SpeedReducer(), (6000.0,))
