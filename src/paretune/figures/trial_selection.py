"""The trials and values that a picture can show, and counts of those that it leaves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from paretune.trials import Trials

# Some trainings report a huge number in place of a failure. Axes, and volumes of four objectives, cannot hold it.
LARGEST_DRAWABLE = 1e60


def finished_trials(trials: Trials) -> Trials:
    """The trials that are neither pending nor lost, sorted by number."""
    counted = trials[~trials.is_pending & ~trials.is_lost]
    return counted[np.argsort(counted.numbers, kind="stable")]


def count_unfinished(trials: Trials) -> dict[str, int]:
    """Count the pending and the lost trials."""
    return {"pending": int(trials.is_pending.sum()), "lost": int(trials.is_lost.sum())}


def evaluated_trials(trials: Trials) -> Trials:
    """The finished trials that no scheduler stopped, sorted by number."""
    finished = finished_trials(trials)
    return finished[~finished.is_stopped]


def count_unevaluated(trials: Trials) -> dict[str, int]:
    """Count the pending and the lost trials, and those that a scheduler stopped, if there are any."""
    n_stopped = int(trials.is_stopped.sum())
    return count_unfinished(trials) | ({"stopped early": n_stopped} if n_stopped else {})


def count_too_large(trials: Trials) -> dict[str, int]:
    """Count the complete trials that have a value too large to draw."""
    return {f"with a value beyond {LARGEST_DRAWABLE:g}": int((trials.is_complete & ~is_drawable(trials.losses)).sum())}


def drawable_losses(trials: Trials) -> NDArray[np.float64]:
    """The losses of ``n`` trials; the rows of trials that give no point are NaN."""
    return np.where((trials.is_complete & is_drawable(trials.losses))[:, None], trials.losses, np.nan)


def drawable_trials(trials: Trials) -> Trials:
    """The complete trials with values that can be drawn, sorted by number."""
    counted = evaluated_trials(trials)
    return counted[counted.is_complete & is_drawable(counted.losses)]


def sum_counts(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Add the counts of several studies, reason by reason."""
    reasons = dict.fromkeys(why for count in counts for why in count)
    return {why: sum(count.get(why, 0) for count in counts) for why in reasons}


def is_drawable(losses: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the rows in which every loss is known and small enough to draw.

    Args:
        losses: ``n x m``.
    """
    with np.errstate(invalid="ignore"):
        return np.asarray((np.abs(losses) <= LARGEST_DRAWABLE).all(axis=1))
