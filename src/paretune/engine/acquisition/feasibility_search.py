"""The search for a trial within the limits, while there is no front to improve."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import ClassVar

import numpy as np
import torch
from botorch.acquisition import AcquisitionFunction
from botorch.models import ModelListGP
from botorch.models.model import Model
from numpy.typing import NDArray
from torch import Tensor

from paretune.engine.acquisition.expected_hypervolume import OneTrialAcquisition, acquisition_values
from paretune.engine.acquisition.front_model import FittedModels
from paretune.engine.history import History
from paretune.engine.models.marginals import marginals
from paretune.engine.models.outcome_transform import LossTransform
from paretune.engine.models.success_probability import fit_success_model
from paretune.engine.models.surrogate import features, nominal_mask
from paretune.engine.models.target_models import fit_with_best_transform, fit_with_transform
from paretune.engine.models.targets import constraint_targets, loss_target

N_LIKELIEST = 5  # places near which candidates are searched


class LogFeasibility(OneTrialAcquisition):
    """The logarithm of the probability that all outcomes are as large as they must be.

    Args:
        model: of ``k`` independent outcomes.
        thresholds: ``k`` numbers, the smallest that are feasible.
    """

    def __init__(self, model: Model, thresholds: Tensor) -> None:
        super().__init__(model)
        self._marginals = marginals(model)
        self._thresholds = thresholds

    def _values(self, X: Tensor) -> Tensor:
        mean, deviation = self._marginals(X)
        return torch.special.log_ndtr((mean - self._thresholds) / deviation).sum(-1)


@dataclass(frozen=True)
class LimitModel(FittedModels):
    """Models of the losses and constraints that have limits, used while there is no front to improve.

    They are fitted to the trials outside a limit. The interface is that of `FrontModel`.

    The model is of ``k`` outcomes, larger is better. The places are those of the trials that were outside, then those
    of the pending ones.

    Args:
        thresholds: ``k`` numbers: how large the outcomes must be.
    """

    thresholds: Tensor
    bolder_models: ClassVar[tuple[()]] = ()
    log_min_improvement: ClassVar[float] = -math.inf

    @classmethod
    def fit(cls, history: History, device: str = "cpu") -> LimitModel:
        """Fit the models to ``n`` trials: they have no front, and some show where the limits are."""
        trials, space = history.trials, history.space
        featurize, is_nominal = partial(features, space, device=device), nominal_mask(space, device)
        F = featurize(history.X)
        models, thresholds = [], []
        for j in np.flatnonzero(np.isfinite(trials.objectives.limits) & np.isfinite(trials.losses).any(axis=0)):
            target, at_limit = loss_target(trials, int(j), float(trials.objectives.limits[j]))
            if target.is_bound.all():  # all of them would have reached more than this; it is unknown how much
                target = replace(target, is_bound=~target.is_bound)
            model, scale = fit_with_best_transform(target, F, is_nominal)
            models.append(model)
            thresholds.append(-float(scale.transform(at_limit)))
        for target in constraint_targets(trials):
            models.append(fit_with_transform(target, LossTransform(0.0), F, is_nominal)[0])
            thresholds.append(0.0)
        log_success = fit_success_model(history, F, is_nominal)
        places = history.X[history.is_known | history.ended_at_limit | history.is_infeasible]
        return cls(ModelListGP(*models), log_success, featurize, places, F.new_tensor(thresholds))

    @cached_property
    def is_best(self) -> NDArray[np.bool_]:
        """``k`` booleans: the place is among the likeliest to be feasible; candidates are searched near these."""
        log_p = acquisition_values(self.acquisition(), self.featurize(self.places)).cpu().numpy()
        chosen = np.zeros(len(log_p), bool)
        chosen[np.argsort(-log_p, kind="stable")[:N_LIKELIEST]] = True
        return chosen

    def acquisition(self, _: np.random.Generator | None = None) -> AcquisitionFunction:
        """Return the log probability that one more trial is within the limits, less where it may crash."""
        return self.weighted_by_success(LogFeasibility(self.model, self.thresholds))
