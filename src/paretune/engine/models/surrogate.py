"""The Gaussian process of an outcome, over mixed parameters; only here losses become gains, which BoTorch maximises."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import torch
from botorch.models import ModelListGP, SingleTaskGP
from gpytorch.constraints import GreaterThan
from gpytorch.likelihoods import FixedNoiseGaussianLikelihood, GaussianLikelihood
from gpytorch.likelihoods.noise_models import HomoskedasticNoise
from gpytorch.priors import LogNormalPrior
from numpy.typing import NDArray
from torch import Tensor

from paretune.engine.models.kernel import LOG_STRETCH, MixedKernel
from paretune.engine.models.map_fit import Evidence, evenly_spaced_rows, fit_map
from paretune.engine.models.marginals import marginals
from paretune.engine.models.outcome_transform import LossTransform
from paretune.space import Space

Featurize: TypeAlias = Callable[[NDArray[np.float64]], Tensor]

INACTIVE_CHOICE = -1.0
NOISE_PRIOR = (math.log(0.02) + 9.0, 3.0)  # of its variance; its mode, in ds, is at 0.02; very wide
NARROW_NOISE_PRIOR = (-4.0, 1.0)  # BoTorch's; its median is at the mode of the other
MIN_NOISE = 5e-7  # below the lower bound of the fit, exp(-14)


def features(space: Space, X: NDArray[np.float64], device: str = "cpu") -> Tensor:
    """Return the models' inputs for places in the unit cube: the parameters that vary, without NaN.

    An absent ordered parameter is in the middle of its range, and an absent choice is a choice of its own. The models
    can recognise both by the parent, which is a feature too.

    Args:
        space: the parameters.
        X: ``n x d`` in the unit cube; NaN where a parameter does not exist.
        device: where the tensor lies.

    Returns:
        ``n x d'`` doubles, where ``d'`` parameters have more than one level.
    """
    columns = [
        np.nan_to_num(X[:, j], nan=INACTIVE_CHOICE if parameter.is_nominal else 0.5)
        for j, parameter in enumerate(space.values())
        if parameter.n_levels != 1
    ]
    return torch.tensor(np.column_stack(columns), dtype=torch.double, device=device)


def nominal_mask(space: Space, device: str = "cpu") -> Tensor:
    """Mark the features that are unordered choices: ``d'`` booleans."""
    return torch.tensor([p.is_nominal for p in space.values() if p.n_levels != 1], device=device)


def to_gains(losses: NDArray[np.float64], like: Tensor) -> Tensor:
    """Turn losses, minimised, into gains, maximised, of the type and device of another tensor."""
    return torch.tensor(-losses).to(like)


def transform_gains(scale: LossTransform, gains: Tensor) -> Tensor:
    """Transform gains as `LossTransform.transform` transforms the losses."""
    return to_gains(scale.transform(-gains.cpu().numpy()), gains)


def untransform_gains(scale: LossTransform, gains: Tensor) -> Tensor:
    """Invert `transform_gains`."""
    return torch.tensor(-scale.untransform(-gains.cpu().numpy())).to(gains)


def fit(
    X: Tensor,
    y: Tensor,
    is_nominal: Tensor,
    noise: Tensor | None = None,
    noise_prior: tuple[float, float] | None = None,
    log_stretch: float = LOG_STRETCH,
) -> tuple[SingleTaskGP, float]:
    """Fit a Gaussian process with inferred noise, at the mode of its hyperparameters' posterior (MAP).

    Args:
        X: ``n x d`` features.
        y: ``n`` outcomes, standardised.
        is_nominal: ``d`` booleans: which features are unordered choices.
        noise: ``n`` known variances of the measurements, in units of y; further noise is inferred.
        noise_prior: location and scale of the log-normal prior of the inferred variance; by default a very wide one.
        log_stretch: see `MixedKernel`.

    Returns:
        BoTorch's model, with hyperparameters that `botorch.fit.fit_gpytorch_mll` would hardly change; and the log
        density of those hyperparameters and the outcomes, up to a constant.
    """
    kernel, prior = MixedKernel(is_nominal, log_stretch), noise_prior or NOISE_PRIOR
    known = torch.zeros_like(y) if noise is None else noise
    rows = evenly_spaced_rows(len(X))
    variance, log_density = fit_map(
        kernel,
        X[rows],
        gaussian_evidence(y[rows], known[rows]),
        prior,
        start=0.01,
    )
    model = _gaussian_process(X, y, kernel, noise, prior)
    _inferred_noise(model).initialize(noise=variance)
    with torch.no_grad():
        K = kernel(X).to_dense() + torch.diag(known + variance)
        weights = torch.cholesky_solve(torch.ones_like(y).unsqueeze(-1), torch.linalg.cholesky(K)).squeeze(-1)
        model.mean_module.initialize(constant=(weights @ y) / weights.sum())
    return model, log_density


