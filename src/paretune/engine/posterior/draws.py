"""Posterior draws of what the trials would have measured without noise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from paretune import pareto
from paretune.argument_checks import COUNT, NAME, WHOLE, check_arguments
from paretune.engine.history import History
from paretune.engine.models.map_fit import evenly_spaced_rows
from paretune.engine.models.surrogate import features, nominal_mask, to_gains
from paretune.engine.models.target_models import fit_with_best_transform
from paretune.engine.models.targets import Target, loss_targets, scaled_errors
from paretune.engine.posterior.regression import Hyperparameters, Regression
from paretune.engine.posterior.slice_sampling import sample_hyperparameters
from paretune.engine.subsample import MAX_MODELLED_TRIALS, training_rows
from paretune.engine.torch_context import check_device, isolated_torch
from paretune.errors import InvalidInputError
from paretune.space.keys import configuration_indices
from paretune.trials import Trials
from paretune.trials.noise import noise_variances

N_HYPERPARAMETER_DRAWS = 8
MIN_LINEAR_RANGE = 5.0  # standard deviations of the noise: a transform is about linear over one measurement's noise


def posterior_draws(trials: Trials, n_draws: int = 1000, seed: int = 0, *, device: str = "cpu") -> NDArray[np.float64]:
    """Draw the noise-free losses of the complete trials' configurations, all of them together, from the models.

    Each objective has the engine's Gaussian process, on the scale that the engine chooses. Where the noise of an
    objective is known, from standard errors or at least ten repeats (`paretune.trials.noise.noise_variances`), each
    configuration has an effect of its own: what neither the noise nor the process explains. This is the small-area
    model of Fay and Herriot (1979) with a process instead of its regression. Where the noise is not known, a rough
    truth and a noisy measurement look alike, and the models, which expect little noise, are too certain after few
    trials: give standard errors, or repeat some configurations. To declare an objective exact, give standard errors
    of 0.

    A configuration's own effect is taken as normal. Where the parameters explain little of the losses, the front of
    many noisy trials then looks better than it is (``experiments/001-how-sure-is-a-front``): use
    `paretune.confidence.shrunk_draws` in that case.

    Up to 800 trials the result is averaged over hyperparameters (`paretune.engine.posterior.slice_sampling`), since
    intervals at their mode are too narrow; with more trials the mode is accurate enough. Every measurement is used,
    also of trials that are outside the limits or failed later. Work grows with the cube of the number of trials.

    Args:
        trials: ``N`` trials of any state, ``n`` of them complete.
        n_draws: how many draws, ``s``.
        seed: the same trials and seed give the same draws.
        device: where the models are computed, a name that torch knows.

    Returns:
        ``s x n x m`` losses: column ``i`` of a draw is the noise-free value of the ``i``-th row of
        ``trials[trials.is_complete]``. Trials of one configuration have the same value. With no complete trial,
        ``s x 0 x m``.

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
    check_arguments(trials=(trials, Trials), n_draws=(n_draws, COUNT), seed=(seed, WHOLE), device=(device, NAME))
    if n_draws < 1:
        raise InvalidInputError(f"n_draws must be at least 1, but is {n_draws}")
    check_device(device)
    trials = trials[~trials.is_lost & ~trials.is_pending]
    complete, m = np.flatnonzero(trials.is_complete), len(trials.objectives)
    if len(complete) == 0:
        return np.empty((n_draws, 0, m))
    targets, _ = loss_targets(trials, pareto.reference_point(trials.losses, trials.objectives.limits))
    variances = noise_variances(trials)
    draws, tried = np.empty((n_draws, len(complete), m)), _Configurations.of(trials, complete, device)
    with isolated_torch():
        for j, target in enumerate(targets):
            rng = np.random.default_rng([seed, j])
            draws[..., j] = _draw_objective(tried, target, variances[:, j], n_draws, rng).T[:, tried.index_of_complete]
    return draws


