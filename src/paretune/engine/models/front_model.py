"""What do the trials so far make one believe: of every outcome, of success, and of where the front is?"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Self, TypeAlias

import numpy as np
import torch
from botorch.acquisition import AcquisitionFunction
from botorch.models import ModelListGP, SingleTaskGP
from numpy.typing import NDArray
from torch import Tensor

from paretune.engine.acquisition.directional_ehvi import LogDirectionalImprovement
from paretune.engine.acquisition.expected_hypervolume import (
    MOST_OBJECTIVES,
    LogExpectedHypervolumeImprovement,
    Straighten,
    SuccessWeighted,
    scalarized_improvement,
)
from paretune.engine.models.map_fit import ENOUGH, some_rows
from paretune.engine.models.outcome_transform import Scale, candidate_scales
from paretune.engine.models.success_probability import LogSuccess
from paretune.engine.models.surrogate import (
    believe,
    bent_gains,
    expected,
    features,
    fit_censored,
    nominal,
    straight_gains,
    to_gains,
)
from paretune.engine.models.targets import Outcome, constraints, losses, was_given_up
from paretune.pareto import hypervolume, is_nondominated
from paretune.space import Space
from paretune.trials import Trials

MOST_ON_FRONT = {3: 200, 4: 60}  # by the number of objectives; from there on, directions are faster than cells
EXPLORATION = 0.7  # of the models' deviations, where all parameters are ordered
FEW = 80  # trials that choose a scale, where there are many
DOUBT = 1.0  # of a bent scale, in units of log evidence
HARDLY_ANYTHING = 0.001  # of the front's hypervolume
BOLDER = (2.0, 4.0)  # explorations where a trial is expected to add hardly anything
See: TypeAlias = Callable[[NDArray[np.float64]], Tensor]


@dataclass(frozen=True)
class Modelled:
    """Models of outcomes and of success, and the places that they know.

    Args:
        model: of independent outcomes.
        log_success: the model of success; None while nothing has crashed.
        see: places in the unit cube as the models see them.
        seen: ``k x d`` places that were tried, then those under way.
    """

    model: ModelListGP
    log_success: LogSuccess | None
    see: See
    seen: NDArray[np.float64]

    def with_pending(self, X: NDArray[np.float64]) -> Self:
        """The belief if ``p x d`` places under way gave what is expected of them."""
        if len(X) == 0:
            return self
        return replace(self, model=believe(self.model, self.see(X)), seen=np.vstack([self.seen, X]))

    def weighted(self, worth: AcquisitionFunction) -> AcquisitionFunction:
        """A logarithmic acquisition, less where a trial is likely to crash."""
        return worth if self.log_success is None else SuccessWeighted(worth, self.log_success)


@dataclass(frozen=True)
class Belief(Modelled):
    """Models of the outcomes and of success, and the places that the front is sought among.

    The model is of ``m`` gains, each on its scale, then of ``c`` constraints, satisfied at least 0; the places seen ran
    to their end, or are under way.

    Args:
        scales: ``m`` scales of losses.
        corner: ``m`` gains, the reference point on the scales.
        satisfied: booleans of those that ran to their end: whether they were within the constraints.
        exploration: how much of the objectives' deviations counts.
    """

    scales: tuple[Scale, ...]
    corner: Tensor
    satisfied: NDArray[np.bool_]
    exploration: float

    @classmethod
    def of(
        cls, trials: Trials, known: NDArray[np.bool_], space: Space, reference: NDArray[np.float64], device: str = "cpu"
    ) -> Belief:
        """Fit to ``n`` trials, of which those that are known ran to their end and told all of their losses.

        Args:
            trials: the trials.
            known: ``n`` booleans, one at least true.
            space: the parameters; at least one varies.
            reference: ``m`` losses; nothing worse counts.
            device: where the tensors lie.
        """
        see, kinds = partial(features, space, device=device), nominal(space, device)
        X = space.encode(trials.params)
        F = see(X)
        objectives, corner = losses(trials, reference)
        fitted = [fit_on_best_scale(outcome, F, kinds) for outcome in objectives]
        limits = [fit_on_scale(outcome, Scale(0.0), F, kinds)[0] for outcome in constraints(trials)]
        scales = tuple(scale for _, scale in fitted)
        at = np.array([float(scale(loss)) for scale, loss in zip(scales, corner, strict=True)])
        model = ModelListGP(*(model for model, _ in fitted), *limits)
        log_success, satisfied = learn_success(trials, known, F, kinds), _satisfied(trials)[known]
        exploration = 1.0 if kinds.any() else EXPLORATION
        return cls(model, log_success, see, X[known], scales, to_gains(at, F), satisfied, exploration)

    @cached_property
    def _means(self) -> Tensor:
        """What is expected of the places seen: ``k x (m + c)``."""
        return expected(self.model, self.see(self.seen))

    @cached_property
    def _inside(self) -> Tensor:
        """Which of the places seen are within the constraints, as was told or is expected: ``k`` booleans."""
        inside = (self._means[:, len(self.corner) :] >= 0).all(dim=1)
        inside[: len(self.satisfied)] = torch.tensor(self.satisfied, device=inside.device)
        return inside

    @cached_property
    def is_front(self) -> NDArray[np.bool_]:
        """Which of the places seen are expected to be on the front: within the constraints, and beyond the corner.

        Where none is, those that are not dominated. Of a place that was tried the constraints are known; the model says
        only of those under way.
        """
        means, m, inside = self._means, len(self.corner), self._inside
        better = inside & (means[:, :m] > self.corner).all(dim=1)
        rows = next(rows.cpu().numpy() for rows in (better, inside, torch.ones_like(inside)) if rows.any())
        chosen = np.zeros(len(means), bool)
        chosen[np.flatnonzero(rows)[is_nondominated(-means[:, :m].cpu().numpy()[rows])]] = True
        return chosen

    def with_pending(self, X: NDArray[np.float64]) -> Belief:
        """As of `Modelled`; the deviations then count whole, lest those that run together lie together."""
        return replace(super().with_pending(X), exploration=1.0) if len(X) else self

    @property
    def doubts(self) -> list[Belief]:
        """The same of models that are ever less sure, for where they promise hardly anything."""
        return [replace(self, exploration=exploration) for exploration in BOLDER]

    @cached_property
    def hardly_anything(self) -> float:
        """The logarithm of a small share of the front's hypervolume; a trial that promises less is not worth much.

        Minus infinity while nothing within the constraints is beyond the corner, and above four objectives, where
        `acquisition` is no hypervolume.
        """
        if len(self.corner) > MOST_OBJECTIVES or not self._inside.any():
            return -math.inf
        front, corner = (self._straight(gains) for gains in (self._front, self.corner.unsqueeze(0)))
        volume = hypervolume(-front, -corner[0])
        return math.log(HARDLY_ANYTHING * volume) if volume > 0 else -math.inf

    @cached_property
    def _front(self) -> Tensor:
        """What is expected of the front's places that are beyond the corner: ``k x m`` gains."""
        front = self._means[torch.tensor(self.is_front, device=self._means.device)][:, : len(self.corner)]
        return front[(front > self.corner).all(dim=1)]

    def _straight(self, gains: Tensor) -> NDArray[np.float64]:
        """``k x m`` gains on the straight scales, where the hypervolume counts."""
        columns = [
            column if straighten is None else straighten(column)
            for column, straighten in zip(gains.unbind(dim=1), self._functions(straight_gains), strict=True)
        ]
        return torch.stack(columns, dim=1).cpu().numpy()

    def acquisition(self, rng: np.random.Generator) -> AcquisitionFunction:
        """What one more trial would be worth: the improvement over the front, less where it is likely to crash.

        Args:
            rng: of the directions, where the front has many points, and of the scalarisation, where there are more than
                four objectives.
        """
        m = len(self.corner)
        if m <= MOST_OBJECTIVES:
            worth = self._improvement(rng)
        else:
            worth = scalarized_improvement(self.model, self.see(self.seen), self.corner, rng)
        return self.weighted(worth)

    def _improvement(self, rng: np.random.Generator) -> AcquisitionFunction:
        """The expected improvement: exact over the cells above the front; along directions where they are too many."""
        told, straighten = (self.model, self._front, self.corner), self._functions(straight_gains)
        if len(self._front) > MOST_ON_FRONT.get(len(self.corner), math.inf):
            bend = self._functions(bent_gains)
            return LogDirectionalImprovement(*told, rng, straighten, bend, exploration=self.exploration)
        return LogExpectedHypervolumeImprovement(*told, straighten, exploration=self.exploration)

    def _functions(self, function: Callable[[Scale, Tensor], Tensor]) -> list[Straighten | None]:
        """Of the gains of each objective; None where its scale is straight."""
        return [None if math.isinf(scale.bend) else partial(function, scale) for scale in self.scales]


