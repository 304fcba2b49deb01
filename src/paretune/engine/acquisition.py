"""How much would a trial there be worth? Noisy expected improvement, of the best value or of the front."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from botorch.acquisition.acquisition import AcquisitionFunction
from botorch.acquisition.logei import qLogNoisyExpectedImprovement
from botorch.acquisition.multi_objective import logei
from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
from botorch.acquisition.multi_objective.objective import IdentityMCMultiOutputObjective
from botorch.acquisition.objective import GenericMCObjective
from botorch.models.model import Model
from botorch.sampling.normal import SobolQMCNormalSampler
from torch import Tensor

N_SAMPLES = 64
CHUNK = 256


def improvement(
    model: Model, X_baseline: Tensor, reference: Tensor, *, X_pending: Tensor | None, seed: int
) -> AcquisitionFunction:
    """The logarithm of the noisy expected improvement.

    Of the hypervolume for two and more objectives: qLogNEHVI (Daulton et al. 2021, arXiv 2105.08195; in logarithms
    Ament et al. 2023, arXiv 2310.20708). Of the best value for one: qLogNEI. Outcomes after the objectives are
    constraints, satisfied where they are at most 0.

    Args:
        model: of ``m`` gains, then ``c`` constraints.
        X_baseline: ``n x d'`` features of the trials that the front is made of.
        reference: ``m`` gains; nothing worse counts.
        X_pending: ``p x d'`` features of trials under way, or None.
        seed: of the quasi-random draws.
    """
    m, n_outputs = len(reference), model.num_outputs
    constraints = [_outcome(j) for j in range(m, n_outputs)]
    sampler = SobolQMCNormalSampler(torch.Size([N_SAMPLES]), seed=seed)
    shared = {
        "model": model,
        "X_baseline": X_baseline,
        "sampler": sampler,
        "X_pending": X_pending,
        "constraints": constraints or None,
        "prune_baseline": True,
    }
    if m == 1:
        return qLogNoisyExpectedImprovement(
            **shared,
            objective=GenericMCObjective(lambda Z, X=None: Z[..., 0]),  # noqa: ARG005 (the objective's signature)
        )
    with _without_compiler():
        return qLogNoisyExpectedHypervolumeImprovement(
            **shared, ref_point=reference, objective=IdentityMCMultiOutputObjective(outcomes=list(range(m)))
        )


@contextmanager
def _without_compiler() -> Iterator[None]:
    """Keep BoTorch from building its C++ kernel on the user's machine (docs/decisions/0005).

    It takes half a minute in each new environment, warns where there is no compiler, and a process that is killed
    meanwhile leaves a lock on which every later one waits for ever. A kernel that is loaded already is used.
    """
    before = getattr(logei, "_load_attempted", True)
    logei._load_attempted = True  # noqa: SLF001 (BoTorch has no public switch)
    try:
        yield
    finally:
        logei._load_attempted = before  # noqa: SLF001


def _outcome(j: int) -> Callable[[Tensor], Tensor]:
    return lambda samples: samples[..., j]


def values(acquisition: AcquisitionFunction, X: Tensor) -> Tensor:
    """The acquisition at each of ``N x d'`` features alone: ``N`` values."""
    with torch.no_grad():
        return torch.cat([acquisition(part.unsqueeze(-2)) for part in torch.split(X, CHUNK)])
