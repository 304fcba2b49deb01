"""Problems with noise: a measurement of a configuration is different each time, as trainings with other seeds are.

The true losses of a configuration are the means over its seeds, or the values without noise. The range of an objective
is that of the true front, from its best to its worst value there.

- Tables: the residuals of the table's own seeds, times a factor. They are scaled so that their variance is unbiased.
- A quarter: normal noise with a standard deviation of a quarter of the range.
- Growing: the standard deviation is proportional to the distance from the objective's best value.
- Spikes: one training of ten takes two to eight times as long.
"""

from __future__ import annotations

import csv
import functools
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from paretune import Categorical, Int, Space, pareto
from paretune.engine import sobol
from paretune.space import Params
from problems import synthetic
from problems.base import Losses, Problem
from problems.tabular import HPOLIB, Family, load_table, nas_bench

TABLES = Path(__file__).parents[1] / "tables"
UNORDERED = {"activation"}
SPIKE_PROBABILITY, LARGEST_SPIKE = 0.1, 8.0
N_POINTS = 2**13  # of a space of few parameters, to find the true front


TrueLosses: TypeAlias = Callable[[Params], Losses | None]
Measure: TypeAlias = Callable[[Params, NDArray[np.float64], np.random.Generator], NDArray[np.float64]]


@dataclass(frozen=True)
class NoisyProblem:
    """A problem whose measurements are noisy.

    Args:
        space: the search space.
        true_losses: return the noise-free losses of a configuration, or None if it fails.
        measure: return noisy losses from a configuration, its true losses and a source of randomness.
        best: ``m`` losses, the best values on the true front.
        ranges: ``m`` ranges of the true front.
        reference: the reference point of the hypervolume.
        max_hypervolume: the largest possible hypervolume, or None if it is not known.
    """

    space: Space
    true_losses: TrueLosses
    measure: Measure
    best: NDArray[np.float64]
    ranges: NDArray[np.float64]
    reference: tuple[float, ...]
    max_hypervolume: float | None

    def with_seed(self, seed: int) -> Problem:
        """Return the problem for one run: the noise depends on the seed and the number of the evaluation."""
        rng = np.random.default_rng([seed, 28])

        def evaluate(params: Params) -> Losses | None:
            true = self.true_losses(params)
            draws = np.random.default_rng(rng.integers(2**63))  # the same noise whatever a measurement draws
            return None if true is None else self.measure(params, np.array(true), draws).tolist()

        return Problem(self.space, evaluate, self.reference, self.max_hypervolume, true_losses=self.true_losses)


def _exact_problem(space: Space, true_losses: TrueLosses, losses: NDArray[np.float64]) -> NoisyProblem:
    """Make a problem without noise yet from its true losses, and those of its whole space or of many points of it.

    The reference is a tenth of the range beyond the worst values of the front.
    """
    front = pareto.front(losses)
    ranges = np.ptp(front, axis=0)
    reference = front.max(axis=0) + 0.1 * ranges
    volume = pareto.hypervolume(front, reference)
    return NoisyProblem(space, true_losses, _exact, front.min(axis=0), ranges, tuple(reference.tolist()), volume)