def fit_on_best_scale(
    outcome: Outcome, F: Tensor, kinds: Tensor, least_bend: float = 0.0
) -> tuple[SingleTaskGP, Scale]:
    """The model on the scale for which the evidence speaks, a bent one only where it does so clearly.

    Of many trials few are asked for the scale.

    Args:
        outcome: of ``k`` trials.
        F: ``n x d`` features.
        kinds: ``d`` booleans: which features are unordered choices.
        least_bend: scales that bend at less are not tried.
    """
    few = outcome
    if len(outcome.values) > ENOUGH:
        exact = outcome[~outcome.is_bound]
        few = exact[some_rows(len(exact.values), FEW).numpy()]

    def evidence(scale: Scale, log_density: float) -> float:
        return log_density + scale.log_density(few.values) - DOUBT * math.isfinite(scale.bend)

    scales = [scale for scale in candidate_scales(outcome.values) if scale.bend >= least_bend]
    fits = [(scale, *fit_on_scale(few, scale, F, kinds)) for scale in scales]
    scale, model, _ = max(fits, key=lambda fit: evidence(fit[0], fit[2]))
    if few is not outcome:
        model, _ = fit_on_scale(outcome, scale, F, kinds)
    return model, scale


def fit_on_scale(outcome: Outcome, scale: Scale, F: Tensor, kinds: Tensor) -> tuple[SingleTaskGP, float]:
    """A model of gains: of the losses on a scale, the other way round."""
    rows, is_bound = torch.tensor(outcome.rows, device=F.device), torch.tensor(outcome.is_bound, device=F.device)
    noise = torch.tensor(outcome.noise * scale.slope(outcome.values) ** 2).to(F) if outcome.noise.any() else None
    return fit_censored(F[rows], to_gains(scale(outcome.values), F), kinds, noise, is_bound)


def _satisfied(trials: Trials) -> NDArray[np.bool_]:
    """Which trials were within the constraints, whatever their losses: ``n`` booleans."""
    return np.asarray(trials.is_complete | (trials.violations <= 0).all(axis=1))


def learn_success(trials: Trials, known: NDArray[np.bool_], F: Tensor, kinds: Tensor) -> LogSuccess | None:
    """The model of success; None while nothing has crashed.

    What is known to be outside its limits did not crash; what was given up for the one metric that was known, and
    outside, may have succeeded or not.
    """
    is_open = was_given_up(trials, known)
    has_crashed = trials.is_failed & ~known & ~is_open
    if not has_crashed.any():
        return None
    told = torch.tensor(~trials.is_pending & ~is_open, device=F.device)
    return LogSuccess(F[told], torch.tensor(has_crashed, device=F.device)[told], kinds)
