"""Predictions at many places, of each place by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import torch
from botorch.models import ModelListGP, SingleTaskGP
from botorch.models.model import Model
from linear_operator.utils.cholesky import psd_safe_cholesky
from torch import Tensor

from paretune.engine.models.kernel import MixedKernel

Marginals: TypeAlias = Callable[[Tensor], tuple[Tensor, Tensor]]
MIN_VARIANCE = 1e-20


def marginals(model: Model) -> Marginals:
    """Return a function from ``N x d`` features to means and standard deviations of the outcomes, two ``N x k``.

    For models with `MixedKernel` the part that depends on the trials is computed once, and no covariance between places
    is computed, as GPyTorch's posterior does. For any other model it is the posterior.

    Args:
        model: of ``k`` independent outcomes.
    """
    if isinstance(model, ModelListGP) and all(_has_mixed_kernel(member) for member in model.models):
        members = [_outcome_marginals(member) for member in model.models]

        def predict_each(X: Tensor) -> tuple[Tensor, Tensor]:
            means, deviations = zip(*(predict(X) for predict in members), strict=True)
            return torch.stack(means, dim=-1), torch.stack(deviations, dim=-1)

        return predict_each

    def predict_jointly(X: Tensor) -> tuple[Tensor, Tensor]:
        posterior = model.posterior(X)  # one joint matrix is quicker than many of one place each
        return posterior.mean, posterior.variance.clamp_min(MIN_VARIANCE).sqrt()

    return predict_jointly


def _has_mixed_kernel(model: Model) -> bool:
    is_plain = not hasattr(model, "outcome_transform") and not hasattr(model, "input_transform")
    return isinstance(model, SingleTaskGP) and isinstance(model.covar_module, MixedKernel) and is_plain


def _outcome_marginals(model: SingleTaskGP) -> Marginals:
    """Predict one outcome: Rasmussen and Williams (2006), algorithm 2.1."""
    kernel, (F,), y = model.covar_module, model.train_inputs, model.train_targets
    with torch.no_grad():
        constant = model.mean_module.constant.clone()
        prior = model.forward(F)
        factor = psd_safe_cholesky(model.likelihood(prior, [F]).covariance_matrix)
        weights = torch.cholesky_solve((y - constant).unsqueeze(-1), factor).squeeze(-1)

    def predict(X: Tensor) -> tuple[Tensor, Tensor]:
        k = kernel.forward(F, X)
        explained = torch.linalg.solve_triangular(factor, k, upper=False).square().sum(dim=0)
        variance = kernel.forward(X, X, diag=True) - explained
        return constant + weights @ k, variance.clamp_min(MIN_VARIANCE).sqrt()

    return predict
