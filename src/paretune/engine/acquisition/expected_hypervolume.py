"""The expected improvement of the front's hypervolume by one trial, less where a trial is likely to crash."""

from __future__ import annotations

import math
import warnings
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import torch
from botorch.acquisition import AcquisitionFunction
from botorch.acquisition.analytic import _log_ei_helper as log_standard_improvement
from botorch.acquisition.multi_objective.objective import IdentityMCMultiOutputObjective
from botorch.acquisition.multi_objective.parego import qLogNParEGO
from botorch.exceptions import UnsupportedError
from botorch.models.model import Model
from botorch.sampling.normal import SobolQMCNormalSampler
from botorch.utils.multi_objective.box_decompositions.non_dominated import FastNondominatedPartitioning
from botorch.utils.safe_math import log1mexp
from botorch.utils.sampling import manual_seed
from botorch.utils.transforms import t_batch_mode_transform
from torch import Tensor

from paretune.engine.models.marginals import marginals
from paretune.engine.models.success_probability import LogSuccess, crash_penalty

GainFunction: TypeAlias = Callable[[Tensor], Tensor]

CHUNK_SIZE = 256
N_KNOTS = 24
KNOTS_ABOVE = 4.0  # standard deviations above the highest edge of a cell
MIN_LOG_DIFFERENCE = 1e-15
MAX_EXACT_OBJECTIVES = 4
N_SAMPLES = 64
MIN_Z = -1e8  # standard deviations; farther below an edge the improvement is nothing


class OneTrialAcquisition(AcquisitionFunction):
    """An acquisition function of each place by itself.

    Pending trials are not handled here. Condition the models on them (`paretune.engine.models.surrogate`:
    `condition_on_pending`) and take the front of the conditioned models, as `paretune.suggest` does. BoTorch's
    optimizers maximise it with ``q=1``.
    """

    X_pending: Tensor | None = None

    def set_X_pending(self, X_pending: Tensor | None = None) -> None:  # noqa: N802 (BoTorch's)
        """Raise an `UnsupportedError` if there are pending trials."""
        if X_pending is not None and len(X_pending) > 0:
            raise UnsupportedError(
                f"{type(self).__name__} is of one trial: condition its models on the pending ones with "
                "paretune.engine.models.surrogate.condition_on_pending, and maximise it with q=1"
            )

    @t_batch_mode_transform(expected_q=1)
    def forward(self, X: Tensor) -> Tensor:
        """Return the values at ``... x 1 x d`` features: ``...`` numbers."""
        return self._values(X.reshape(-1, X.shape[-1])).reshape(X.shape[:-2])

    @abstractmethod
    def _values(self, X: Tensor) -> Tensor:
        """Return the values at ``N x d`` features, each a place by itself: ``N`` numbers."""


class LogExpectedHypervolumeImprovement(OneTrialAcquisition):
    """The logarithm of the expected hypervolume improvement over a given front, in closed form, for one trial.

    The improvement of a box decomposition's cell is a product over objectives (Yang et al. 2019, "Efficient
    computation of expected hypervolume improvement"); each factor is the difference of two expected improvements,
    and products and sums are taken in logarithms, so that values differ also where nothing is likely to improve
    (Ament et al. 2023, arXiv 2310.20708). For one objective it is the logarithm of expected improvement.

    Where the model has an objective on a transformed scale, the improvement is counted on the original one. The
    function between the two is taken as linear between knots: each piece adds its slope times its expected improvement
    on the model's scale.

    Args:
        model: of ``m`` independent outcomes, which are maximised, then of ``c`` constraints, satisfied at least 0; the
            improvement is multiplied by their probabilities.
        front: ``k x m`` gains; with none, the improvement is over the reference.
        reference: ``m`` gains; nothing worse counts.
        untransform: for each objective, an increasing function, tensor to tensor, from the model's gains to those of
            the hypervolume; None where they are the same.
        exploration: a factor of the objectives' standard deviations; with less than 1 the means count for more.

    Example:
        >>> from botorch.models import SingleTaskGP
        >>> X = torch.linspace(0, 1, 5, dtype=torch.double)[:, None]
        >>> model = SingleTaskGP(X, torch.hstack([X, 1 - X**2]))
        >>> front, reference = torch.tensor([[0.5, 0.75]]).double(), torch.zeros(2).double()
        >>> acquisition = LogExpectedHypervolumeImprovement(model, front, reference)
        >>> tuple(acquisition(torch.rand(7, 1, 1, dtype=torch.double)).shape)
        (7,)
    """

    def __init__(
        self,
        model: Model,
        front: Tensor,
        reference: Tensor,
        untransform: Sequence[GainFunction | None] = (),
        *,
        exploration: float = 1.0,
    ) -> None:
        super().__init__(model)
        self._marginals, self._exploration = marginals(model), exploration
        lower, upper = _cells(front, reference)
        functions = untransform or [None] * len(reference)
        self._axes = [_Axis(lower[:, j], upper[:, j], function) for j, function in enumerate(functions)]

    def _values(self, X: Tensor) -> Tensor:
        mean, deviation = self._marginals(X)
        m = len(self._axes)
        spread = self._exploration * deviation
        cells = torch.stack([axis(mean[:, [j]], spread[:, [j]]) for j, axis in enumerate(self._axes)]).sum(dim=0)
        return torch.logsumexp(cells, dim=-1) + torch.special.log_ndtr(mean[:, m:] / deviation[:, m:]).sum(-1)


