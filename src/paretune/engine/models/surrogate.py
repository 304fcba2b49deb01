"""What do the trials so far say of a place not tried? A Gaussian process an outcome, over mixed parameters.

The only code that turns losses into gains, which BoTorch maximises.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from botorch.models import ModelListGP, SingleTaskGP
from gpytorch.constraints import GreaterThan
from gpytorch.likelihoods import FixedNoiseGaussianLikelihood, GaussianLikelihood
from gpytorch.likelihoods.noise_models import HomoskedasticNoise
from gpytorch.priors import LogNormalPrior
from numpy.typing import NDArray
from torch import Tensor

from paretune.engine.models.kernel import LONGER, MixedKernel
from paretune.engine.models.map_fit import Evidence, posterior_mode, some_rows
from paretune.engine.models.marginals import marginals
from paretune.engine.models.outcome_transform import Scale
from paretune.space import Space

INACTIVE_CHOICE = -1.0
NOISE_PRIOR = (math.log(0.02) + 9.0, 3.0)  # of its variance; its mode, in ds, is at 0.02: next to no opinion
NARROW_NOISE_PRIOR = (-4.0, 1.0)  # BoTorch's; its median is where the mode of the other is
SMALLEST_NOISE = 5e-7  # below the search's bound, exp(-14)


def features(space: Space, X: NDArray[np.float64], device: str = "cpu") -> Tensor:
    """What the models see of places in the unit cube: parameters that vary, with a filler where one does not exist.

    An absent ordered parameter stands in the middle of its range and an absent choice is a choice of its own: its
    parent, which the models see too, tells the two apart.

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


def nominal(space: Space, device: str = "cpu") -> Tensor:
    """Which of the features are unordered choices: ``d'`` booleans."""
    return torch.tensor([p.is_nominal for p in space.values() if p.n_levels != 1], device=device)


def to_gains(losses: NDArray[np.float64], like: Tensor) -> Tensor:
    """Losses, minimised, as gains, maximised, where another tensor lies."""
    return torch.tensor(-losses).to(like)


def straight_gains(scale: Scale, gains: Tensor) -> Tensor:
    """Gains on a scale as gains on the straight one."""
    return torch.tensor(-scale.inverse(-gains.cpu().numpy())).to(gains)


def bent_gains(scale: Scale, gains: Tensor) -> Tensor:
    """Gains on the straight scale as gains on another."""
    return to_gains(scale(-gains.cpu().numpy()), gains)


def fit(
    X: Tensor,
    y: Tensor,
    nominal: Tensor,
    noise: Tensor | None = None,
    noise_prior: tuple[float, float] | None = None,
    longer: float = LONGER,
) -> tuple[SingleTaskGP, float]:
    """Fit a Gaussian process to the mode of its posterior, with inferred noise.

    Args:
        X: ``n x d`` features.
        y: ``n`` outcomes, standardised.
        nominal: ``d`` booleans: which features are unordered choices.
        noise: ``n`` known variances of the measurements, in units of y; what they do not explain is inferred too.
        noise_prior: location and scale of the log-normal prior of what is inferred; by default next to no opinion.
        longer: as of `MixedKernel`.

    Returns:
        BoTorch's model, whose hyperparameters `botorch.fit.fit_gpytorch_mll` would hardly move, and the log density of
        those hyperparameters and the outcomes, up to a constant.
    """
    kernel, prior = MixedKernel(nominal, longer), noise_prior or NOISE_PRIOR
    known = torch.zeros_like(y) if noise is None else noise
    rows = some_rows(len(X))
    unexplained, log_density = posterior_mode(
        kernel,
        X[rows],
        gaussian_evidence(y[rows], known[rows]),
        prior,
        start=0.01,
    )
    model = _regression(X, y, kernel, noise, prior)
    _unknown(model).initialize(noise=unexplained)
    with torch.no_grad():
        K = kernel(X).to_dense() + torch.diag(known + unexplained)
        weights = torch.cholesky_solve(torch.ones_like(y).unsqueeze(-1), torch.linalg.cholesky(K)).squeeze(-1)
        model.mean_module.initialize(constant=(weights @ y) / weights.sum())
    return model, log_density


