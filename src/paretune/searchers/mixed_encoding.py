"""The unit cube of a space as the mixed search space of a CMA-ES."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from paretune.space import Parameter, Space

if TYPE_CHECKING:
    from cmaes import CatCMAwM

MAX_LEVELS = 200  # of a parameter with a margin


class MixedEncoding:
    """Which parameters are continuous, ordered with levels, choices, or constant.

    Args:
        space: the parameters.
    """

    def __init__(self, space: Space) -> None:
        self._parameters = list(space.values())
        kinds = np.array([_kind(parameter) for parameter in self._parameters])
        self._continuous, self._ordered, self._choices = (np.flatnonzero(kinds == kind) for kind in ("x", "z", "c"))

    def make_search(self, population: int, mean: NDArray[np.float64], sigma: float, seed: int) -> CatCMAwM:
        """Make a search of the package ``cmaes``.

        Args:
            population: number of points in a round.
            mean: ``d`` positions in the unit cube where it begins; choices begin with equal probabilities.
            sigma: first standard deviation in the unit cube.
            seed: of its random numbers.
        """
        from cmaes import CatCMAwM  # noqa: PLC0415 (a search by another method does not load it)

        numeric = np.concatenate([self._continuous, self._ordered])
        levels = [self._levels(j) for j in self._ordered.tolist()]
        sizes = [self._parameters[j].n_levels for j in self._choices.tolist()]
        return CatCMAwM(
            x_space=[[0.0, 1.0]] * len(self._continuous) or None,
            z_space=levels or None,
            c_space=sizes or ([2] if not len(numeric) else None),  # a space of constants has one configuration
            population_size=population,
            mean=mean[numeric].copy(),
            sigma=sigma,
            cov=np.eye(len(numeric)),
            seed=seed,
        )

    def _levels(self, j: int) -> list[float]:
        parameter = self._parameters[j]
        places: list[float] = parameter.encode(
            [parameter.level(cell) for cell in range(parameter.n_levels or 1)]
        ).tolist()
        return places

    def decode(self, solution: CatCMAwM.Solution) -> NDArray[np.float64]:
        """Return ``d`` positions in the unit cube of a solution."""
        place = np.full(len(self._parameters), 0.5)
        if len(self._continuous):
            place[self._continuous] = solution.x
        if len(self._ordered):
            place[self._ordered] = solution.z
        for column, j in enumerate(self._choices.tolist()):
            place[j] = self._levels(j)[int(np.argmax(solution.c[column]))]
        return place

    def has_converged(self, solutions: Sequence[CatCMAwM.Solution], tolerance: float) -> bool:
        """Whether the continuous positions of a round differ by less than a tolerance; False if there are none."""
        places = np.array([self.decode(solution) for solution in solutions])[:, self._continuous]
        return bool(places.size and (np.ptp(places, axis=0) < tolerance).all())


def _kind(parameter: Parameter) -> str:
    """Return x for a continuous parameter, z for an ordered one, c for a choice, and an empty text for a constant."""
    n = parameter.n_levels
    if n is None:
        return "x"
    if n == 1:
        return ""
    if parameter.is_nominal or n == 2:
        return "c"
    return "z" if n <= MAX_LEVELS else "x"