class _Axis:
    """One objective's factor of all cells: the log expected improvement between each cell's edges."""

    def __init__(self, lower: Tensor, upper: Tensor, untransform: GainFunction | None) -> None:
        edges = torch.unique(torch.cat([lower, upper[upper.isfinite()]]))
        self._knots = edges if untransform is None else torch.unique(torch.cat([edges, _knots_between(edges)]))
        self._lower = torch.searchsorted(self._knots, lower.contiguous())
        self._upper = torch.searchsorted(self._knots, upper.contiguous())  # for an infinite edge, one past the last
        self._log_slopes = None if untransform is None else _log_slopes(self._knots, untransform)

    def __call__(self, mean: Tensor, deviation: Tensor) -> Tensor:
        """Return the factors for means and standard deviations, both ``N x 1``: ``N x n_cells``."""
        z = ((mean - self._knots) / deviation).clamp_min(MIN_Z)
        above = log_standard_improvement(z) + deviation.log()
        above = torch.cat([above, torch.full_like(mean, -math.inf)], dim=-1)
        if self._log_slopes is not None:
            differences = (above[:, 1:] - above[:, :-1]).clamp_max(-MIN_LOG_DIFFERENCE)
            pieces = self._log_slopes + above[:, :-1] + log1mexp(differences)
            above[:, :-1] = pieces.flip(-1).logcumsumexp(-1).flip(-1)
        above_lower, above_upper = above[:, self._lower], above[:, self._upper]
        return above_lower + log1mexp((above_upper - above_lower).clamp_max(-MIN_LOG_DIFFERENCE))


def _knots_between(edges: Tensor) -> Tensor:
    """Return knots between the edges, and above the highest one, where the transform need not be linear either."""
    steps = torch.linspace(0, 1, N_KNOTS).to(edges)
    return torch.cat([edges[0] + steps * (edges[-1] - edges[0]), edges[-1] + KNOTS_ABOVE * steps])


def _log_slopes(knots: Tensor, untransform: GainFunction) -> Tensor:
    """Return the log slopes of the pieces between knots, and above the last one."""
    ends = torch.cat([knots, knots[-1:] + 1])
    return (untransform(ends).diff() / ends.diff()).log()


def scalarized_improvement(
    model: Model, X_baseline: Tensor, reference: Tensor, rng: np.random.Generator
) -> qLogNParEGO:
    """Return the improvement of one random Chebyshev scalarisation, for more objectives than cells can be counted for.

    BoTorch's qLogNParEGO (Daulton et al. 2020, arXiv 2006.05078, appendix A). Unlike the closed form it always uses the
    models' whole standard deviations.

    Args:
        model: of ``m`` gains, then ``c`` constraints, satisfied at least 0.
        X_baseline: ``n x d`` features of the trials with all losses, inside the limits or not, and of the pending ones.
        reference: ``m`` gains; nothing worse counts.
        rng: of the weights and the quasi-random draws.
    """
    m = len(reference)
    thresholds = [*reference.tolist(), *[0.0] * (model.num_outputs - m)]
    with manual_seed(int(rng.integers(2**31))), warnings.catch_warnings():  # torch's own generator prunes the baseline
        warnings.filterwarnings("ignore", message="When all training points are infeasible")  # a user cannot act on it
        return qLogNParEGO(
            model,
            X_baseline,
            scalarization_weights=torch.tensor(rng.dirichlet(np.ones(m))).to(X_baseline),
            objective=IdentityMCMultiOutputObjective(outcomes=list(range(m))),
            constraints=[lambda samples, j=j, at=at: at - samples[..., j] for j, at in enumerate(thresholds)],
            sampler=SobolQMCNormalSampler(torch.Size([N_SAMPLES]), seed=int(rng.integers(2**31))),
            prune_baseline=True,
        )


def _cells(front: Tensor, reference: Tensor) -> tuple[Tensor, Tensor]:
    """Return the corners of the cells above the reference that no point of the front dominates: two ``n_cells x m``."""
    front = front[(front > reference).all(-1)]
    if len(reference) == 1:
        best = torch.cat([front, reference.unsqueeze(0)]).amax(dim=0, keepdim=True)
        return best, torch.full_like(best, math.inf)
    cells = FastNondominatedPartitioning(ref_point=reference.cpu(), Y=front.cpu())  # loops
    lower, upper = cells.hypercell_bounds
    return lower.to(reference), upper.to(reference)


class SuccessWeighted(OneTrialAcquisition):
    """A logarithmic acquisition where a trial may crash: log p is added, and a steep slope where p is small.

    Args:
        acquisition: of logarithmic values.
        log_success: the model of success.
    """

    def __init__(self, acquisition: AcquisitionFunction, log_success: LogSuccess) -> None:
        super().__init__(acquisition.model)
        self._acquisition, self._log_success = acquisition, log_success

    def _values(self, X: Tensor) -> Tensor:
        success = self._log_success
        return self._acquisition(X.unsqueeze(-2)) + crash_penalty(success(X), success.highest, success.weight)

    def log_expected_improvement(self, X: Tensor) -> Tensor:
        """Return the values at ``N x d`` features with log p alone, unweighted and without the slope: ``N`` numbers."""
        return self._acquisition(X.unsqueeze(-2)) + self._log_success(X)


def acquisition_values(acquisition: AcquisitionFunction, X: Tensor) -> Tensor:
    """Evaluate an acquisition at each of ``N x d`` features alone: ``N`` values."""
    with torch.no_grad():
        return torch.cat([acquisition(part.unsqueeze(-2)) for part in torch.split(X, CHUNK_SIZE)])


def log_expected_improvement(acquisition: AcquisitionFunction, X: Tensor) -> Tensor:
    """Evaluate an acquisition without the extra crash penalty of `SuccessWeighted`: ``N`` values."""
    if not isinstance(acquisition, SuccessWeighted):
        return acquisition_values(acquisition, X)
    with torch.no_grad():
        return acquisition.log_expected_improvement(X)
