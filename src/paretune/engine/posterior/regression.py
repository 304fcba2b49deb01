"""What do noisy measurements say of the truths behind them, with a kernel's hyperparameters given?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from botorch.models import SingleTaskGP
from linear_operator.utils.cholesky import psd_safe_cholesky
from torch import Tensor

from paretune.engine.models.kernel import MixedKernel
from paretune.engine.models.surrogate import unexplained

MEAN_VARIANCE = 10.0  # of the mean, in variances of the outcome: next to nothing is known of it
TINY = 1e-9  # of an outcome's variance: rounding


@dataclass(frozen=True)
class Hyperparameters:
    """Of a regression.

    Args:
        lengthscales: ``d`` of them.
        weight: the variance of the main effects.
        unexplained: the variance that is neither the process nor known noise.
    """

    lengthscales: Tensor
    weight: Tensor
    unexplained: Tensor

    @classmethod
    def of(cls, model: SingleTaskGP) -> Hyperparameters:
        """Those that a model was fitted to."""
        kernel = model.covar_module
        found = kernel.lengthscale[0].detach().clone(), kernel.weight.detach().reshape(()).clone()
        return cls(*found, torch.tensor(unexplained(model)).to(found[0]))


@dataclass(frozen=True, eq=False)
class Regression:
    """``n`` outcomes: a process, what is each configuration's own or unknown noise, and known noise.

    Args:
        kernel: of the process; a draw sets its hyperparameters.
        F: ``n x d`` features.
        y: ``n`` outcomes, standardised.
        noise: ``n`` known variances, 0 where there is none.
        same: ``n x n``, 1 or 0 for outcomes of equal or different configurations.
        has_own: whether what is not explained is each configuration's own; else it is noise.
    """

    kernel: MixedKernel
    F: Tensor
    y: Tensor
    noise: Tensor
    same: Tensor
    has_own: bool

    def __getitem__(self, rows: Tensor) -> Regression:
        """Of some of the outcomes."""
        same = self.same[rows][:, rows]
        return replace(self, F=self.F[rows], y=self.y[rows], noise=self.noise[rows], same=same)

    def of_truths(self, K: Tensor, same: Tensor, unexplained: Tensor) -> Tensor:
        """The covariance of truths, given that of the process."""
        return K + MEAN_VARIANCE + (unexplained * same if self.has_own else 0.0)

    def of_outcomes(self, K: Tensor, unexplained: Tensor) -> Tensor:
        """The covariance of the outcomes, given that of the process."""
        noise = self.noise if self.has_own else self.noise + unexplained
        return self.of_truths(K, self.same, unexplained) + torch.diag(noise)

    def draw(self, hyperparameters: Hyperparameters, F: Tensor, same: Tensor, normal: Tensor) -> Tensor:
        """Draw the truths at ``k`` different configurations: the posterior's mean and its root times normal numbers.

        Rasmussen and Williams (2006), equations 2.22 to 2.24, with a vague prior for the mean (section 2.7).

        Args:
            hyperparameters: of the kernel and of what is not explained.
            F: ``k x d`` features.
            same: ``k x n``, 1 or 0 for equal or different configurations.
            normal: ``k x s`` standard normal numbers.

        Returns:
            ``k x s`` outcomes.
        """
        unexplained = hyperparameters.unexplained
        self.kernel.set(hyperparameters.lengthscales, hyperparameters.weight)
        with torch.no_grad():
            K, k, prior = (self.kernel.forward(*pair) for pair in ((self.F, self.F), (self.F, F), (F, F)))
        factor = psd_safe_cholesky(self.of_outcomes(K, unexplained))
        cross, unit = self.of_truths(k, same.mT, unexplained), torch.eye(len(F)).to(F)
        weights = torch.cholesky_solve(cross, factor)
        left = self.of_truths(prior, unit, unexplained) - weights.mT @ cross
        root = psd_safe_cholesky((left + left.mT) / 2 + TINY * unit)
        return (weights.mT @ self.y).unsqueeze(-1) + root @ normal
