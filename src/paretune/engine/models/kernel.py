"""The kernel of every model: main effects, and a Matern part over all parameters together."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from gpytorch.constraints import GreaterThan
from gpytorch.kernels import Kernel
from gpytorch.priors import LogNormalPrior
from torch import Tensor

SQRT5 = math.sqrt(5.0)
WEIGHT_PRIOR = (math.log(0.5) + 2.0, math.sqrt(2.0))  # of the main effects; its mode, in dw, is at 1/2
LOG_STRETCH = 1.0  # by which length scales of ordered parameters are longer than BoTorch's, in the logarithm
NOMINAL_STRETCH = 3.0  # times as much for unordered choices beside ordered ones: the mode is at BoTorch's median
MIN_HYPERPARAMETER = 1e-6


class MixedKernel(Kernel):
    """Matern-5/2 over all parameters jointly, plus main effects: a response surface with a smooth residual.

    The joint part is ``(1 + sqrt(5) r + 5/3 r^2) exp(-sqrt(5) r)`` with ``r^2 = sum_j delta_j / l_j^2``, where
    ``delta_j`` is the squared difference of an ordered parameter, and 0 or 1 for equal or different choices of an
    unordered one (Hamming). Its variance is 1. Length scales have a log-normal prior that grows with the number of
    parameters (`lengthscale_prior`). The main effects, of weight ``w``, are a Bayesian linear model of a straight line
    and a parabola for each ordered parameter and a level for each choice of an unordered one.

    Args:
        is_nominal: ``d`` booleans: which columns are unordered choices. Ordered ones are in [0, 1].
        log_stretch: see `lengthscale_prior`.

    Example:
        >>> kernel = MixedKernel(torch.tensor([False, True]))
        >>> X = torch.tensor([[0.0, 1.0], [0.5, 2.0]], dtype=torch.double)
        >>> tuple(kernel(X).to_dense().shape)
        (2, 2)
    """

    has_lengthscale = True

    def __init__(self, is_nominal: Tensor, log_stretch: float = LOG_STRETCH) -> None:
        d = len(is_nominal)
        super().__init__(
            ard_num_dims=d,
            lengthscale_prior=LogNormalPrior(*lengthscale_prior(is_nominal, log_stretch)),
            lengthscale_constraint=GreaterThan(MIN_HYPERPARAMETER, transform=None, initial_value=1.0),
        )
        self.register_buffer("is_nominal", is_nominal)
        self.register_parameter("raw_weight", torch.nn.Parameter(torch.tensor(0.5, dtype=torch.double)))
        self.register_constraint("raw_weight", GreaterThan(MIN_HYPERPARAMETER, transform=None))
        self.register_prior("weight_prior", LogNormalPrior(*WEIGHT_PRIOR), _weight)
        self.to(device=is_nominal.device, dtype=torch.double)

    @property
    def weight(self) -> Tensor:
        """The variance of the main effects."""
        return self.raw_weight_constraint.transform(self.raw_weight)

    def set_hyperparameters(self, lengthscales: Tensor, weight: Tensor) -> None:
        """Set the ``d`` length scales and the weight of the main effects."""
        self.initialize(lengthscale=lengthscales.detach().clone(), raw_weight=weight.detach().clone())

    def forward(self, x1: Tensor, x2: Tensor, diag: bool = False, **_: Any) -> Tensor:  # noqa: FBT001, FBT002 (GPyTorch's)
        """Return the covariance of ``... x n x d`` with ``... x N x d``: ``... x n x N``, or the diagonal."""
        if diag:
            return self._paired(x1, x2)
        lengthscales, ordered = self.lengthscale[0], ~self.is_nominal
        from_ordered = squared_distance(
            x1[..., ordered] / lengthscales[ordered], x2[..., ordered] / lengthscales[ordered]
        )
        a, b, columns = self._indicators(x1, x2)
        precisions = lengthscales[self.is_nominal] ** -2
        from_choices = (precisions.sum() - (a * precisions[columns]) @ b.mT).clamp_min(0.0)
        return matern52(from_ordered + from_choices) + self.weight * self._main_effects(x1, x2, a @ b.mT)

    def _paired(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Return the covariance of each row of ``... x n x d`` with the same row of another: ``... x n``."""
        differences = self._squared_differences(x1, x2)
        n_same = (differences[..., self.is_nominal] == 0).to(differences).sum(dim=-1)
        main_effects = (self._effects(x1) * self._effects(x2)).sum(dim=-1) + n_same / len(self.is_nominal)
        return matern52(differences @ self.lengthscale[0] ** -2) + self.weight * main_effects

    def squared_differences(self, X: Tensor) -> Tensor:
        """Return squared differences of ``n x d`` features, 0 or 1 for choices: ``n x n x d``."""
        return self._squared_differences(X.unsqueeze(-2), X.unsqueeze(-3))

    def _squared_differences(self, x1: Tensor, x2: Tensor) -> Tensor:
        difference = x1 - x2
        return torch.where(self.is_nominal, (difference != 0).to(difference), difference**2)

    def main_effects(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Return the main effects' covariance at weight 1: ``... x n x N``."""
        a, b, _ = self._indicators(x1, x2)
        return self._main_effects(x1, x2, a @ b.mT)

    def _main_effects(self, x1: Tensor, x2: Tensor, n_same: Tensor) -> Tensor:
        return self._effects(x1) @ self._effects(x2).mT + n_same / len(self.is_nominal)

    def _indicators(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return 1 or 0 for each choice that is in ``x2``: ``... x n x C``, ``... x N x C``; and each choice's column.

        Their products count equal choices in half of the time that it takes to compare each pair.
        """
        x1, x2 = x1[..., self.is_nominal], x2[..., self.is_nominal]
        levels = [torch.unique(x2[..., j]) for j in range(x2.shape[-1])]
        columns = torch.tensor([j for j, found in enumerate(levels) for _ in found], dtype=torch.long, device=x2.device)
        chosen = torch.cat([x2.new_empty(0), *levels])
        return (x1[..., columns] == chosen).to(x1), (x2[..., columns] == chosen).to(x2), columns

    def _effects(self, X: Tensor) -> Tensor:
        """Return lines and parabolas, each of variance 1/d over the unit interval, uncorrelated there (Legendre)."""
        u = X[..., ~self.is_nominal] - 0.5
        return torch.cat([u * math.sqrt(12), (u**2 - 1 / 12) * math.sqrt(180)], dim=-1) / math.sqrt(
            len(self.is_nominal)
        )


def _weight(kernel: MixedKernel) -> Tensor:  # a kernel that holds no lambda can be pickled
    return kernel.weight


def lengthscale_prior(is_nominal: Tensor, log_stretch: float) -> tuple[Tensor, Tensor]:
    """Return locations and scales of the length scales' log-normal prior: BoTorch's, but longer.

    Hvarfner et al. (2024, arXiv 2402.02229). In a space of unordered choices alone it is BoTorch's own.

    Args:
        is_nominal: ``d`` booleans: which columns are unordered choices.
        log_stretch: how much longer for ordered parameters, in the logarithm; for unordered choices three times that.

    Returns:
        ``d`` locations and ``d`` scales.
    """
    location = math.sqrt(2.0) + 0.5 * math.log(len(is_nominal))
    ones = torch.ones(is_nominal.shape, dtype=torch.double, device=is_nominal.device)
    times = torch.where(is_nominal, NOMINAL_STRETCH * ones, ones) if (~is_nominal).any() else 0.0 * ones
    return location + log_stretch * times, math.sqrt(3.0) * ones


def squared_distance(a: Tensor, b: Tensor) -> Tensor:
    """Return squared distances of ``... x n x d`` from ``... x N x d``: ``... x n x N``, by one matrix product."""
    return ((a**2).sum(-1).unsqueeze(-1) + (b**2).sum(-1).unsqueeze(-2) - 2 * a @ b.mT).clamp_min(0.0)


def matern52(squared: Tensor) -> Tensor:
    """Return the Matern-5/2 function of squared scaled distances."""
    r = (squared + 1e-20).sqrt()  # the root has no gradient at 0
    return (1 + SQRT5 * r + 5 / 3 * squared) * torch.exp(-SQRT5 * r)


def covariance(differences: Tensor, main_effects: Tensor, lengthscales: Tensor, weight: Tensor) -> Tensor:
    """Return the kernel from what does not depend on its hyperparameters.

    Args:
        differences: ``n x n x d`` (`MixedKernel.squared_differences`).
        main_effects: ``n x n`` (`MixedKernel.main_effects`).
        lengthscales: ``d`` of them.
        weight: of the main effects.
    """
    return matern52(differences @ lengthscales**-2) + weight * main_effects


def covariance_with_gradient(
    differences: Tensor, main_effects: Tensor, lengthscales: Tensor, weight: Tensor
) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    """Return `covariance` of the same arguments, and its derivatives without autograd, the costliest part of a fit.

    Returns:
        The covariance K; and a function from the gradient ``n x n`` of anything with respect to K to its ``d + 1``
        slopes in the logarithms of length scales and weight.
    """
    flat, precisions = differences.flatten(0, 1), lengthscales**-2
    squared = flat @ precisions
    scaled = SQRT5 * squared.sqrt()
    decay, line = torch.exp(-scaled), 1 + scaled
    effects = weight * main_effects
    K = ((line + 5 / 3 * squared) * decay).view_as(main_effects) + effects

    def slopes(gradient: Tensor) -> Tensor:
        by_squared = -5 / 6 * line * decay * gradient.flatten()
        return torch.cat([-2 * precisions * (by_squared @ flat), (gradient * effects).sum().reshape(1)])

    return K, slopes
