"""Paretune with one part left out, or exchanged for the usual one: what is each part worth?

A part is taken out of the engine's modules for the whole process, which runs nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import laplace
import numpy as np
import torch
from botorch.acquisition import AcquisitionFunction
from botorch.acquisition.multi_objective import logei
from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
from botorch.acquisition.multi_objective.objective import IdentityMCMultiOutputObjective
from botorch.sampling.normal import SobolQMCNormalSampler
from numpy.typing import NDArray
from peer_paretune import in_fours, paretune, penalty
from peers import Optimizer, Task

from paretune.engine import bayes, maximize
from paretune.engine.acquisition import expected_hypervolume
from paretune.engine.models import classifier, front_model, kernel, success_probability, surrogate
from paretune.engine.models.front_model import Belief
from paretune.engine.models.outcome_transform import Scale
from paretune.space import Space

NEVER = 10**9
LENGTHSCALE_PRIOR, BELIEF = kernel.lengthscale_prior, Belief.of


def _without(*parts: tuple[Any, str, Any], of: Callable[[Task], Optimizer] = paretune) -> Callable[[Task], Optimizer]:
    """Paretune where attributes of modules are other ones."""

    def start(task: Task) -> Optimizer:
        for owner, name, value in parts:
            setattr(owner, name, value)
        return of(task)

    return start


def _no_main_effects(_: kernel.MixedKernel, x1: torch.Tensor, x2: torch.Tensor, n_same: torch.Tensor) -> torch.Tensor:  # noqa: ARG001
    return torch.zeros_like(n_same)


def _no_length_scale_prior(nominal: torch.Tensor, _: float) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.zeros(len(nominal), dtype=torch.double), torch.full((len(nominal),), 100.0, dtype=torch.double)


def _usual_length_scale_prior(nominal: torch.Tensor, _: float) -> tuple[torch.Tensor, torch.Tensor]:
    return LENGTHSCALE_PRIOR(nominal, 0.0)


def _straight(values: Any) -> list[Scale]:
    return [Scale.of(values, math.inf)]


def _q_log_nehvi(self: Belief, rng: np.random.Generator) -> AcquisitionFunction:
    """BoTorch's own, over the same models and without bent scales."""
    logei._load_attempted = True  # no C++ kernel is built while one waits  # noqa: SLF001
    m = len(self.corner)
    worth = qLogNoisyExpectedHypervolumeImprovement(
        self.model,
        self.corner,
        self.see(self.seen),
        SobolQMCNormalSampler(torch.Size([64]), seed=int(rng.integers(2**31))),
        objective=IdentityMCMultiOutputObjective(outcomes=list(range(m))),
        prune_baseline=True,
    )
    return worth if self.log_success is None else expected_hypervolume.SuccessWeighted(worth, self.log_success)


def _bolder_beside_choices(*told: Any) -> Belief:
    """What is believed; the deviations count less wherever a parameter is ordered."""
    space: Space = told[2]
    is_ordered = [not p.is_nominal for p in space.values() if p.n_levels != 1]
    return replace(BELIEF(*told), exploration=front_model.EXPLORATION if any(is_ordered) else 1.0)


def _drawn_while_pending(self: Belief, X: NDArray[np.float64]) -> Belief:
    """What is under way belongs to the baseline, whose outcomes qLogNEHVI draws together: nothing is believed."""
    return replace(self, seen=np.vstack([self.seen, X])) if len(X) else self


without_success_model = _without((front_model, "learn_success", lambda *_: None))
without_floor = _without((success_probability, "STEEPNESS", 0.0))
with_a_smooth_border = _without((classifier, "SCALE_PRIOR", (math.log(1.4) + 1.0, 1.0)))
LAPLACE = (success_probability, "Classifier", laplace.Classifier)
with_laplaces_approximation = _without(LAPLACE)
with_a_lower_border = _without((success_probability, "FLOOR", 0.6), (success_probability, "ROUNDED", 0.0))
without_caution = _without((success_probability, "CAUTION", 0.0))
without_rescue = _without((bayes, "STREAK", NEVER), (maximize, "STREAK", NEVER))
without_label_regression = _without((success_probability, "FEW", 0.0), (success_probability, "RARE", 0))
without_main_effects = _without((kernel.MixedKernel, "_main", _no_main_effects))
without_bent_scales = _without((front_model, "candidate_scales", _straight))
without_length_scale_prior = _without((kernel, "lengthscale_prior", _no_length_scale_prior))
USUAL_LENGTHS = (kernel, "lengthscale_prior", _usual_length_scale_prior)
WHOLE_DEVIATIONS = (front_model, "EXPLORATION", 1.0)
with_the_usual_length_scales = _without(USUAL_LENGTHS)
with_more_exploration = _without(WHOLE_DEVIATIONS)
with_usual_lengths_and_exploration = _without(USUAL_LENGTHS, WHOLE_DEVIATIONS)
USUAL_CHOICES = ((kernel, "CHOICES_LONGER", 0.0), (Belief, "of", _bolder_beside_choices))
with_usual_choices = _without(*USUAL_CHOICES)
with_usual_choices_and_laplaces_approximation = _without(LAPLACE, *USUAL_CHOICES)
with_the_usual_noise_prior = _without((surrogate, "NOISE_PRIOR", surrogate.NARROW_NOISE_PRIOR))
without_doubt = _without((front_model, "BOLDER", ()))
without_local_search = _without((bayes, "N_ROUNDS", 0))
with_directions_everywhere = _without((front_model, "MOST_ON_FRONT", dict.fromkeys(front_model.MOST_ON_FRONT, 0)))
Q_LOG_NEHVI = ((front_model, "candidate_scales", _straight), (Belief, "acquisition", _q_log_nehvi))
with_q_log_nehvi = _without(*Q_LOG_NEHVI)
in_fours_with_q_log_nehvi = _without(*Q_LOG_NEHVI, (Belief, "with_pending", _drawn_while_pending), of=in_fours)
penalty_as_measured = _without((import_module("paretune.engine.suggest"), "as_failures", lambda told: told), of=penalty)