def _gaussian_process(
    X: Tensor, y: Tensor, kernel: MixedKernel, noise: Tensor | None, prior: tuple[float, float]
) -> SingleTaskGP:
    """Build BoTorch's model with this kernel, with known noise or without, and with inferred noise."""
    settings: dict[str, Any] = {
        "noise_prior": LogNormalPrior(*prior),
        "noise_constraint": GreaterThan(MIN_NOISE, transform=None, initial_value=0.01),
    }
    if noise is None:
        likelihood = GaussianLikelihood(**settings)
    else:
        likelihood = FixedNoiseGaussianLikelihood(noise, learn_additional_noise=True, **settings)
    model = SingleTaskGP(X, y.unsqueeze(-1), likelihood=likelihood, covar_module=kernel, outcome_transform=None)
    return model.eval()


def _inferred_noise(model: SingleTaskGP) -> HomoskedasticNoise:
    """Return the part of the likelihood that holds the inferred noise."""
    likelihood = model.likelihood
    return likelihood.second_noise_covar if _has_known_noise(model) else likelihood.noise_covar


def _has_known_noise(model: SingleTaskGP) -> bool:
    return isinstance(model.likelihood, FixedNoiseGaussianLikelihood)


def fit_censored(
    X: Tensor, y: Tensor, is_nominal: Tensor, noise: Tensor | None, is_bound: Tensor
) -> tuple[SingleTaskGP, float]:
    """Fit where some outcomes are upper bounds: each is replaced by its expectation below the bound, given the others.

    Schmee and Hahn (1979), one step; for tuning: Hutter, Hoos and Leyton-Brown (2011, arXiv 1310.1947).

    Args:
        X: ``n x d`` features.
        y: ``n`` outcomes, standardised; some are not bounds.
        is_nominal: ``d`` booleans: which features are unordered choices.
        noise: ``n`` known variances, or None.
        is_bound: ``n`` booleans.
    """
    if not is_bound.any():
        return fit(X, y, is_nominal, noise)
    exact = ~is_bound
    model, _ = fit(X[exact], y[exact], is_nominal, None if noise is None else noise[exact])
    with torch.no_grad():
        posterior = model.posterior(X[is_bound])
        mean, deviation = posterior.mean.squeeze(-1), posterior.variance.squeeze(-1).sqrt()
    z = (y[is_bound] - mean) / deviation
    hazard = torch.exp(-0.5 * z**2 - 0.5 * math.log(2 * math.pi) - torch.special.log_ndtr(z))
    filled = y.clone()
    filled[is_bound] = torch.minimum(y[is_bound], mean - deviation * hazard)
    return fit(X, filled, is_nominal, noise)


def residual_variance(model: SingleTaskGP) -> float:
    """Return the inferred variance: neither the process nor known noise."""
    return _inferred_noise(model).noise.item()


def posterior_means(model: ModelListGP, X: Tensor) -> Tensor:
    """Return the expected outcomes at ``n x d`` features: ``n x k``."""
    with torch.no_grad():
        return marginals(model)(X)[0]


def condition_on_pending(model: ModelListGP, X: Tensor) -> ModelListGP:
    """Condition the models on pending trials at ``p x d`` features, as if they gave the expected outcomes.

    This is the Kriging believer of Ginsbourger, Le Riche and Carraro (2010), "Kriging is well-suited to parallelize
    optimization".
    """
    with torch.no_grad():
        return ModelListGP(*(_condition(member, X, member.posterior(X).mean) for member in model.models))


def _condition(model: SingleTaskGP, X: Tensor, y: Tensor) -> SingleTaskGP:
    """Add outcomes and keep the hyperparameters; the known noise of the new outcomes is the median of the others."""
    noise = model.likelihood.noise_covar.noise if _has_known_noise(model) else None
    if noise is not None:
        noise = torch.cat([noise, noise.median().expand(len(X))])
    (F,), outcomes = model.train_inputs, torch.cat([model.train_targets, y.squeeze(-1)])
    conditioned = _gaussian_process(torch.cat([F, X]), outcomes, model.covar_module, noise, NOISE_PRIOR)
    _inferred_noise(conditioned).initialize(noise=residual_variance(model))
    conditioned.mean_module.initialize(constant=model.mean_module.constant.detach())
    return conditioned


def gaussian_evidence(y: Tensor, noise: Tensor) -> Evidence:
    """Return the log evidence of a regression, up to a constant, with the best constant mean (least squares).

    Rasmussen and Williams (2006), equations 2.45 and 5.9. The extra hyperparameter is the variance that is neither the
    process nor known noise.

    Args:
        y: ``n`` outcomes.
        noise: ``n`` known variances, 0 where there is none.
    """

    def evidence(K: Tensor, variance: float) -> tuple[float, Tensor, float]:
        factor = torch.linalg.cholesky(K + torch.diag(noise + variance))
        inverse = torch.cholesky_inverse(factor)
        sums = inverse.sum(dim=-1)
        residual = y - (sums @ y) / sums.sum()
        a = inverse @ residual
        value = -0.5 * residual @ a - factor.diagonal().log().sum()
        gradient = 0.5 * (torch.outer(a, a) - inverse)
        return float(value), gradient, variance * float(gradient.trace())

    return evidence
