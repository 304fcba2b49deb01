"""Stopped trials with their expected final losses, so that the models learn from them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from paretune.engine.curves.expected_ends import ExpectedEnds
from paretune.trials import Trials


def fill_stopped_trials(trials: Trials) -> Trials:
    """Replace the unknown losses of stopped trials by what their curves measure, with standard errors.

    The standard error of a known loss is the one that was reported. Where no trial reported one, it is 0: without that
    the models would take the errors of the stopped trials for those of all.

    Args:
        trials: ``n`` trials with curves.

    Returns:
        The same trials where nothing is stopped, or too few have ended for a prediction.
    """
    if not (trials.is_stopped.any() and len(trials.curves)):
        return trials
    ends = ExpectedEnds.of(trials)
    is_filled = trials.is_stopped[:, None] & np.isnan(trials.losses) & np.isfinite(ends.measured)
    if not is_filled.any():
        return trials
    losses = np.where(is_filled, ends.measured, trials.losses)
    errors = np.where(is_filled, ends.measured_errors, _errors_or_zero(trials.losses_se))
    return replace(trials, losses=losses, losses_se=errors)


def _errors_or_zero(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``n x m`` standard errors, 0 in the columns where none is known."""
    return np.where(np.isfinite(errors).any(axis=0), errors, 0.0)
