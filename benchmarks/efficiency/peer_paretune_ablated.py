"""Ablated variants of Paretune as peers: one part of the engine is removed or replaced by the usual one.

Each variant has the name of its rows in the CSV files. A variant replaces attributes of the engine's modules for the
whole process, which runs nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from botorch.acquisition import AcquisitionFunction
from botorch.acquisition.multi_objective import logei
from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
from botorch.acquisition.multi_objective.objective import IdentityMCMultiOutputObjective
from botorch.sampling.normal import SobolQMCNormalSampler
from laplace_classifier import LaplaceClassifier
from numpy.typing import NDArray
from peer_paretune import in_fours, paretune, penalty
from peers import Optimizer, Task

from paretune.engine import bayes, maximize, problem
from paretune.engine.acquisition import expected_hypervolume, front_model
from paretune.engine.acquisition.front_model import FrontModel
from paretune.engine.history import History
from paretune.engine.models import classifier, kernel, success_probability, surrogate, target_models
from paretune.engine.models.outcome_transform import LossTransform

NEVER = 10**9
LENGTHSCALE_PRIOR, FIT = kernel.lengthscale_prior, FrontModel.fit


def _replacing(
    *replacements: tuple[Any, str, Any], base: Callable[[Task], Optimizer] = paretune
) -> Callable[[Task], Optimizer]:
    """Return a function that replaces attributes of modules or classes, then creates the base peer."""

    def create(task: Task) -> Optimizer:
        for owner, name, value in replacements:
            setattr(owner, name, value)
        return base(task)

    return create


def _no_main_effects(_: kernel.MixedKernel, x1: torch.Tensor, x2: torch.Tensor, n_same: torch.Tensor) -> torch.Tensor:  # noqa: ARG001
    return torch.zeros_like(n_same)


def _no_length_scale_prior(is_nominal: torch.Tensor, _: float) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.zeros(len(is_nominal), dtype=torch.double), torch.full((len(is_nominal),), 100.0, dtype=torch.double)


def _usual_length_scale_prior(is_nominal: torch.Tensor, _: float) -> tuple[torch.Tensor, torch.Tensor]:
    return LENGTHSCALE_PRIOR(is_nominal, 0.0)


def _linear(values: Any) -> list[LossTransform]:
    return [LossTransform.fit(values, math.inf)]


def _q_log_nehvi(self: FrontModel, rng: np.random.Generator) -> AcquisitionFunction:
    """Return BoTorch's own acquisition, over the same models and without logarithmic transforms."""
    logei._load_attempted = True  # do not compile a C++ kernel  # noqa: SLF001
    m = len(self.reference)
    improvement = qLogNoisyExpectedHypervolumeImprovement(
        self.model,
        self.reference,
        self.featurize(self.places),
        SobolQMCNormalSampler(torch.Size([64]), seed=int(rng.integers(2**31))),
        objective=IdentityMCMultiOutputObjective(outcomes=list(range(m))),
        prune_baseline=True,
    )
    return (
        improvement if self.log_success is None else expected_hypervolume.SuccessWeighted(improvement, self.log_success)
    )


def _bolder_with_ordered_parameters(history: History, reference: NDArray[np.float64], device: str) -> FrontModel:
    """Fit the models, with less weight on standard deviations if any parameter is ordered."""
    is_ordered = [not p.is_nominal for p in history.space.values() if p.n_levels != 1]
    fitted = FIT(history, reference, device)
    return replace(fitted, exploration=front_model.EXPLORATION if any(is_ordered) else 1.0)


def _front_of_all(self: FrontModel) -> torch.Tensor:
    """Return the front's gains, of infeasible places while there is no feasible one."""
    front = self._means[torch.tensor(self.is_best)][:, : len(self.reference)]
    return front[(front > self.reference).all(dim=1)]


def _with_pending_in_baseline(self: FrontModel, X: NDArray[np.float64]) -> FrontModel:
    """Add pending places to the baseline alone: qLogNEHVI draws their outcomes together with the others."""
    return replace(self, places=np.vstack([self.places, X])) if len(X) else self


without_success_model = _replacing((front_model, "fit_success_model", lambda *_: None))
without_floor = _replacing((success_probability, "STEEPNESS", 0.0))
with_a_smooth_border = _replacing((classifier, "SCALE_PRIOR", (math.log(1.4) + 1.0, 1.0)))
LAPLACE = (success_probability, "Classifier", LaplaceClassifier)
with_laplaces_approximation = _replacing(LAPLACE)
with_a_lower_border = _replacing(
    (success_probability, "PENALTY_THRESHOLD", 0.6), (success_probability, "ROUNDING", 0.0)
)
without_caution = _replacing((success_probability, "CAUTION", 0.0))
without_rescue = _replacing((bayes, "FAILURE_STREAK", NEVER), (maximize, "FAILURE_STREAK", NEVER))
without_label_regression = _replacing((success_probability, "RARE_SHARE", 0.0), (success_probability, "RARE_NUMBER", 0))
without_main_effects = _replacing((kernel.MixedKernel, "_main_effects", _no_main_effects))
without_outcome_transforms = _replacing((target_models, "candidate_transforms", _linear))
without_length_scale_prior = _replacing((kernel, "lengthscale_prior", _no_length_scale_prior))
USUAL_LENGTHS = (kernel, "lengthscale_prior", _usual_length_scale_prior)
WHOLE_DEVIATIONS = (front_model, "EXPLORATION", 1.0)
with_the_usual_length_scales = _replacing(USUAL_LENGTHS)
with_more_exploration = _replacing(WHOLE_DEVIATIONS)
with_usual_lengths_and_exploration = _replacing(USUAL_LENGTHS, WHOLE_DEVIATIONS)
USUAL_CHOICES = ((kernel, "NOMINAL_STRETCH", 0.0), (FrontModel, "fit", _bolder_with_ordered_parameters))
with_usual_choices = _replacing(*USUAL_CHOICES)
with_usual_choices_and_laplaces_approximation = _replacing(LAPLACE, *USUAL_CHOICES)
with_the_usual_noise_prior = _replacing((surrogate, "NOISE_PRIOR", surrogate.NARROW_NOISE_PRIOR))
without_bolder_models = _replacing((front_model, "BOLDER_EXPLORATIONS", ()))
without_feasibility_first = _replacing(
    (History, "has_front", property(lambda self: bool(self.is_known.any()))),
    (FrontModel, "_front", property(_front_of_all)),
)
without_local_search = _replacing((bayes, "N_ROUNDS", 0))
with_directions_everywhere = _replacing(
    (front_model, "MAX_FRONT_FOR_CELLS", dict.fromkeys(front_model.MAX_FRONT_FOR_CELLS, 0))
)
Q_LOG_NEHVI = ((target_models, "candidate_transforms", _linear), (FrontModel, "acquisition", _q_log_nehvi))
with_q_log_nehvi = _replacing(*Q_LOG_NEHVI)
in_fours_with_q_log_nehvi = _replacing(
    *Q_LOG_NEHVI, (FrontModel, "with_pending", _with_pending_in_baseline), base=in_fours
)
penalty_as_measured = _replacing((problem, "mark_penalties_failed", lambda trials: trials), base=penalty)
