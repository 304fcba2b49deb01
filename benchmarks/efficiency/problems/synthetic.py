"""Problems in closed form: BoTorch's test functions, a simulated convolutional net, and pairs of choices.

In a problem with a name that ends in ``crash``, a point outside the constraints fails and gives no losses.
"""

from __future__ import annotations

import itertools
import math
import zlib
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from botorch.test_functions import multi_objective
from botorch.test_functions.base import MultiObjectiveTestProblem

from paretune import Categorical, Float, Int, Space, pareto
from paretune.space import Params
from problems.base import Losses, Problem


def _problem(
    function: MultiObjectiveTestProblem,
    reference: tuple[float, ...] | None = None,
    fails: Callable[[torch.Tensor, torch.Tensor], bool] = lambda x, losses: False,  # noqa: ARG005
) -> Problem:
    """Make a problem of a test function.

    Args:
        function: the test function, with ``m`` minimised objectives.
        reference: the reference point; by default the reference point of the function.
        fails: tell from its ``1 x d`` coordinates and ``m`` losses whether a point fails.
    """
    function = function.to(dtype=torch.double)
    low, high = function.bounds

    def evaluate(params: Params) -> Losses | None:
        x = torch.tensor([[params[f"x{i}"] for i in range(function.dim)]], dtype=torch.double)
        losses = function.evaluate_true(x)[0]
        return None if fails(x, losses) else list(losses.tolist())

    return Problem(
        space=Space({f"x{i}": Float(float(low[i]), float(high[i])) for i in range(function.dim)}),
        evaluate=evaluate,
        reference=tuple(reference or function._ref_point),  # noqa: SLF001 (the public one is negated)
        max_hypervolume=getattr(function, "_max_hv", None),
    )


def _with_failures(function: MultiObjectiveTestProblem) -> Problem:
    """Make a problem of a constrained test function. Points outside the constraints fail."""
    return _problem(function, fails=lambda x, _: bool((function.evaluate_slack(x) < 0).any()))


def branin_currin() -> Problem:
    """Two real parameters, a curved front."""
    return _problem(multi_objective.BraninCurrin())


def gmm() -> Problem:
    """Two real parameters, narrow optima in a flat landscape."""
    return _problem(multi_objective.GMM())


def zdt1_6() -> Problem:
    """Six real parameters, the optimum on the edge of the space."""
    return _problem(multi_objective.ZDT1(dim=6), reference=(11.0, 11.0))


def dtlz2_6() -> Problem:
    """Six real parameters, a quarter circle."""
    return _problem(multi_objective.DTLZ2(dim=6, num_objectives=2))


def disc_brake_crash() -> Problem:
    """An engineering design. A third of the space fails."""
    return _with_failures(multi_objective.DiscBrake())


def c2dtlz2_crash() -> Problem:
    """A front in several pieces. 95 % of the space fails."""
    return _with_failures(multi_objective.C2DTLZ2(dim=6, num_objectives=2))


def mixed_crash() -> Problem:
    """A simulated training in the space of the diatoms: a thin good region, and failures of large or diverging nets."""
    space = Space(
        {
            "f1": Int(8, 256, log=True),
            "f2": Int(8, 256, log=True),
            "f3": Int(8, 256, log=True),
            "k1": Int(2, 15),
            "k2": Int(2, 15),
            "k3": Int(2, 15),
            "batch": Int(8, 256, log=True),
            "lr": Float(1e-6, 1.0, log=True),
            "decay": Float(1e-6, 1e-1, log=True),
            "b1": Float(0.5, 0.999),
            "b2": Float(0.8, 0.9999),
            "eps": Float(1e-9, 1e-3, log=True),
        }
    )
    return Problem(space, _train_mixed, reference=(0.9, 6.0))


def _train_mixed(p: Params) -> Losses | None:
    cost = p["f1"] * p["k1"] + p["f1"] * p["f2"] * p["k2"] + p["f2"] * p["f3"] * p["k3"] + 37 * p["f3"]
    size = math.log10(cost)
    is_out_of_memory = size + 0.5 * math.log10(p["batch"]) > 6.6
    is_divergent = math.log10(p["lr"]) - 0.4 * math.log10(p["batch"]) > -1.3
    if is_out_of_memory or is_divergent:
        return None
    best_lr = -3.0 + 0.5 * math.log2(p["batch"] / 32) / 2.3 - 0.25 * (size - 4.5)
    gap = (math.log10(p["lr"]) - best_lr) ** 2 / 2.0 + 0.05 * (math.log10(p["decay"]) + 4) ** 2
    gap += 6 * (p["b1"] - 0.9) ** 2
    gap += 10 * max(0.0, 0.97 - p["b2"]) ** 2 + 0.02 * (math.log10(p["eps"]) + 7) ** 2
    kernels = (p["k1"] - 8) ** 2 + (p["k2"] - 5) ** 2 + (p["k3"] - 3) ** 2
    shape = 0.01 * kernels**0.75 + 0.05 * abs(math.log2(p["f2"] / p["f1"]) - 1)
    error = 0.18 + 0.6 * math.exp(-0.9 * (size - 2.6)) + 0.35 * (1 - math.exp(-gap)) + 0.4 * shape / (1 + shape)
    return None if error > 0.9 else [error, size]


