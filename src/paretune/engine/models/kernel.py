"""How alike are two configurations? The kernel of every model: main effects, and what varies with all parameters."""

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
LONGER = 1.0  # in the logarithm, than BoTorch's length scales, where a parameter is ordered
CHOICES_LONGER = 3.0  # times that between unordered choices, beside ordered parameters: BoTorch's median
SMALLEST = 1e-6


class MixedKernel(Kernel):
    """Matern-5/2 over all parameters jointly, plus main effects: a response surface with a smooth residual.

    The joint part is ``(1 + sqrt(5) r + 5/3 r^2) exp(-sqrt(5) r)`` with ``r^2 = sum_j delta_j / l_j^2``, where
    ``delta_j`` is the squared difference of an ordered parameter, and 0 or 1 for equal or different choices of an
    unordered one (Hamming). Its variance is 1. Length scales have a log-normal prior that grows with the number of
    parameters (`lengthscale_prior`). The main effects, of weight ``w``, are a
    Bayesian linear model of a straight line and a parabola for each ordered parameter and a level for each choice of an
    unordered one.

    Args:
        nominal: ``d`` booleans: which columns are unordered choices. Ordered ones are in [0, 1].
        longer: as of `lengthscale_prior`.

    Example:
        >>> kernel = MixedKernel(torch.tensor([False, True]))
        >>> X = torch.tensor([[0.0, 1.0], [0.5, 2.0]], dtype=torch.double)
        >>> tuple(kernel(X).to_dense().shape)
        (2, 2)
    """

    has_lengthscale = True

    def __init__(self, nominal: Tensor, longer: float = LONGER) -> None:
        d = len(nominal)
        super().__init__(
            ard_num_dims=d,
            lengthscale_prior=LogNormalPrior(*lengthscale_prior(nominal, longer)),
            lengthscale_constraint=GreaterThan(SMALLEST, transform=None, initial_value=1.0),
        )
        self.register_buffer("nominal", nominal)
        self.register_parameter("raw_weight", torch.nn.Parameter(torch.tensor(0.5, dtype=torch.double)))
        self.register_constraint("raw_weight", GreaterThan(SMALLEST, transform=None))
        self.register_prior("weight_prior", LogNormalPrior(*WEIGHT_PRIOR), _weight)
        self.to(device=nominal.device, dtype=torch.double)

    @property
    def weight(self) -> Tensor:
        """The variance of the main effects."""
        return self.raw_weight_constraint.transform(self.raw_weight)

    def set(self, lengthscales: Tensor, weight: Tensor) -> None:
        """Set the ``d`` length scales and the weight of the main effects."""
        self.initialize(lengthscale=lengthscales.detach().clone(), raw_weight=weight.detach().clone())

    def forward(self, x1: Tensor, x2: Tensor, diag: bool = False, **_: Any) -> Tensor:  # noqa: FBT001, FBT002 (GPyTorch's)
        """The covariance of ``... x n x d`` with ``... x N x d``: ``... x n x N``, or the diagonal."""
        if diag:
            return self._beside(x1, x2)
        lengthscales, ordered = self.lengthscale[0], ~self.nominal
        near = squared_distance(x1[..., ordered] / lengthscales[ordered], x2[..., ordered] / lengthscales[ordered])
        a, b, columns = self._indicators(x1, x2)
        precisions = lengthscales[self.nominal] ** -2
        far = (precisions.sum() - (a * precisions[columns]) @ b.mT).clamp_min(0.0)
        return joint(near + far) + self.weight * self._main(x1, x2, a @ b.mT)

    def _beside(self, x1: Tensor, x2: Tensor) -> Tensor:
        """The covariance of each of ``... x n x d`` with the one at its side: ``... x n``."""
        deltas = self._differences(x1, x2)
        n_same = (deltas[..., self.nominal] == 0).to(deltas).sum(dim=-1)
        main = (self._effects(x1) * self._effects(x2)).sum(dim=-1) + n_same / len(self.nominal)
        return joint(deltas @ self.lengthscale[0] ** -2) + self.weight * main

    def deltas(self, X: Tensor) -> Tensor:
        """Squared differences of ``n x d`` features, and 0 or 1 for choices: ``n x n x d``."""
        return self._differences(X.unsqueeze(-2), X.unsqueeze(-3))

    def _differences(self, x1: Tensor, x2: Tensor) -> Tensor:
        difference = x1 - x2
        return torch.where(self.nominal, (difference != 0).to(difference), difference**2)

    def main(self, x1: Tensor, x2: Tensor) -> Tensor:
        """The main effects' covariance at weight 1: ``... x n x N``."""
        a, b, _ = self._indicators(x1, x2)
        return self._main(x1, x2, a @ b.mT)

    def _main(self, x1: Tensor, x2: Tensor, n_same: Tensor) -> Tensor:
        return self._effects(x1) @ self._effects(x2).mT + n_same / len(self.nominal)

    def _indicators(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """1 or 0 for each choice that is in ``x2``: ``... x n x C``, ``... x N x C``, and which unordered one it is of.

        Their products count equal choices in half of the time that it takes to compare each pair.
        """
        x1, x2 = x1[..., self.nominal], x2[..., self.nominal]
        levels = [torch.unique(x2[..., j]) for j in range(x2.shape[-1])]
        columns = torch.tensor([j for j, found in enumerate(levels) for _ in found], dtype=torch.long, device=x2.device)
        chosen = torch.cat([x2.new_empty(0), *levels])
        return (x1[..., columns] == chosen).to(x1), (x2[..., columns] == chosen).to(x2), columns

    def _effects(self, X: Tensor) -> Tensor:
        """Lines and parabolas, each of variance 1/d over the unit interval and uncorrelated there (Legendre)."""
        u = X[..., ~self.nominal] - 0.5
        return torch.cat([u * math.sqrt(12), (u**2 - 1 / 12) * math.sqrt(180)], dim=-1) / math.sqrt(len(self.nominal))


def _weight(kernel: MixedKernel) -> Tensor:  # a kernel that holds no lambda can be pickled
    return kernel.weight


def lengthscale_prior(nominal: Tensor, longer: float) -> tuple[Tensor, Tensor]:
    """Locations and scales of the length scales' log-normal prior: BoTorch's, but longer.

    Hvarfner et al. (2024, arXiv 2402.02229). In a space of unordered choices alone it is BoTorch's own.

    Args:
        nominal: ``d`` booleans: which columns are unordered choices.
        longer: by how much for ordered parameters, in the logarithm; for unordered choices three times that.

    Returns:
        ``d`` locations and ``d`` scales.
    """
    location = math.sqrt(2.0) + 0.5 * math.log(len(nominal))
    ones = torch.ones(nominal.shape, dtype=torch.double, device=nominal.device)
    times = torch.where(nominal, CHOICES_LONGER * ones, ones) if (~nominal).any() else 0.0 * ones
    return location + longer * times, math.sqrt(3.0) * ones


def squared_distance(a: Tensor, b: Tensor) -> Tensor:
    """``... x n x d`` from ``... x N x d``: ``... x n x N``, by one matrix product."""
    return ((a**2).sum(-1).unsqueeze(-1) + (b**2).sum(-1).unsqueeze(-2) - 2 * a @ b.mT).clamp_min(0.0)


def joint(squared: Tensor) -> Tensor:
    """Matern-5/2 of squared scaled distances."""
    r = (squared + 1e-20).sqrt()  # the root has no gradient at 0
    return (1 + SQRT5 * r + 5 / 3 * squared) * torch.exp(-SQRT5 * r)


def covariance(deltas: Tensor, main: Tensor, lengthscales: Tensor, weight: Tensor) -> Tensor:
    """The kernel, of what does not depend on its hyperparameters: `MixedKernel.deltas` and `MixedKernel.main`."""
    return joint(deltas @ lengthscales**-2) + weight * main


def covariance_with_slopes(
    deltas: Tensor, main: Tensor, lengthscales: Tensor, weight: Tensor
) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    """The same, and how it changes, without the overhead of autograd: a fit does little else.

    Args:
        deltas: ``n x n x d``.
        main: ``n x n``.
        lengthscales: ``d`` of them.
        weight: of the main effects.

    Returns:
        The covariance K; and from the gradient ``n x n`` of anything with respect to K to its ``d + 1`` slopes in the
        logarithms of length scales and weight.
    """
    flat, precisions = deltas.flatten(0, 1), lengthscales**-2
    squared = flat @ precisions
    scaled = SQRT5 * squared.sqrt()
    decay, line = torch.exp(-scaled), 1 + scaled
    effects = weight * main
    K = ((line + 5 / 3 * squared) * decay).view_as(main) + effects

    def slopes(gradient: Tensor) -> Tensor:
        by_squared = -5 / 6 * line * decay * gradient.flatten()
        return torch.cat([-2 * precisions * (by_squared @ flat), (gradient * effects).sum().reshape(1)])

    return K, slopes
