"""What would the trials have measured without noise, as far as measurements alone can tell?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.confidence.check import check_count
from paretune.confidence.configurations import Measured
from paretune.confidence.mixture import sample_truths
from paretune.errors import InvalidInputError
from paretune.objectives import Objectives
from paretune.trials import Trials


def shrunk_draws(trials: Trials, n_draws: int = 1000, seed: int | np.random.Generator = 0) -> NDArray[np.float64]:
    """Draw the noise-free losses of the complete trials' configurations from the measurements alone.

    To draw about each measurement is not enough: the best of many noisy ones are best partly by luck, and a front of
    them, or of numbers drawn about them, looks better than it is (the winner's curse). The truths' own distribution is
    therefore inferred from all configurations, and each is drawn from its posterior (Efron 2011, "Tweedie's formula and
    selection bias"; the distribution: `paretune.confidence.mixture`). Parameters are not looked at;
    `paretune.engine.posterior_draws` does, and knows more where like configurations perform alike.

    An objective whose noise is not known (`paretune.measure.noise_variances`) is taken as exact. One that does not vary
    cannot be shrunk and is drawn about its measurement.

    Args:
        trials: ``N`` trials of any state, ``n`` of them complete. What was measured outside the limits counts too.
        n_draws: how many draws, ``s``.
        seed: a whole number, or a generator to draw from.

    Returns:
        ``s x n x m`` losses, in the order of ``trials[trials.is_complete]``; trials of one configuration have one
        truth.

    Raises:
        InvalidInputError: n_draws is no whole number of at least 1.
    """
    n_draws, rng = check_count(n_draws, "n_draws"), np.random.default_rng(seed)
    measured = Measured.of(trials)
    draws = measured.losses + np.sqrt(measured.variances) * rng.normal(size=(n_draws, *measured.losses.shape))
    if len(measured.losses) > 1:
        varies = np.ptp(measured.losses, axis=0) > 0
        is_noisy = (measured.variances > 0) & varies
        if is_noisy.any():
            truths = sample_truths(measured.losses[:, varies], measured.variances[:, varies], n_draws, rng)
            draws[:, is_noisy] = truths[:, is_noisy[:, varies]]
    return draws[:, measured.of_complete]


def drawn_truths(
    trials: Trials, draws: ArrayLike | None, n_draws: int, seed: int | np.random.Generator
) -> NDArray[np.float64]:
    """The draws that were handed in, else `shrunk_draws`: ``s x k x m``, once for each of the ``k`` configurations.

    Args:
        trials: ``n`` of them complete, at least one.
        draws: ``s x n x m``, in the order of the complete trials; or None.
        n_draws: how many are made where none are given.
        seed: of those.

    Raises:
        InvalidInputError: no trial is complete, or the draws are not finite numbers of this shape.
    """
    n, m = int(trials.is_complete.sum()), len(trials.objectives)
    if n == 0:
        raise InvalidInputError("no trial is complete, so there is no front to be sure of")
    table = shrunk_draws(trials, n_draws, seed) if draws is None else np.asarray(draws, float)
    if table.shape[1:] != (n, m) or len(table) == 0:
        raise InvalidInputError(f"draws must be s x {n} x {m}, a column a complete trial, but are {table.shape}")
    if not np.isfinite(table).all():
        raise InvalidInputError("draws must be finite numbers, but one is not")
    return table[:, Measured.of(trials).first]


def within_limits(draws: NDArray[np.float64], objectives: Objectives) -> NDArray[np.float64]:
    """``s x k x m`` draws, NaN where one is outside the limits: it gives no point of the front."""
    inside = objectives.is_within(draws.reshape(-1, len(objectives))).reshape(draws.shape[:2])
    return np.where(inside[..., None], draws, np.nan)
