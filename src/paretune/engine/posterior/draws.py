"""Posterior draws of what the trials would have measured without noise."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from paretune import pareto
from paretune.argument_checks import COUNT, NAME, WHOLE, check_arguments
from paretune.engine.models.map_fit import evenly_spaced_rows
from paretune.engine.models.targets import loss_targets
from paretune.engine.posterior.measurements import Configurations, Measurements
from paretune.engine.posterior.regression import Hyperparameters, Regression
from paretune.engine.posterior.slice_sampling import sample_hyperparameters
from paretune.engine.subsample import MAX_MODELLED_TRIALS
from paretune.engine.torch_context import check_device, isolated_torch
from paretune.errors import InvalidInputError
from paretune.trials import Trials
from paretune.trials.noise import noise_variances

N_HYPERPARAMETER_DRAWS = 8


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
    draws, tried = np.empty((n_draws, len(complete), m)), Configurations.of(trials, complete, device)
    with isolated_torch():
        for j, target in enumerate(targets):
            rng = np.random.default_rng([seed, j])
            measured = Measurements.of(tried, target, variances[:, j])
            draws[..., j] = _draw_objective(measured, n_draws, rng).T[:, tried.index_of_complete]
    return draws


def _draw_objective(measured: Measurements, n_draws: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw one objective's losses at the ``k`` configurations: ``k x s``."""
    draw = _draw_modelled if measured.can_be_modelled else _draw_measured
    return measured.to_losses(draw(measured, n_draws, rng))


def _draw_measured(measured: Measurements, n_draws: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw without a model: the mean of a configuration's measurements, and its standard error."""
    means, errors = measured.means()
    return np.asarray(means[:, None] + errors[:, None] * rng.normal(size=(len(means), n_draws)))


def _draw_modelled(measured: Measurements, n_draws: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw from the posterior of a process and of each configuration's own effect, given all measurements."""
    fitted = measured.regression()
    samples = _hyperparameter_samples(fitted.regression, fitted.mode, rng)
    normal = torch.tensor(rng.normal(size=(len(fitted.F), n_draws))).to(fitted.F).tensor_split(len(samples), dim=1)
    pairs = zip(samples, normal, strict=True)
    gains = torch.cat([fitted.regression.draw(h, fitted.F, fitted.same, part) for h, part in pairs], dim=1)
    return fitted.scale.untransform(-gains.cpu().numpy())


def _hyperparameter_samples(
    regression: Regression, mode: Hyperparameters, rng: np.random.Generator
) -> list[Hyperparameters]:
    """Return draws of the hyperparameters; of many trials the mode alone."""
    if len(regression.y) > MAX_MODELLED_TRIALS:
        return [mode]
    some = regression[evenly_spaced_rows(len(regression.y))]
    return sample_hyperparameters(some, mode, N_HYPERPARAMETER_DRAWS, rng)