@dataclass(frozen=True, eq=False)
class _Configurations:
    """The different configurations of some trials, and those with a complete trial.

    Args:
        trials: ``N`` trials.
        configurations: ``N`` numbers, equal for equal configurations.
        representatives: indices of ``k`` trials, one of each configuration with a complete trial.
        index_of_complete: ``n`` indices below ``k``: the configuration of each complete trial.
        device: where the tensors lie.
    """

    trials: Trials
    configurations: NDArray[np.int64]
    representatives: NDArray[np.int64]
    index_of_complete: NDArray[np.int64]
    device: str

    @classmethod
    def of(cls, trials: Trials, complete: NDArray[np.int64], device: str) -> _Configurations:
        numbers = configuration_indices(trials.space, trials.params)
        _, first, back = np.unique(numbers[complete], return_index=True, return_inverse=True)
        return cls(trials, numbers, complete[first], back, device)

    @cached_property
    def F(self) -> Tensor:  # noqa: N802 (the field's letter)
        """``N x d`` features."""
        return features(self.trials.space, self.trials.X, self.device)

    @cached_property
    def is_modelled(self) -> NDArray[np.bool_]:
        """``N`` booleans: the hyperparameters are fitted to the trial."""
        rows = training_rows(History(self.trials, self.trials.space), MAX_MODELLED_TRIALS)
        return np.isin(np.arange(len(self.trials)), rows)

    def same(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Tensor:
        """Return 1 or 0 for trials of equal or different configurations."""
        equal = self.configurations[rows][:, None] == self.configurations[columns]
        return torch.tensor(equal).to(self.F)


def _draw_objective(
    tried: _Configurations, target: Target, variances: NDArray[np.float64], n_draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw one objective's losses at the ``k`` configurations: ``k x s``."""
    numbers = tried.configurations[target.rows]
    is_measured = np.isin(numbers, numbers[~target.is_bound])
    target = target[~(target.is_bound & is_measured)]  # where there is a measurement, a bound says nothing more
    is_known = bool(np.isfinite(variances).all())
    errors = scaled_errors(np.sqrt(variances[target.rows]), target.unit) if is_known else np.zeros(len(target.rows))
    target = replace(target, noise=errors**2)
    is_exact = is_known and not errors.any()
    varies = np.ptp(target.values) > 0 and len(np.unique(tried.configurations[target.rows])) > 1
    draw = partial(_draw_modelled, is_known=is_known) if varies and not is_exact else _draw_measured
    largest, deviations = np.finfo(float).max, draw(tried, target, n_draws, rng)
    with np.errstate(over="ignore"):
        return np.clip(target.centre + target.unit * deviations, -largest, largest)


def _draw_measured(
    tried: _Configurations, target: Target, n_draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw without a model: the mean of a configuration's measurements, and its standard error."""
    numbers = tried.configurations[target.rows]
    counts = np.bincount(numbers)
    chosen = tried.configurations[tried.representatives]
    means = np.bincount(numbers, target.values)[chosen] / counts[chosen]
    errors = np.sqrt(np.bincount(numbers, target.noise)[chosen]) / counts[chosen]
    return np.asarray(means[:, None] + errors[:, None] * rng.normal(size=(len(chosen), n_draws)))


def _draw_modelled(
    tried: _Configurations, target: Target, n_draws: int, rng: np.random.Generator, *, is_known: bool
) -> NDArray[np.float64]:
    """Draw from the posterior of a process and of each configuration's own effect, given all measurements."""
    chosen, F = tried.is_modelled[target.rows], tried.F
    min_linear_range = MIN_LINEAR_RANGE * float(np.sqrt(target.noise.mean()))
    is_nominal = nominal_mask(tried.trials.space, tried.device)
    model, scale = fit_with_best_transform(target[chosen], F, is_nominal, min_linear_range)
    parts = [target[chosen], target[~chosen & ~target.is_bound]]  # the model has replaced its bounds
    rows = np.concatenate([part.rows for part in parts])
    noise = np.concatenate([part.noise * scale.slope(part.values) ** 2 for part in parts])
    regression = Regression(
        kernel=model.covar_module,
        F=F[rows],
        y=torch.cat([model.train_targets, to_gains(scale.transform(parts[1].values), F)]),
        noise=torch.tensor(noise).to(F),
        same=tried.same(rows, rows),
        has_own_effects=is_known,
    )
    samples = _hyperparameter_samples(regression, Hyperparameters.of(model), rng)
    same = tried.same(tried.representatives, rows)
    normal = (
        torch.tensor(rng.normal(size=(len(tried.representatives), n_draws))).to(F).tensor_split(len(samples), dim=1)
    )
    pairs = zip(samples, normal, strict=True)
    gains = torch.cat([regression.draw(h, F[tried.representatives], same, part) for h, part in pairs], dim=1)
    return scale.untransform(-gains.cpu().numpy())


def _hyperparameter_samples(
    regression: Regression, mode: Hyperparameters, rng: np.random.Generator
) -> list[Hyperparameters]:
    """Return draws of the hyperparameters; of many trials the mode alone."""
    if len(regression.y) > MAX_MODELLED_TRIALS:
        return [mode]
    some = regression[evenly_spaced_rows(len(regression.y))]
    return sample_hyperparameters(some, mode, N_HYPERPARAMETER_DRAWS, rng)
