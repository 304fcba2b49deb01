"""The models of all outcomes and of success, the front that they expect, and the acquisition over it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Self

import numpy as np
import torch
from botorch.acquisition import AcquisitionFunction
from botorch.models import ModelListGP
from numpy.typing import NDArray
from torch import Tensor

from paretune.engine.acquisition.directional_ehvi import LogDirectionalImprovement
from paretune.engine.acquisition.expected_hypervolume import (
    MAX_EXACT_OBJECTIVES,
    GainFunction,
    LogExpectedHypervolumeImprovement,
    SuccessWeighted,
    scalarized_improvement,
)
from paretune.engine.history import History
from paretune.engine.models.outcome_transform import LossTransform
from paretune.engine.models.success_probability import LogSuccess, fit_success_model
from paretune.engine.models.surrogate import (
    Featurize,
    condition_on_pending,
    features,
    nominal_mask,
    posterior_means,
    to_gains,
    transform_gains,
    untransform_gains,
)
from paretune.engine.models.target_models import fit_with_best_transform, fit_with_transform
from paretune.engine.models.targets import constraint_targets, loss_targets
from paretune.pareto import hypervolume, is_nondominated

MAX_FRONT_FOR_CELLS = {3: 200, 4: 60}  # by the number of objectives; beyond that, directions are faster than cells
EXPLORATION = 0.7  # of the models' standard deviations, where all parameters are ordered
MIN_IMPROVEMENT_SHARE = 0.001  # of the front's hypervolume
BOLDER_EXPLORATIONS = (2.0, 4.0)  # where a trial is expected to add less than that


@dataclass(frozen=True)
class FittedModels:
    """Models of outcomes and of success, and the places of their trials.

    Args:
        model: of independent outcomes.
        log_success: the model of success; None while nothing has crashed.
        featurize: from ``N x d`` places in the unit cube to the models' features.
        places: ``k x d`` places that were tried, then the pending ones.
    """

    model: ModelListGP
    log_success: LogSuccess | None
    featurize: Featurize
    places: NDArray[np.float64]

    def with_pending(self, X: NDArray[np.float64]) -> Self:
        """Add ``p x d`` pending places, as if they gave the expected outcomes."""
        if len(X) == 0:
            return self
        model = condition_on_pending(self.model, self.featurize(X))
        return replace(self, model=model, places=np.vstack([self.places, X]))

    def weighted_by_success(self, acquisition: AcquisitionFunction) -> AcquisitionFunction:
        """Reduce a logarithmic acquisition where a trial is likely to crash."""
        return acquisition if self.log_success is None else SuccessWeighted(acquisition, self.log_success)


@dataclass(frozen=True)
class FrontModel(FittedModels):
    """Models of the outcomes and of success, and the places from which the front is taken.

    The model is of ``m`` gains, each transformed, then of ``c`` constraints, satisfied at least 0. The places are those
    of the trials with all losses, then those of the pending ones.

    Args:
        transforms: ``m`` transforms of losses.
        reference: ``m`` gains, the transformed reference point.
        is_feasible: booleans of the trials with all losses: whether they satisfied the constraints.
        exploration: a factor of the objectives' standard deviations.
    """

    transforms: tuple[LossTransform, ...]
    reference: Tensor
    is_feasible: NDArray[np.bool_]
    exploration: float

    @classmethod
    def fit(cls, history: History, reference: NDArray[np.float64], device: str = "cpu") -> FrontModel:
        """Fit the models to ``n`` trials.

        Args:
            history: the trials; at least one is known, and at least one parameter varies.
            reference: ``m`` losses; nothing worse counts.
            device: where the tensors lie.
        """
        trials, space, is_known = history.trials, history.space, history.is_known
        featurize, is_nominal = partial(features, space, device=device), nominal_mask(space, device)
        F = featurize(history.X)
        targets, scaled_reference = loss_targets(trials, reference)
        fitted = [fit_with_best_transform(target, F, is_nominal) for target in targets]
        constraints = [
            fit_with_transform(target, LossTransform(0.0), F, is_nominal)[0] for target in constraint_targets(trials)
        ]
        transforms = tuple(scale for _, scale in fitted)
        pairs = zip(transforms, scaled_reference, strict=True)
        transformed = np.array([float(scale.transform(loss)) for scale, loss in pairs])
        is_feasible = np.asarray(trials.is_complete | (trials.violations <= 0).all(axis=1)) & ~trials.is_stopped
        return cls(
            model=ModelListGP(*(model for model, _ in fitted), *constraints),
            log_success=fit_success_model(history, F, is_nominal),
            featurize=featurize,
            places=history.X[is_known],
            transforms=transforms,
            reference=to_gains(transformed, F),
            is_feasible=is_feasible[is_known],
            exploration=1.0 if is_nominal.any() else EXPLORATION,
        )

    @cached_property
    def _means(self) -> Tensor:
        """The expected outcomes at the places: ``k x (m + c)``."""
        return posterior_means(self.model, self.featurize(self.places))

    @cached_property
    def _is_inside(self) -> Tensor:
        """``k`` booleans: the place satisfies the constraints; as measured, or as expected of the pending ones."""
        inside = (self._means[:, len(self.reference) :] >= 0).all(dim=1)
        inside[: len(self.is_feasible)] = torch.tensor(self.is_feasible, device=inside.device)
        return inside

    @cached_property
    def is_best(self) -> NDArray[np.bool_]:
        """``k`` booleans: the place is expected on the front, within the constraints and better than the reference.

        If there is no such place, the nondominated ones of the places within the constraints are marked; if there is
        none of these either, the nondominated ones of all places.
        """
        means, m, inside = self._means, len(self.reference), self._is_inside
        better = inside & (means[:, :m] > self.reference).all(dim=1)
        rows = next(rows.cpu().numpy() for rows in (better, inside, torch.ones_like(inside)) if rows.any())
        chosen = np.zeros(len(means), bool)
        chosen[np.flatnonzero(rows)[is_nondominated(-means[:, :m].cpu().numpy()[rows])]] = True
        return chosen

    def with_pending(self, X: NDArray[np.float64]) -> FrontModel:
        """Add ``p x d`` pending places; exploration is then 1, so that parallel trials are not close together."""
        return replace(super().with_pending(X), exploration=1.0) if len(X) else self

    @property
    def bolder_models(self) -> list[FrontModel]:
        """The same models with more and more exploration, for use where little improvement is expected."""
        return [replace(self, exploration=exploration) for exploration in BOLDER_EXPLORATIONS]

    @cached_property
    def log_min_improvement(self) -> float:
        """The logarithm of a thousandth of the front's hypervolume: a smaller expected improvement is hardly worth it.

        Minus infinity while nothing within the constraints is better than the reference, and above four objectives,
        where the acquisition is not a hypervolume.
        """
        if len(self.reference) > MAX_EXACT_OBJECTIVES or not self._is_inside.any():
            return -math.inf
        front, reference = (self._untransformed(gains) for gains in (self._front, self.reference.unsqueeze(0)))
        volume = hypervolume(-front, -reference[0])
        return math.log(MIN_IMPROVEMENT_SHARE * volume) if volume > 0 else -math.inf

    @cached_property
    def _front(self) -> Tensor:
        """The expected outcomes of the front's feasible places that are better than the reference: ``k x m`` gains.

        Infeasible ones could be better than anything feasible, and would leave nothing to gain.
        """
        is_best = torch.tensor(self.is_best, device=self._means.device) & self._is_inside
        front = self._means[is_best][:, : len(self.reference)]
        return front[(front > self.reference).all(dim=1)]

    def _untransformed(self, gains: Tensor) -> NDArray[np.float64]:
        """Return ``k x m`` gains on the scale of the hypervolume."""
        columns = [
            column if function is None else function(column)
            for column, function in zip(gains.unbind(dim=1), self._functions(untransform_gains), strict=True)
        ]
        return torch.stack(columns, dim=1).cpu().numpy()

    def acquisition(self, rng: np.random.Generator) -> AcquisitionFunction:
        """Return the logarithm of the expected improvement of the front by one more trial, less where it may crash.

        Args:
            rng: of the directions, where the front has many points, and of the scalarisation, where there are more than
                four objectives.
        """
        if len(self.reference) <= MAX_EXACT_OBJECTIVES:
            improvement = self.improvement(rng)
        else:
            improvement = scalarized_improvement(self.model, self.featurize(self.places), self.reference, rng)
        return self.weighted_by_success(improvement)

    def improvement(self, rng: np.random.Generator) -> AcquisitionFunction:
        """Return the log expected improvement if nothing crashes: exact, or along directions where cells are too many.

        Args:
            rng: of the directions.
        """
        shared, untransform = (self.model, self._front, self.reference), self._functions(untransform_gains)
        if len(self._front) > MAX_FRONT_FOR_CELLS.get(len(self.reference), math.inf):
            transform = self._functions(transform_gains)
            return LogDirectionalImprovement(*shared, rng, untransform, transform, exploration=self.exploration)
        return LogExpectedHypervolumeImprovement(*shared, untransform, exploration=self.exploration)

    def _functions(self, function: Callable[[LossTransform, Tensor], Tensor]) -> list[GainFunction | None]:
        """Return the function of each objective's gains; None where its transform is linear."""
        return [None if scale.is_linear else partial(function, scale) for scale in self.transforms]
