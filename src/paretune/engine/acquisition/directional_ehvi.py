"""The expected hypervolume improvement as a mean over directions, for fronts of many points."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from botorch.models.model import Model
from torch import Tensor

from paretune.engine.acquisition.expected_hypervolume import GainFunction, OneTrialAcquisition
from paretune.engine.models.marginals import marginals
from paretune.errors import InvalidInputError

N_DIRECTIONS = 512
FINE_STEPS = (
    0.0003,
    0.001,
    0.003,
)  # for a distant reference: an improvement is then a small part of the reach
STEPS = (0.0, *FINE_STEPS, 0.01, 0.03, 0.06, 0.12, 0.24, 0.48, 0.96, 2.0, 4.0, 8.0, 16.0)  # in the front's mean reach
MIN_COSINE = 1e-6
CHUNK_SIZE = 16  # places at a time; their corners stay in the processor's cache, which halves the time
MIN_TAIL = 1e-75  # the product of four does not vanish; 18 deviations below the front all places are alike


class LogDirectionalImprovement(OneTrialAcquisition):
    """The logarithm of the expected hypervolume improvement over a given front, as a mean over directions.

    A hypervolume is, up to a constant, the mean over directions from the reference of the ``m``-th power of the front's
    reach (Deng and Zhang 2019, "Approximating hypervolume and hypervolume contributions using polar coordinate";
    Golovin and Zhang 2020, arXiv 2006.04655). The probability that a trial reaches farther than ``t`` is the product of
    its objectives' probabilities. The expected improvement along a direction is an integral over ``t``, computed by
    the trapezoidal rule up to sixteen times the front's mean reach. The work does not depend on the front's size; the
    number of cells of a box decomposition grows with its square where there are four objectives.

    Args:
        model: as in `LogExpectedHypervolumeImprovement`.
        front: ``k x m`` gains, each better than the reference; one at least.
        reference: ``m`` gains; nothing worse counts.
        rng: of the directions.
        untransform: for each objective, a function from the model's gains to those of the hypervolume; None where they
            are the same.
        transform: the inverse functions.
        exploration: as in `LogExpectedHypervolumeImprovement`.

    Raises:
        InvalidInputError: the front has no points.

    Example:
        >>> from botorch.models import SingleTaskGP
        >>> X = torch.linspace(0, 1, 5, dtype=torch.double)[:, None]
        >>> model = SingleTaskGP(X, torch.hstack([X, 1 - X**2, X * (1 - X)]))
        >>> front, reference = torch.tensor([[0.5, 0.75, 0.25]]).double(), torch.zeros(3).double()
        >>> acquisition = LogDirectionalImprovement(model, front, reference, np.random.default_rng(0))
        >>> tuple(acquisition(torch.rand(7, 1, 1, dtype=torch.double)).shape)
        (7,)
    """

    def __init__(  # noqa: PLR0913 (the arguments of the exact improvement, an rng and the inverse functions)
        self,
        model: Model,
        front: Tensor,
        reference: Tensor,
        rng: np.random.Generator,
        untransform: Sequence[GainFunction | None] = (),
        transform: Sequence[GainFunction | None] = (),
        *,
        exploration: float = 1.0,
    ) -> None:
        super().__init__(model)
        if len(front) == 0:
            raise InvalidInputError(
                "front must have at least one point: use LogExpectedHypervolumeImprovement without one"
            )
        self._marginals, self._exploration = marginals(model), exploration
        m = len(reference)
        origin = _apply(untransform, reference.unsqueeze(0))
        gains = _apply(untransform, front) - origin
        span = gains.amax(dim=0)
        directions = _directions(m, rng).to(reference)
        reach = (gains / span).unsqueeze(1).div(directions).amin(dim=-1).amax(dim=0)
        t = reach.unsqueeze(-1) + reach.new_tensor(STEPS) * reach.mean()
        corners = origin + span * directions.unsqueeze(1) * t.unsqueeze(-1)
        self._corners = _apply(transform, corners.reshape(-1, m))
        ball = math.pi ** (m / 2) / 2**m / math.gamma(m / 2 + 1)  # its positive orthant
        slices = m * t ** (m - 1) * _trapezoids(t)
        self._weights, self._log_span = (ball / N_DIRECTIONS * slices / 2**m).reshape(-1), span.log().sum()

    def _values(self, X: Tensor) -> Tensor:
        mean, deviation = self._marginals(X)
        m = self._corners.shape[1]
        parts = zip(torch.split(mean, CHUNK_SIZE), torch.split(self._exploration * deviation, CHUNK_SIZE), strict=True)
        improvement = torch.cat([self._improvement(*part) for part in parts]).log() + self._log_span
        return improvement + torch.special.log_ndtr(mean[:, m:] / deviation[:, m:]).sum(-1)

    def _improvement(self, mean: Tensor, spread: Tensor) -> Tensor:
        """Return the mean over directions for means and deviations ``N x m``: ``N`` improvements over the span."""
        upper_tails = mean.new_ones(())  # twice the probability to be better than a corner, for each objective
        for j, corners in enumerate(self._corners.T):
            z = (corners - mean[:, [j]]) / (spread[:, [j]] * math.sqrt(2))
            upper_tails = upper_tails * torch.erfc(z).clamp_min(MIN_TAIL)  # logarithms would take seven times as long
        return upper_tails @ self._weights


def _directions(m: int, rng: np.random.Generator) -> Tensor:
    """Return evenly spread unit vectors with positive parts: ``N_DIRECTIONS x m``."""
    from scipy.stats import qmc  # noqa: PLC0415 (slow to load)

    normal = np.abs(qmc.MultivariateNormalQMC(np.zeros(m), rng=rng).random(N_DIRECTIONS))
    return torch.tensor(normal / np.linalg.norm(normal, axis=1, keepdims=True)).clamp_min(MIN_COSINE)


def _trapezoids(t: Tensor) -> Tensor:
    """Return the weights of the trapezoidal rule for ascending nodes in the last dimension."""
    halves = t.diff(dim=-1) / 2
    return torch.nn.functional.pad(halves, (0, 1)) + torch.nn.functional.pad(halves, (1, 0))


def _apply(functions: Sequence[GainFunction | None], gains: Tensor) -> Tensor:
    """Apply to each of ``m`` columns its function."""
    columns = zip(functions or [None] * gains.shape[-1], gains.T, strict=True)
    return torch.stack([column if function is None else function(column) for function, column in columns], dim=-1)
