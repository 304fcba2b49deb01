"""What do the trials so far say of a place not tried? Gaussian processes over mixed parameters.

The only code that turns losses into gains, which BoTorch maximises.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from botorch.fit import fit_gpytorch_mll
from botorch.models import SingleTaskGP
from botorch.models.kernels.categorical import CategoricalKernel
from botorch.models.transforms.outcome import Standardize
from botorch.models.utils.gpytorch_modules import get_covar_module_with_dim_scaled_prior
from gpytorch.constraints import GreaterThan
from gpytorch.kernels import Kernel, ProductKernel
from gpytorch.mlls import ExactMarginalLogLikelihood
from gpytorch.priors import LogNormalPrior
from numpy.typing import NDArray
from torch import Tensor

from paretune.space import Space

INACTIVE_CHOICE = -1.0


def features(space: Space, X: NDArray[np.float64]) -> Tensor:
    """What the models see of places in the unit cube: parameters that vary, with a filler where one does not exist.

    An absent ordered parameter stands in the middle of its range and an absent choice is a choice of its own: its
    parent, which the models see too, tells the two apart.

    Args:
        space: the parameters.
        X: ``n x d`` in the unit cube; NaN where a parameter does not exist.

    Returns:
        ``n x d'`` doubles, where ``d'`` parameters have more than one level.
    """
    columns = [
        np.nan_to_num(X[:, j], nan=INACTIVE_CHOICE if parameter.is_nominal else 0.5)
        for j, parameter in enumerate(space.values())
        if parameter.n_levels != 1
    ]
    return torch.tensor(np.column_stack(columns), dtype=torch.double, device="cpu")


def to_gains(losses: NDArray[np.float64]) -> Tensor:
    """Losses, minimised, as gains, maximised."""
    return torch.tensor(-losses, dtype=torch.double, device="cpu")


def fit(space: Space, X: Tensor, Y: Tensor) -> SingleTaskGP:
    """Fit one Gaussian process an outcome, with inferred noise, to the maximum of its posterior.

    Matern-5/2 over ordered parameters, times a Hamming kernel over unordered ones, each parameter with its own
    length scale under a dimension-scaled log-normal prior (Hvarfner et al. 2024, arXiv 2402.02229).

    Args:
        space: the parameters.
        X: ``n x d'`` features.
        Y: ``n x k`` outcomes, all finite; standardised inside.
    """
    model = SingleTaskGP(
        X,
        Y,
        covar_module=_kernel(space, torch.Size([Y.shape[1]] if Y.shape[1] > 1 else [])),
        outcome_transform=Standardize(m=Y.shape[1]),
    )
    fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model), optimizer_kwargs={"options": {"maxiter": 75}})
    return model


def _kernel(space: Space, batch_shape: torch.Size) -> Kernel:
    varying = [parameter for parameter in space.values() if parameter.n_levels != 1]
    ordered = [j for j, parameter in enumerate(varying) if not parameter.is_nominal]
    nominal = [j for j, parameter in enumerate(varying) if parameter.is_nominal]
    kernels = []
    if ordered:
        kernels.append(
            get_covar_module_with_dim_scaled_prior(
                ard_num_dims=len(ordered), batch_shape=batch_shape, use_rbf_kernel=False, active_dims=ordered
            )
        )
    if nominal:
        # The kernel takes the mean over its parameters, so its scales need no scaling with their number.
        kernels.append(
            CategoricalKernel(
                ard_num_dims=len(nominal),
                batch_shape=batch_shape,
                active_dims=nominal,
                lengthscale_prior=LogNormalPrior(0.0, math.sqrt(3)),
                lengthscale_constraint=GreaterThan(0.025),
            )
        )
    return kernels[0] if len(kernels) == 1 else ProductKernel(*kernels)
