"""The engine's former classifier with Laplace's approximation, before expectation propagation (decision 2)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from paretune.engine.models import classifier
from paretune.engine.models.classifier import MEAN_VARIANCE
from paretune.engine.models.map_fit import Evidence

SCALE_PRIOR = (math.log(16.0) + 4.0, 2.0)  # log-normal prior of the latent variance, with its mode at 16
MAX_NEWTON_STEPS = 30


class LaplaceClassifier(classifier.Classifier):
    """A Gaussian process classifier with a logistic link and Laplace's approximation.

    Rasmussen and Williams (2006), algorithms 3.1, 3.2 and 5.1. MacKay's formula approximates the mean of equation 3.25.

    Args:
        X: ``n x d`` features.
        succeeded: ``n`` booleans, true for trials that succeeded.
        is_nominal: ``d`` booleans, true for features that are unordered choices.
    """

    def __init__(self, X: Tensor, succeeded: Tensor, is_nominal: Tensor) -> None:
        labels = torch.where(succeeded, 1.0, -1.0).to(X)
        self._fit(X, labels, is_nominal, laplace_evidence, SCALE_PRIOR)
        mode = _LatentMode(self._latent(X), labels)
        self._weights, self._reduction = mode.gradient, mode.reduction

    def __call__(self, Z: Tensor) -> Tensor:
        """Return the ``N`` probabilities of success at ``N x d`` features."""
        mean, variance = self._moments(Z)
        return torch.sigmoid(mean / (1 + math.pi * variance / 8).sqrt())


class _LatentMode:
    """The mode of a classifier's latent values, with the derivatives that the approximation needs.

    Attributes:
        latent: ``n`` values f.
        objective: log p(y | f) - f' K^-1 f / 2.
        gradient: ``n``, the gradient of log p(y | f).
        reduction: ``n x n``, (K + W^-1)^-1, where W is minus the second derivative of log p(y | f).
        log_determinant: log |I + W^1/2 K W^1/2|.
    """

    def __init__(self, K: Tensor, labels: Tensor) -> None:
        weights = torch.zeros_like(labels)  # K^-1 f
        self.latent, self.objective = torch.zeros_like(labels), -math.inf
        for _ in range(MAX_NEWTON_STEPS):
            self._expand(K, labels)
            gradient = self.hessian * self.latent + self.gradient
            step = gradient - self._reduce(K @ gradient) - weights
            before = self.objective
            for damping in (1.0, 0.5, 0.25, 0.125, 0.0):
                tried = weights + damping * step
                latent = K @ tried
                objective = float(torch.nn.functional.logsigmoid(labels * latent).sum() - 0.5 * tried @ latent)
                if objective >= before:
                    break
            weights, self.latent, self.objective = tried, latent, objective
            if objective - before < 1e-6:
                break
        self._expand(K, labels)
        self.reduction = self._root[:, None] * torch.cholesky_inverse(self._factor) * self._root
        self.log_determinant = 2 * self._factor.diagonal().log().sum()

    def _expand(self, K: Tensor, labels: Tensor) -> None:
        p = torch.sigmoid(self.latent)
        self.gradient, self.hessian = (labels + 1) / 2 - p, p * (1 - p)
        self.third = -self.hessian * (1 - 2 * p)
        self._root = self.hessian.sqrt()
        B = self._root[:, None] * K * self._root
        B.diagonal().add_(1.0)
        self._factor = torch.linalg.cholesky(B)

    def _reduce(self, v: Tensor) -> Tensor:
        solved = torch.cholesky_solve((self._root * v).unsqueeze(-1), self._factor).squeeze(-1)
        return self._root * solved


def laplace_evidence(labels: Tensor) -> Evidence:
    """Return the function that computes the log evidence of a classifier and its gradient.

    The gradient includes the part through the mode: Rasmussen and Williams (2006), equations 3.32 and 5.20 to 5.24. The
    extra hyperparameter is the latent variance.

    Args:
        labels: ``n`` labels, +1 and -1.
    """

    def evidence(kernel: Tensor, scale: float) -> tuple[float, Tensor, float]:
        K = scale * kernel + MEAN_VARIANCE
        mode = _LatentMode(K, labels)
        weights = mode.gradient  # K^-1 f at the mode
        R = mode.reduction
        spread = K.diagonal() - ((K @ R) * K).sum(-1)
        through_mode = 0.5 * spread * mode.third
        v = through_mode - R @ (K @ through_mode)
        gradient = 0.5 * (torch.outer(weights, weights) - R + torch.outer(v, weights) + torch.outer(weights, v))
        kernel_gradient = scale * gradient
        return (
            float(mode.objective - 0.5 * mode.log_determinant),
            kernel_gradient,
            float((kernel_gradient * kernel).sum()),
        )

    return evidence