def _exact(params: Params, true: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:  # noqa: ARG001
    return true


# Tables


def _of_table(
    space: Space, rows: Mapping[Any, NDArray[np.float64]], key: Callable[[Params], Any], factor: float
) -> NoisyProblem:
    """Make a problem of a table with ``seeds x m`` losses a configuration, and noise of its seeds times a factor."""
    means = {name: losses.mean(axis=0) for name, losses in rows.items()}

    def measure(params: Params, true: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
        seeds = rows[key(params)]
        unbiased = math.sqrt(len(seeds) / (len(seeds) - 1))
        return true + factor * unbiased * (seeds[rng.integers(len(seeds))] - true)

    exact = _exact_problem(space, lambda params: means[key(params)].tolist(), np.array(list(means.values())))
    return replace(exact, measure=measure)


@functools.cache
def _package_rows(folder: str, dataset: str) -> dict[str, NDArray[np.float64]]:
    family = {"hpolib": HPOLIB, "nasbench201": nas_bench(0.5)}[folder]
    table = load_table(family, dataset)
    n = min(min(len(row[column]) for column in family.columns) for row in table.values())
    return {name: np.array([family.repeat_losses(row, i) for i in range(n)]) for name, row in table.items()}


def _package_table(family: Family, dataset: str, factor: float) -> NoisyProblem:
    return _of_table(family.space(), _package_rows(family.folder, dataset), family.key, factor)


def _own_table(name: str, factor: float = 1.0) -> NoisyProblem:
    """Make a problem of a table of `make_seed_tables.py`: the loss, and the logarithm of the seconds."""
    with (TABLES / f"{name}.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    n_seeds = sum(column.startswith("loss_") for column in table[0])
    names = [column for column in table[0] if not column.startswith(("loss_", "seconds_"))]
    grid = {column: list(dict.fromkeys(row[column] for row in table)) for column in names}

    def losses(row: Mapping[str, str]) -> NDArray[np.float64]:
        return np.array([[float(row[f"loss_{i}"]), math.log(float(row[f"seconds_{i}"]))] for i in range(n_seeds)])

    def key(params: Params) -> tuple[str, ...]:
        return tuple(params[column] if column in UNORDERED else grid[column][params[column]] for column in names)

    space = {c: Categorical(levels) if c in UNORDERED else Int(0, len(levels) - 1) for c, levels in grid.items()}
    return _of_table(Space(space), {tuple(row[c] for c in names): losses(row) for row in table}, key, factor)


def protein_seeds_1() -> NoisyProblem:
    """Nets for protein structure: log loss and log seconds, as noisy as their seeds."""
    return _package_table(HPOLIB, "protein_structure", 1.0)


def protein_seeds_2() -> NoisyProblem:
    """`protein_seeds_1` with twice the noise."""
    return _package_table(HPOLIB, "protein_structure", 2.0)


def protein_seeds_4() -> NoisyProblem:
    """`protein_seeds_1` with four times the noise."""
    return _package_table(HPOLIB, "protein_structure", 4.0)


def nb201_seeds_1() -> NoisyProblem:
    """Cells of convolutional nets on CIFAR-10: error and latency, as noisy as their seeds."""
    return _package_table(nas_bench(0.5), "cifar10", 1.0)


def nb201_seeds_2() -> NoisyProblem:
    """`nb201_seeds_1` with twice the noise."""
    return _package_table(nas_bench(0.5), "cifar10", 2.0)


def nb201_seeds_4() -> NoisyProblem:
    """`nb201_seeds_1` with four times the noise."""
    return _package_table(nas_bench(0.5), "cifar10", 4.0)


def naval_seeds_4() -> NoisyProblem:
    """Nets for naval propulsion: log loss and log seconds, with four times the noise of their seeds."""
    return _package_table(HPOLIB, "naval_propulsion", 4.0)


def digits_net_seeds() -> NoisyProblem:
    """Nets trained on 200 digits: error on 50 others and log seconds, five seeds a configuration."""
    return _own_table("digits_net")


def cancer_boosting_seeds() -> NoisyProblem:
    """Boosted trees trained on 150 tumours: log-loss on 40 others and log seconds, five seeds a configuration."""
    return _own_table("cancer_boosting")


def wine_net_seeds() -> NoisyProblem:
    """Nets trained on 80 wines: log-loss on 30 others and log seconds, five seeds a configuration."""
    return _own_table("wine_net")


# Functions


def _of_function(problem: Problem) -> NoisyProblem:
    """Make a problem from one of few parameters, without noise yet: many points of its space show its true front."""
    every = (problem.evaluate(params) for params in itertools.islice(sobol(problem.space, seed=0), N_POINTS))
    losses = np.array([values for values in every if values is not None])
    return _exact_problem(problem.space, problem.evaluate, losses)


def _with_known_front(problem: Problem, best: Sequence[float], worst: Sequence[float]) -> NoisyProblem:
    """Make a problem without noise yet from the best and the worst values of its true front."""
    ranges, reference = np.subtract(worst, best), problem.reference
    return NoisyProblem(
        problem.space, problem.evaluate, _exact, np.array(best), ranges, reference, problem.max_hypervolume
    )


def _with_normal_noise(problem: NoisyProblem, shares: Sequence[float]) -> NoisyProblem:
    """Add noise with standard deviations that are shares of the ranges."""
    deviations = np.array(shares) * problem.ranges
    return replace(problem, measure=lambda params, true, rng: true + deviations * rng.normal(size=len(true)))  # noqa: ARG005


def _with_growing_noise(problem: NoisyProblem, share: float) -> NoisyProblem:
    """Add noise with standard deviations that are a share of the distance from the best value."""
    best, least = problem.best, 0.02 * problem.ranges
    return replace(
        problem,
        measure=lambda params, true, rng: true + (least + share * (true - best)) * rng.normal(size=len(true)),  # noqa: ARG005
    )


def _with_spikes(problem: NoisyProblem) -> NoisyProblem:
    """Let one training of ten take two to eight times as long; the last loss is the logarithm of seconds."""

    def measure(params: Params, true: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
        losses = problem.measure(params, true, rng)
        if rng.random() < SPIKE_PROBABILITY:
            losses[-1] += rng.uniform(math.log(2), math.log(LARGEST_SPIKE))
        return losses

    return replace(problem, measure=measure)


def dtlz2_quarter() -> NoisyProblem:
    """Six real parameters, a quarter of a circle; noise of a quarter of the range in both objectives."""
    return _with_normal_noise(_with_known_front(synthetic.dtlz2_6(), (0, 0), (1, 1)), (0.25, 0.25))


def branin_currin_quarter() -> NoisyProblem:
    """Two real parameters; noise of a quarter of the range in both objectives."""
    return _with_normal_noise(_of_function(synthetic.branin_currin()), (0.25, 0.25))


def mixed_quarter_crash() -> NoisyProblem:
    """Twelve mixed parameters: an error with noise of a quarter of the range, and a size without noise. 12 % fail."""
    return _with_normal_noise(_with_known_front(synthetic.mixed_crash(), (0.2, 2.6), (0.8, 5.6)), (0.25, 0.0))


def branin_currin_growing() -> NoisyProblem:
    """Two real parameters; noise that grows with the objective, to 30 % of the distance from the best value."""
    return _with_growing_noise(_of_function(synthetic.branin_currin()), 0.3)


def four_bar_truss_growing() -> NoisyProblem:
    """Four real parameters of a truss; noise that grows with the objective, to 30 % of its distance from the best."""
    return _with_growing_noise(_of_function(synthetic.four_bar_truss()), 0.3)


def four_bar_truss_quarter() -> NoisyProblem:
    """Four real parameters of a truss; noise of a quarter of the range in both objectives."""
    return _with_normal_noise(_of_function(synthetic.four_bar_truss()), (0.25, 0.25))


def protein_spikes() -> NoisyProblem:
    """`protein_seeds_1` with spikes in the times."""
    return _with_spikes(protein_seeds_1())


def slice_spikes() -> NoisyProblem:
    """Nets for slice localization, with spikes in the times."""
    return _with_spikes(_package_table(HPOLIB, "slice_localization", 1.0))


NOISY_OPEN = {
    problem.__name__: problem
    for problem in (
        protein_seeds_1,
        protein_seeds_2,
        protein_seeds_4,
        nb201_seeds_1,
        nb201_seeds_2,
        nb201_seeds_4,
        digits_net_seeds,
        cancer_boosting_seeds,
        dtlz2_quarter,
        branin_currin_quarter,
        mixed_quarter_crash,
        branin_currin_growing,
        protein_spikes,
    )
}
NOISY_HELD_OUT = {
    problem.__name__: problem
    for problem in (naval_seeds_4, wine_net_seeds, four_bar_truss_quarter, four_bar_truss_growing, slice_spikes)
}
NOISY = NOISY_OPEN | NOISY_HELD_OUT


@functools.cache
def load_noisy_problem(name: str) -> NoisyProblem:
    """Return the noisy problem with this name."""
    return NOISY[name]()