def _regression(
    X: Tensor, y: Tensor, kernel: MixedKernel, noise: Tensor | None, prior: tuple[float, float]
) -> SingleTaskGP:
    """BoTorch's model of this kernel, with noise that is known or not, and some that is not known."""
    settings: dict[str, Any] = {
        "noise_prior": LogNormalPrior(*prior),
        "noise_constraint": GreaterThan(SMALLEST_NOISE, transform=None, initial_value=0.01),
    }
    if noise is None:
        likelihood = GaussianLikelihood(**settings)
    else:
        likelihood = FixedNoiseGaussianLikelihood(noise, learn_additional_noise=True, **settings)
    model = SingleTaskGP(X, y.unsqueeze(-1), likelihood=likelihood, covar_module=kernel, outcome_transform=None)
    return model.eval()


def _unknown(model: SingleTaskGP) -> HomoskedasticNoise:
    """The part of the likelihood that holds the noise that was inferred."""
    likelihood = model.likelihood
    return likelihood.second_noise_covar if _is_known(model) else likelihood.noise_covar


def _is_known(model: SingleTaskGP) -> bool:
    return isinstance(model.likelihood, FixedNoiseGaussianLikelihood)


def fit_censored(
    X: Tensor, y: Tensor, nominal: Tensor, noise: Tensor | None, is_bound: Tensor
) -> tuple[SingleTaskGP, float]:
    """Fit where some outcomes are upper bounds: each is replaced by what is expected below it, given the others.

    Schmee and Hahn (1979), one step; for tuning: Hutter, Hoos and Leyton-Brown (2011, arXiv 1310.1947).

    Args:
        X: ``n x d`` features.
        y: ``n`` outcomes, standardised; some are not bounds.
        nominal: ``d`` booleans: which features are unordered choices.
        noise: ``n`` known variances, or None.
        is_bound: ``n`` booleans.
    """
    if not is_bound.any():
        return fit(X, y, nominal, noise)
    exact = ~is_bound
    model, _ = fit(X[exact], y[exact], nominal, None if noise is None else noise[exact])
    with torch.no_grad():
        posterior = model.posterior(X[is_bound])
        mean, deviation = posterior.mean.squeeze(-1), posterior.variance.squeeze(-1).sqrt()
    z = (y[is_bound] - mean) / deviation
    hazard = torch.exp(-0.5 * z**2 - 0.5 * math.log(2 * math.pi) - torch.special.log_ndtr(z))
    filled = y.clone()
    filled[is_bound] = torch.minimum(y[is_bound], mean - deviation * hazard)
    return fit(X, filled, nominal, noise)


def unexplained(model: SingleTaskGP) -> float:
    """The variance that was inferred beside the process and the known noise."""
    return _unknown(model).noise.item()


def expected(model: ModelListGP, X: Tensor) -> Tensor:
    """The outcomes that the models expect at ``n x d`` features: ``n x k``."""
    with torch.no_grad():
        return marginals(model)(X)[0]


def believe(model: ModelListGP, X: Tensor) -> ModelListGP:
    """The model as it would be if ``p x d`` trials under way gave what it expects of them (Kriging believer).

    Ginsbourger, Le Riche and Carraro (2010), "Kriging is well-suited to parallelize optimization".
    """
    with torch.no_grad():
        return ModelListGP(*(_told(member, X, member.posterior(X).mean) for member in model.models))


def _told(model: SingleTaskGP, X: Tensor, y: Tensor) -> SingleTaskGP:
    """A model of the same hyperparameters; what is under way will be measured as well as the others were."""
    noise = model.likelihood.noise_covar.noise if _is_known(model) else None
    if noise is not None:
        noise = torch.cat([noise, noise.median().expand(len(X))])
    (F,), told = model.train_inputs, torch.cat([model.train_targets, y.squeeze(-1)])
    believing = _regression(torch.cat([F, X]), told, model.covar_module, noise, NOISE_PRIOR)
    _unknown(believing).initialize(noise=unexplained(model))
    believing.mean_module.initialize(constant=model.mean_module.constant.detach())
    return believing


def gaussian_evidence(y: Tensor, noise: Tensor) -> Evidence:
    """The log evidence of a regression, up to a constant, where the mean is the best constant (least squares).

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
