"""Models of targets: the transform of a loss is chosen by the evidence, and bounds are respected."""

from __future__ import annotations

import torch
from botorch.models import SingleTaskGP
from torch import Tensor

from paretune.engine.models.map_fit import MAX_TRIALS_FOR_FIT, evenly_spaced_rows
from paretune.engine.models.outcome_transform import LossTransform, candidate_transforms
from paretune.engine.models.surrogate import fit_censored, to_gains
from paretune.engine.models.targets import Target

MAX_TRIALS_FOR_TRANSFORM = 80  # the transform is chosen by at most so many trials
LOG_EVIDENCE_MARGIN = 1.0  # by which a logarithmic transform must be better than the linear one


def fit_with_best_transform(
    target: Target, F: Tensor, is_nominal: Tensor, min_linear_range: float = 0.0
) -> tuple[SingleTaskGP, LossTransform]:
    """Fit a loss on the scale with the most evidence; a logarithmic one only if its evidence is clearly larger.

    Of many trials, evenly spaced ones are used to choose the transform.

    Args:
        target: a loss, at ``k`` trials.
        F: ``n x d`` features of all trials.
        is_nominal: ``d`` booleans: which features are unordered choices.
        min_linear_range: transforms with a smaller linear range are not tried.
    """
    some = target
    if len(target.values) > MAX_TRIALS_FOR_FIT:
        exact = target[~target.is_bound]
        some = exact[evenly_spaced_rows(len(exact.values), MAX_TRIALS_FOR_TRANSFORM).numpy()]

    def evidence(scale: LossTransform, log_density: float) -> float:
        return log_density + scale.log_jacobian(some.values) - LOG_EVIDENCE_MARGIN * (not scale.is_linear)

    scales = [scale for scale in candidate_transforms(target.values) if scale.linear_range >= min_linear_range]
    fits = [(scale, *fit_with_transform(some, scale, F, is_nominal)) for scale in scales]
    scale, model, _ = max(fits, key=lambda fit: evidence(fit[0], fit[2]))
    if some is not target:
        model, _ = fit_with_transform(target, scale, F, is_nominal)
    return model, scale


def fit_with_transform(
    target: Target, scale: LossTransform, F: Tensor, is_nominal: Tensor
) -> tuple[SingleTaskGP, float]:
    """Fit the gains of a loss on a given scale; also return the log density of the fit, up to a constant."""
    rows, is_bound = torch.tensor(target.rows, device=F.device), torch.tensor(target.is_bound, device=F.device)
    noise = torch.tensor(target.noise * scale.slope(target.values) ** 2).to(F) if target.noise.any() else None
    return fit_censored(F[rows], to_gains(scale.transform(target.values), F), is_nominal, noise, is_bound)
