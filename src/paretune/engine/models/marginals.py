"""What do the models say of many places, of each by itself?"""

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
LEAST_VARIANCE = 1e-20


def marginals(model: Model) -> Marginals:
    """How to predict independent outcomes: from ``N x d`` features to their means and deviations, two ``N x k``.

    Of models with `MixedKernel` what the trials contribute is computed once, and places are not compared with each
    other, as they are in GPyTorch's posterior. Any other model is asked for its posterior.

    Args:
        model: of ``k`` outcomes.
    """
    if isinstance(model, ModelListGP) and all(_is_ours(member) for member in model.models):
        members = [_of_one(member) for member in model.models]

        def joined(X: Tensor) -> tuple[Tensor, Tensor]:
            means, deviations = zip(*(predict(X) for predict in members), strict=True)
            return torch.stack(means, dim=-1), torch.stack(deviations, dim=-1)

        return joined

    def asked(X: Tensor) -> tuple[Tensor, Tensor]:
        posterior = model.posterior(X)  # one joint matrix is quicker than many of one place each
        return posterior.mean, posterior.variance.clamp_min(LEAST_VARIANCE).sqrt()

    return asked


def _is_ours(model: Model) -> bool:
    is_plain = not hasattr(model, "outcome_transform") and not hasattr(model, "input_transform")
    return isinstance(model, SingleTaskGP) and isinstance(model.covar_module, MixedKernel) and is_plain


def _of_one(model: SingleTaskGP) -> Marginals:
    """Rasmussen and Williams (2006), algorithm 2.1."""
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
        return constant + weights @ k, variance.clamp_min(LEAST_VARIANCE).sqrt()

    return predict
