"""What would the trials have measured without noise, as far as the models can tell?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from paretune import pareto
from paretune.engine.bayes import MAX_MODELLED, check_device, representatives, undisturbed
from paretune.engine.models.front_model import fit_on_best_scale
from paretune.engine.models.map_fit import some_rows
from paretune.engine.models.surrogate import features, nominal, to_gains
from paretune.engine.models.targets import Outcome, in_units, losses
from paretune.engine.posterior.regression import Hyperparameters, Regression
from paretune.engine.posterior.slice_sampling import plausible
from paretune.errors import InvalidInputError
from paretune.space.keys import configuration_indices
from paretune.trials import Trials
from paretune.trials.noise import noise_variances, ran_to_the_end

N_PLAUSIBLE = 8
GENTLE = 5.0  # a scale bends at so many deviations of the noise at least: it is straight over one measurement's


def posterior_draws(trials: Trials, n_draws: int = 1000, seed: int = 0, *, device: str = "cpu") -> NDArray[np.float64]:
    """Draw the noise-free losses of the complete trials' configurations, all of them together, from the models.

    Each objective has the engine's Gaussian process, on the scale that it chooses. Where the noise of an objective is
    known, from standard errors or at least ten repeats (`paretune.measure.noise_variances`), what neither the noise
    nor the process explains is each configuration's own: the small-area model of Fay and Herriot (1979) with a process
    in the place of its regression. Where it is not known, a rough truth and a noisy measurement look alike, and the
    models, which expect little noise, are too sure of few trials: give standard errors, or repeat some configurations.
    To say that an objective is exact, give standard errors of 0.

    A configuration's own part is taken as normal. Where the parameters explain little of the losses, that makes the
    front of many noisy trials look better than it is (``experiments/001-how-sure-is-a-front``):
    `paretune.confidence.shrunk_draws` is the one to take there.

    Of up to 800 trials the models' hyperparameters are averaged over (`paretune.engine.posterior.slice_sampling`), since at
    their mode the intervals are too narrow; of more, the mode is sure enough. Every measurement is conditioned on, also those
    of trials outside the limits or that failed later. Work grows with the cube of the number of trials.

    Args:
        trials: ``N`` trials of any state, ``n`` of them complete.
        n_draws: how many draws, ``s``.
        seed: the same trials and seed give the same draws.
        device: where the models are computed, as torch names it.

    Returns:
        ``s x n x m`` losses: column ``i`` of a draw is the truth of the ``i``-th row of ``trials[trials.is_complete]``.
        Trials of one configuration have one truth. With no complete trial, ``s x 0 x m``.

    Raises:
        InvalidInputError: n_draws is below 1, or the device cannot be used.

    Example:
        >>> from paretune.objectives import Minimize, Objectives
        >>> from paretune.space import Float, Space
        >>> params = tuple({"x": i / 8} for i in (0, 1, 2, 3, 4, 5, 5))
        >>> trials = Trials(Space({"x": Float(0, 1)}), Objectives([Minimize("f"), Minimize("g")]), params,
        ...                 losses=[[p["x"], 1 - p["x"]] for p in params])
        >>> draws = posterior_draws(trials, n_draws=3)
        >>> draws.shape, bool((draws[:, 5] == draws[:, 6]).all())
        ((3, 7, 2), True)
    """
    if n_draws < 1:
        raise InvalidInputError(f"n_draws must be at least 1, but is {n_draws}")
    check_device(device)
    trials = trials[~trials.is_lost & ~trials.is_pending]
    complete, m = np.flatnonzero(trials.is_complete), len(trials.objectives)
    if len(complete) == 0:
        return np.empty((n_draws, 0, m))
    outcomes, _ = losses(trials, pareto.reference_point(trials.losses, trials.objectives.limits))
    variances = noise_variances(trials)
    drawn, design = np.empty((n_draws, len(complete), m)), _Design.of(trials, complete, device)
    with undisturbed():
        for j, outcome in enumerate(outcomes):
            rng = np.random.default_rng([seed, j])
            drawn[..., j] = _truths(design, outcome, variances[:, j], n_draws, rng).T[:, design.back]
    return drawn


@dataclass(frozen=True, eq=False)
class _Design:
    """Which configurations were tried, and which of them are asked for.

    Args:
        trials: ``N`` trials.
        configurations: ``N`` numbers, equal for equal configurations.
        asked: ``k`` of the trials, one of each configuration that is asked for.
        back: ``n`` indices of those: which one each complete trial is of.
        device: where the tensors lie.
    """

    trials: Trials
    configurations: NDArray[np.int64]
    asked: NDArray[np.int64]
    back: NDArray[np.int64]
    device: str

    @classmethod
    def of(cls, trials: Trials, complete: NDArray[np.int64], device: str) -> _Design:
        numbers = configuration_indices(trials.space, trials.params)
        _, first, back = np.unique(numbers[complete], return_index=True, return_inverse=True)
        return cls(trials, numbers, complete[first], back, device)

    @cached_property
    def F(self) -> Tensor:  # noqa: N802 (the field's letter)
        """``N x d`` features."""
        return features(self.trials.space, self.trials.X, self.device)

    @cached_property
    def is_modelled(self) -> NDArray[np.bool_]:
        """``N`` booleans: which trials the hyperparameters are found from."""
        kept = representatives(self.trials, ran_to_the_end(self.trials), MAX_MODELLED)
        return np.isin(np.arange(len(self.trials)), kept)

    def same(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Tensor:
        """1 or 0 for trials of equal or different configurations."""
        equal = self.configurations[rows][:, None] == self.configurations[columns]
        return torch.tensor(equal).to(self.F)


def _truths(
    design: _Design, outcome: Outcome, variances: NDArray[np.float64], n_draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """One objective's losses at the ``k`` configurations that are asked for: ``k x s``."""
    numbers = design.configurations[outcome.rows]
    is_measured = np.isin(numbers, numbers[~outcome.is_bound])
    outcome = outcome[~(outcome.is_bound & is_measured)]  # of what was measured, a bound says nothing more
    is_known = bool(np.isfinite(variances).all())
    errors = in_units(np.sqrt(variances[outcome.rows]), outcome.unit) if is_known else np.zeros(len(outcome.rows))
    outcome = replace(outcome, noise=errors**2)
    is_exact = is_known and not errors.any()
    varies = np.ptp(outcome.values) > 0 and len(np.unique(design.configurations[outcome.rows])) > 1
    draw = partial(_modelled, is_known=is_known) if varies and not is_exact else _measured
    largest, deviations = np.finfo(float).max, draw(design, outcome, n_draws, rng)
    with np.errstate(over="ignore"):
        return np.clip(outcome.centre + outcome.unit * deviations, -largest, largest)


