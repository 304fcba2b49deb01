"""Draws of the noise-free values behind noisy measurements, for given hyperparameters of a kernel."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from botorch.models import SingleTaskGP
from linear_operator.utils.cholesky import psd_safe_cholesky
from torch import Tensor

from paretune.engine.models.kernel import MixedKernel
from paretune.engine.models.surrogate import residual_variance

MEAN_VARIANCE = 10.0  # of the prior of the mean, in variances of the outcome: next to nothing is known of it
JITTER = 1e-9  # of an outcome's variance: rounding


@dataclass(frozen=True)
class Hyperparameters:
    """The hyperparameters of a regression.

    Args:
        lengthscales: ``d`` of them.
        weight: the variance of the main effects.
        residual_variance: the variance that is neither the process nor known noise.
    """

    lengthscales: Tensor
    weight: Tensor
    residual_variance: Tensor

    @classmethod
    def of(cls, model: SingleTaskGP) -> Hyperparameters:
        """Read the hyperparameters of a fitted model."""
        return cls.of_kernel(model.covar_module, residual_variance(model))

    @classmethod
    def of_kernel(cls, kernel: MixedKernel, variance: float) -> Hyperparameters:
        """Read the hyperparameters of a kernel, and add the residual variance."""
        found = kernel.lengthscale[0].detach().clone(), kernel.weight.detach().reshape(()).clone()
        return cls(*found, torch.tensor(variance).to(found[0]))


@dataclass(frozen=True, eq=False)
class Regression:
    """``n`` outcomes: the sum of a process, of each configuration's own effect or unknown noise, and of known noise.

    Args:
        kernel: of the process; a draw sets its hyperparameters.
        F: ``n x d`` features.
        y: ``n`` outcomes, standardised.
        noise: ``n`` known variances, 0 where there is none.
        same: ``n x n``, 1 or 0 for outcomes of equal or different configurations.
        has_own_effects: whether the residual variance is that of each configuration's own effect; else it is noise.
    """

    kernel: MixedKernel
    F: Tensor
    y: Tensor
    noise: Tensor
    same: Tensor
    has_own_effects: bool

    def __getitem__(self, rows: Tensor) -> Regression:
        """Select some of the outcomes."""
        same = self.same[rows][:, rows]
        return replace(self, F=self.F[rows], y=self.y[rows], noise=self.noise[rows], same=same)

    def truth_covariance(self, K: Tensor, same: Tensor, residual: Tensor) -> Tensor:
        """Return the covariance of noise-free values from the process's covariance K and the residual variance."""
        return K + MEAN_VARIANCE + (residual * same if self.has_own_effects else 0.0)

    def outcome_covariance(self, K: Tensor, residual: Tensor) -> Tensor:
        """Return the covariance of the outcomes, ``n x n``, from the process's and the residual variance."""
        noise = self.noise if self.has_own_effects else self.noise + residual
        return self.truth_covariance(K, self.same, residual) + torch.diag(noise)

    def posterior(self, hyperparameters: Hyperparameters, F: Tensor, same: Tensor) -> tuple[Tensor, Tensor]:
        """Return the mean and the covariance of the noise-free values at ``k`` different configurations.

        Rasmussen and Williams (2006), equations 2.22 to 2.24, with a vague prior for the mean (section 2.7).

        Args:
            hyperparameters: of the kernel, and the residual variance.
            F: ``k x d`` features.
            same: ``k x n``, 1 or 0 for equal or different configurations.

        Returns:
            ``k`` and ``k x k`` numbers.
        """
        residual = hyperparameters.residual_variance
        self.kernel.set_hyperparameters(hyperparameters.lengthscales, hyperparameters.weight)
        with torch.no_grad():
            K, k, prior = (self.kernel.forward(*pair) for pair in ((self.F, self.F), (self.F, F), (F, F)))
        factor = psd_safe_cholesky(self.outcome_covariance(K, residual))
        cross, unit = self.truth_covariance(k, same.mT, residual), torch.eye(len(F)).to(F)
        weights = torch.cholesky_solve(cross, factor)
        remaining = self.truth_covariance(prior, unit, residual) - weights.mT @ cross
        return weights.mT @ self.y, (remaining + remaining.mT) / 2 + JITTER * unit

    def draw(self, hyperparameters: Hyperparameters, F: Tensor, same: Tensor, normal: Tensor) -> Tensor:
        """Draw noise-free values at ``k`` different configurations: the posterior's mean and its root times ``normal``.

        Args:
            hyperparameters: of the kernel, and the residual variance.
            F: ``k x d`` features.
            same: ``k x n``, 1 or 0 for equal or different configurations.
            normal: ``k x s`` standard normal numbers.

        Returns:
            ``k x s`` values.
        """
        mean, covariance = self.posterior(hyperparameters, F, same)
        return mean.unsqueeze(-1) + psd_safe_cholesky(covariance) @ normal
