"""A Gaussian process classifier of the configurations that succeed, by expectation propagation."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from paretune.engine.models.kernel import MixedKernel
from paretune.engine.models.map_fit import Evidence, evenly_spaced_rows, fit_map

SCALE_PRIOR = (math.log(5.5) + 4.0, 2.0)  # of the latent variance; its mode, in ds, is at 5.5: sharp borders
MEAN_VARIANCE = 1.0  # the prior variance of the latent mean
STEP, MIN_STEP = 0.9, 0.1  # of the way to better sites; less where one sweep undoes another
TOLERANCE = 1e-5  # of the log evidence
MAX_SWEEPS = 50
LOG_ROOT_2PI = 0.5 * math.log(2 * math.pi)


class Classifier:
    """A Gaussian process classifier with a probit link, by expectation propagation.

    Rasmussen and Williams (2006), section 3.6, all sites at once. Its probabilities are nearly those of the exact
    posterior; those of Laplace's approximation are too near to one half (Kuss and Rasmussen 2005, "Assessing
    approximate inference for binary Gaussian process classification").

    Args:
        X: ``n x d`` features.
        succeeded: ``n`` booleans.
        nominal: ``d`` booleans: which features are unordered choices.
    """

    def __init__(self, X: Tensor, succeeded: Tensor, is_nominal: Tensor) -> None:
        labels = torch.where(succeeded, 1.0, -1.0).to(X)
        self._fit(X, labels, is_nominal, probit_evidence, SCALE_PRIOR)
        found = ExpectationPropagation(self._latent(X), labels)
        self._weights, self._reduction = found.weights, found.reduction

    def _fit(
        self,
        X: Tensor,
        labels: Tensor,
        is_nominal: Tensor,
        evidence: Callable[[Tensor], Evidence],
        prior: tuple[float, float],
    ) -> None:
        """Fit the kernel and the latent variance, which has the given prior, by the evidence of the labels."""
        self._X, self._kernel = X, MixedKernel(is_nominal)
        rows = evenly_spaced_rows(len(X))
        self._scale, _ = fit_map(self._kernel, X[rows], evidence(labels[rows]), prior, start=4.0)
        self._kernel.requires_grad_(requires_grad=False)

    def _latent(self, Z: Tensor) -> Tensor:
        return self._scale * self._kernel.forward(Z, self._X) + MEAN_VARIANCE

    def __call__(self, Z: Tensor) -> Tensor:
        """Return the probability of success at ``N x d`` features: ``N`` numbers."""
        mean, variance = self._moments(Z)
        return torch.special.ndtr(mean / (1 + variance).sqrt())

    def _moments(self, Z: Tensor) -> tuple[Tensor, Tensor]:
        """Return means and variances of the latent values at ``N x d`` features: ``N`` of each."""
        k = self._latent(Z)
        prior = self._scale * self._kernel.forward(Z, Z, diag=True) + MEAN_VARIANCE
        return k @ self._weights, (prior - ((k @ self._reduction) * k).sum(-1)).clamp_min(0.0)


class ExpectationPropagation:
    """Expectation propagation: a normal approximation to the latent values, given the labels.

    Each label's likelihood is replaced by a normal one, its site. Each latent value then has the mean and variance that
    the true likelihood would give together with all other sites.

    Args:
        K: ``n x n``, the latent covariance.
        labels: ``n`` labels, +1 and -1.
        precisions: ``n`` precisions of the sites to start from; 0 by default.
        shifts: ``n``, their means times their precisions.

    Attributes:
        precisions: ``n`` precisions of the sites at the end.
        shifts: ``n``, their means times their precisions at the end.
        log_evidence: of the labels.
        weights: ``n``, K^-1 times the latent means.
        reduction: ``n x n``, (K + S^-1)^-1, where S are the precisions.

    Raises:
        LinAlgError: K is not a covariance matrix.
    """

    def __init__(
        self, K: Tensor, labels: Tensor, precisions: Tensor | None = None, shifts: Tensor | None = None
    ) -> None:
        self.precisions = torch.zeros_like(labels) if precisions is None else precisions
        self.shifts = torch.zeros_like(labels) if shifts is None else shifts
        self.log_evidence, change, step = -math.inf, math.inf, STEP
        root, factor = self._factor(K)
        for _ in range(MAX_SWEEPS):
            before, last = self.log_evidence, change
            better = self._sweep(K, labels, root, factor)
            change = abs(self.log_evidence - before)
            if change < TOLERANCE:
                break
            if change > 0.8 * last:
                step = max(step / 2, MIN_STEP)
            self.precisions, self.shifts = (
                torch.lerp(old, new, step) for old, new in zip((self.precisions, self.shifts), better, strict=True)
            )
            root, factor = self._factor(K)
        self.reduction = root[:, None] * torch.cholesky_inverse(factor) * root
        self.weights = self.shifts - self.reduction @ (K @ self.shifts)

    def _factor(self, K: Tensor) -> tuple[Tensor, Tensor]:
        """Return S^1/2 and the Cholesky factor of 1 + S^1/2 K S^1/2, for the current sites."""
        root = self.precisions.sqrt()
        B = root[:, None] * K * root
        B.diagonal().add_(1.0)
        return root, torch.linalg.cholesky(B)

    def _sweep(self, K: Tensor, labels: Tensor, root: Tensor, factor: Tensor) -> tuple[Tensor, Tensor]:
        """Set the evidence of the current sites, and return better ones: equations 3.53, 3.56 to 3.59 and 3.65."""
        V = torch.linalg.solve_triangular(factor, root[:, None] * K, upper=False)
        precision = 1 / (K.diagonal() - V.square().sum(dim=0))
        mean = K @ self.shifts - V.mT @ (V @ self.shifts)
        cavity, cavity_shift = precision - self.precisions, precision * mean - self.shifts
        variance = 1 / cavity
        spread = (1 + variance).sqrt()
        z = labels * variance * cavity_shift / spread
        log_p = torch.special.log_ndtr(z)
        hazard = torch.exp(-0.5 * z**2 - LOG_ROOT_2PI - log_p)
        ratio = self.precisions / cavity
        by_sites = (cavity_shift * (ratio * cavity_shift - 2 * self.shifts) - self.shifts**2) / precision
        terms = log_p + 0.5 * (torch.log1p(ratio) + self.shifts * mean + by_sites)
        self.log_evidence = float(terms.sum() - factor.diagonal().log().sum())
        new_mean = variance * (cavity_shift + labels * hazard / spread)
        new_precision = 1 / (variance - variance**2 * hazard * (z + hazard) / (1 + variance))
        return (new_precision - cavity).clamp_min(0.0), new_precision * new_mean - cavity_shift


def probit_evidence(labels: Tensor) -> Evidence:
    """Return the log evidence of a classifier with its gradient; converged sites do not contribute to the gradient.

    Rasmussen and Williams (2006), equations 3.65 and 5.27. The extra hyperparameter is the latent variance. The sites
    start from those of the previous call.

    Args:
        labels: ``n`` labels, +1 and -1.
    """
    sites: tuple[Tensor, ...] = ()

    def evidence(kernel: Tensor, scale: float) -> tuple[float, Tensor, float]:
        nonlocal sites
        found = ExpectationPropagation(scale * kernel + MEAN_VARIANCE, labels, *sites)
        sites = found.precisions, found.shifts
        by_kernel = 0.5 * scale * (torch.outer(found.weights, found.weights) - found.reduction)
        return found.log_evidence, by_kernel, float((by_kernel * kernel).sum())

    return evidence