def _measured(design: _Design, outcome: Outcome, n_draws: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Where there is nothing to model: the mean of a configuration's measurements, and its standard error."""
    numbers = design.configurations[outcome.rows]
    counts = np.bincount(numbers)
    asked = design.configurations[design.asked]
    means = np.bincount(numbers, outcome.values)[asked] / counts[asked]
    errors = np.sqrt(np.bincount(numbers, outcome.noise)[asked]) / counts[asked]
    return np.asarray(means[:, None] + errors[:, None] * rng.normal(size=(len(asked), n_draws)))


def _modelled(
    design: _Design, outcome: Outcome, n_draws: int, rng: np.random.Generator, *, is_known: bool
) -> NDArray[np.float64]:
    """Draws of a process and of what is each configuration's own, on the outcome's scale, given all measurements."""
    chosen, F = design.is_modelled[outcome.rows], design.F
    gentle = GENTLE * float(np.sqrt(outcome.noise.mean()))
    kinds = nominal(design.trials.space, design.device)
    model, scale = fit_on_best_scale(outcome[chosen], F, kinds, least_bend=gentle)
    parts = [outcome[chosen], outcome[~chosen & ~outcome.is_bound]]  # the model has filled its bounds in
    rows = np.concatenate([part.rows for part in parts])
    noise = np.concatenate([part.noise * scale.slope(part.values) ** 2 for part in parts])
    regression = Regression(
        kernel=model.covar_module,
        F=F[rows],
        y=torch.cat([model.train_targets, to_gains(scale(parts[1].values), F)]),
        noise=torch.tensor(noise).to(F),
        same=design.same(rows, rows),
        has_own=is_known,
    )
    mode, asked, same = Hyperparameters.of(model), F[design.asked], design.same(design.asked, rows)
    is_sure = len(rows) > MAX_MODELLED
    some = [mode] if is_sure else plausible(regression[some_rows(len(rows))], mode, N_PLAUSIBLE, rng)
    normal = torch.tensor(rng.normal(size=(len(asked), n_draws))).to(F).tensor_split(len(some), dim=1)
    gains = torch.cat([regression.draw(h, asked, same, part) for h, part in zip(some, normal, strict=True)], dim=1)
    return scale.inverse(-gains.cpu().numpy())