def mixed_rugged_crash() -> Problem:
    """`mixed_crash` with a rugged error: each configuration has a fixed random offset of standard deviation 0.08."""
    smooth = mixed_crash()

    def evaluate(params: Params) -> Losses | None:
        losses = smooth.evaluate(params)
        if losses is None:
            return None
        rng = np.random.default_rng(zlib.crc32(repr(sorted(params.items())).encode()))
        return [losses[0] + float(rng.normal(0, 0.08)), losses[1]]

    return replace(smooth, evaluate=evaluate, true_losses=smooth.evaluate)


def branin_currin_crash() -> Problem:
    """Two real parameters. A third of the space fails: all points outside a disc."""
    return _with_failures(multi_objective.ConstrainedBraninCurrin())


def osy_crash() -> Problem:
    """Six real parameters and six constraints. 97 % of the space fails."""
    return _with_failures(multi_objective.OSY())


def dtlz2_3() -> Problem:
    """Three objectives, an eighth of a sphere."""
    return _problem(multi_objective.DTLZ2(dim=6, num_objectives=3))


def vehicle_safety() -> Problem:
    """Three objectives of an engineering design: mass, acceleration, intrusion."""
    return _problem(multi_objective.VehicleSafety())


def penicillin_crash() -> Problem:
    """Three objectives of a simulated fermentation, seven parameters. Fails if the yield is too small."""
    problem = _problem(multi_objective.Penicillin(), fails=lambda _, losses: float(losses[0]) > -10)
    return replace(problem, max_hypervolume=None)  # the function's own maximum counts points that fail here


def car_side_impact() -> Problem:
    """Four objectives of an engineering design, seven parameters."""
    return _problem(multi_objective.CarSideImpact())


def four_bar_truss() -> Problem:
    """Four cross-sections of a truss: its volume and its displacement (Tanabe and Ishibuchi 2020, RE2-4-1)."""
    low, high, root = (1.0, math.sqrt(2), math.sqrt(2), 1.0), 3.0, math.sqrt(2)

    def evaluate(p: Params) -> Losses:
        volume = 200 * (2 * p["x0"] + root * p["x1"] + math.sqrt(p["x2"]) + p["x3"])
        return [volume, 0.01 * (2 / p["x0"] + 2 * root / p["x1"] - 2 * root / p["x2"] + 2 / p["x3"])]

    space = Space({f"x{i}": Float(low_i, high) for i, low_i in enumerate(low)})
    return Problem(space, evaluate, reference=(3000.0, 0.05))


def choice_pairs() -> Problem:
    """Six unordered choices and two real parameters. The choices interact in pairs, by tables of random numbers."""
    rng, indices = np.random.default_rng(20_261_128), np.arange(6)
    tables, best = rng.normal(size=(2, 6, 4, 4)), rng.random((2, 2))
    partners = np.stack([np.roll(indices, -1), np.roll(indices, -2)])

    def choice_losses(chosen: np.ndarray) -> np.ndarray:
        pairs = [table[indices, chosen, chosen[..., p]] for table, p in zip(tables, partners, strict=True)]
        return np.stack(pairs, axis=-1).sum(axis=-2)

    def place_losses(x: np.ndarray) -> np.ndarray:
        return 3 * ((x[..., None, :] - best) ** 2).sum(axis=-1)

    def evaluate(params: Params) -> Losses:
        chosen = np.array(["abcd".index(params[f"c{i}"]) for i in indices])
        return list((choice_losses(chosen) + place_losses(np.array([params["x0"], params["x1"]]))).tolist())

    reference = (6.0, 6.0)  # two standard deviations above the mean
    all_choices = choice_losses(np.array(list(itertools.product(range(4), repeat=6))))
    # Places beside this line between the two optima are dominated.
    efficient_places = place_losses(best[0] + np.linspace(0, 1, 101)[:, None] * (best[1] - best[0]))
    losses = (all_choices[:, None] + efficient_places).reshape(-1, 2)
    return Problem(
        space=Space(
            {f"c{i}": Categorical(list("abcd")) for i in indices} | {f"x{i}": Float(0.0, 1.0) for i in range(2)},
        ),
        evaluate=evaluate,
        reference=reference,
        max_hypervolume=pareto.hypervolume(losses[(losses < reference).all(axis=1)], reference),
    )
