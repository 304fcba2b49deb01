"""Where may a trial keep its limits? What is believed while no trial has told all of its losses."""

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

from paretune.engine.acquisition.expected_hypervolume import OneTrialAcquisition, values
from paretune.engine.models.front_model import Modelled, fit_on_best_scale, fit_on_scale, learn_success
from paretune.engine.models.marginals import marginals
from paretune.engine.models.outcome_transform import Scale
from paretune.engine.models.surrogate import features, nominal
from paretune.engine.models.targets import constraints, loss, was_given_up
from paretune.space import Space
from paretune.trials import Trials

NEAREST = 5


class LogProbabilityWithin(OneTrialAcquisition):
    """The logarithm of the probability that all outcomes are as large as they must be.

    Args:
        model: of ``k`` independent outcomes.
        least: ``k`` numbers.
    """

    def __init__(self, model: Model, least: Tensor) -> None:
        super().__init__(model)
        self._marginals = marginals(model)
        self._least = least

    def _values(self, X: Tensor) -> Tensor:
        mean, deviation = self._marginals(X)
        return torch.special.log_ndtr((mean - self._least) / deviation).sum(-1)


@dataclass(frozen=True)
class Within(Modelled):
    """Models of what is limited, of trials that were given up for it; the counterpart of `Belief`.

    The model is of ``k`` outcomes, which are the better the larger; the places seen were given up, or are under way.

    Args:
        least: ``k`` numbers: how large the outcomes must be.
    """

    least: Tensor
    doubts: ClassVar[tuple[()]] = ()
    hardly_anything: ClassVar[float] = -math.inf

    @classmethod
    def of(cls, trials: Trials, space: Space, device: str = "cpu") -> Within:
        """Fit to ``n`` trials: none has told all of its losses, some were given up for what is limited."""
        see, kinds = partial(features, space, device=device), nominal(space, device)
        X = space.encode(trials.params)
        F = see(X)
        models, least = [], []
        for j in np.flatnonzero(np.isfinite(trials.objectives.limits) & np.isfinite(trials.losses).any(axis=0)):
            outcome, at_limit = loss(trials, int(j), float(trials.objectives.limits[j]))
            if outcome.is_bound.all():  # they came to more than this, and nobody knows to how much
                outcome = replace(outcome, is_bound=~outcome.is_bound)
            model, scale = fit_on_best_scale(outcome, F, kinds)
            models.append(model)
            least.append(-float(scale(at_limit)))
        for outcome in constraints(trials):
            models.append(fit_on_scale(outcome, Scale(0.0), F, kinds)[0])
            least.append(0.0)
        known = np.zeros(len(X), bool)
        log_success, given_up = learn_success(trials, known, F, kinds), was_given_up(trials, known)
        return cls(ModelListGP(*models), log_success, see, X[given_up], F.new_tensor(least))

    @cached_property
    def is_front(self) -> NDArray[np.bool_]:
        """Which of the places seen are likeliest to keep the limits: about what is near them more is asked."""
        likely = values(self.acquisition(), self.see(self.seen)).cpu().numpy()
        chosen = np.zeros(len(likely), bool)
        chosen[np.argsort(-likely, kind="stable")[:NEAREST]] = True
        return chosen

    def acquisition(self, _: np.random.Generator | None = None) -> AcquisitionFunction:
        """How likely it is that one more trial keeps the limits, and does not crash."""
        return self.weighted(LogProbabilityWithin(self.model, self.least))
