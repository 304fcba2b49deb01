"""Which trials told a penalty for having failed: a number that no training gives, such as 1e6 for every objective?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from paretune.digits import written
from paretune.space.keys import configuration_keys
from paretune.trials.table import Trials

ENOUGH = 5  # trials, to tell
FAR = 100.0  # ranges of the others


def are_penalties(trials: Trials) -> NDArray[np.bool_]:
    """Which of ``n`` trials told a penalty: ``n`` booleans.

    Many objectives return a large number where a training fails, since an optimizer wants one; read as a measurement it
    is all that a model then sees. As a penalty count the same losses of one trial or several, the worst in every
    objective, if one of them is a hundred ranges of the other trials' beyond them, of which there are five or more; or
    if two different configurations told them, in two or more objectives, and each is worse than those of all others,
    in a table of five or more. Among the rest there may be another, lesser penalty.

    Args:
        trials: those that are pending, or lack a loss, are none and are not compared with.

    Example:
        >>> from paretune import Float, Minimize, Objectives, Space
        >>> trials = Trials(Space({"x": Float(0, 1)}), Objectives([Minimize("error"), Minimize("time")]),
        ...                 tuple({"x": x} for x in (0.1, 0.3, 0.5, 0.7, 0.9)),
        ...                 losses=[[0.4, 1.0], [0.3, 2.0], [1.0, 1e6], [0.2, 3.0], [1.0, 1e6]])
        >>> are_penalties(trials).tolist()
        [False, False, True, False, True]
    """
    losses, found = trials.losses, np.zeros(len(trials), bool)
    left = np.isfinite(losses).all(axis=1) & ~trials.is_pending
    while left.sum() >= ENOUGH:
        worst = losses[left].max(axis=0)
        told = left & (losses == worst).all(axis=1)
        others = losses[left & ~told]
        if not told.any() or len(others) == 0 or not _is_beyond(trials, told, worst, others):
            break
        found, left = found | told, left & ~told
    return found


def _is_beyond(
    trials: Trials, told: NDArray[np.bool_], worst: NDArray[np.float64], others: NDArray[np.float64]
) -> bool:
    """Whether ``m`` losses that some trials told are no measurement beside the ``k x m`` of the others."""
    most, least = others.max(axis=0), others.min(axis=0)
    with np.errstate(over="ignore"):
        is_far = (most > least) & (worst / FAR - most / FAR > most - least)
    if len(others) >= ENOUGH and is_far.any():
        return True
    if len(worst) < 2 or not (worst > most).all():
        return False
    return len(set(configuration_keys(trials.space, [trials.params[i] for i in np.flatnonzero(told)]))) > 1


def as_failures(trials: Trials) -> Trials:
    """The same trials, where those that told a penalty have crashed, with nothing else known of them."""
    found = are_penalties(trials)
    if not found.any():
        return trials
    return replace(
        trials,
        losses=np.where(found[:, None], np.nan, trials.losses),
        losses_se=np.where(found[:, None], np.nan, trials.losses_se),
        states=np.where(found, "failed", trials.states),
        reasons=np.where(found, "crashed", trials.reasons),
    )


def penalties_in_words(trials: Trials) -> str:
    """Which trials told a penalty, and which one; empty where none did.

    Example:
        >>> from paretune import Float, Minimize, Objectives, Space
        >>> trials = Trials(Space({"x": Float(0, 1)}), Objectives([Minimize("error"), Minimize("time")]),
        ...                 tuple({"x": x} for x in (0.1, 0.3, 0.5, 0.7, 0.8, 0.9)),
        ...                 losses=[[0.4, 1.0], [0.3, 2.0], [1.0, 1e9], [0.2, 3.0], [0.3, 4.0], [0.5, 1.5]])
        >>> penalties_in_words(trials)
        'trial 2 told error 1 and time 1e+09, which no other comes near: it is taken as failed'
    """
    rows = np.flatnonzero(are_penalties(trials))
    if len(rows) == 0:
        return ""
    values = zip(trials.objectives.names, trials.values[rows[0]].tolist(), strict=True)
    number, text = trials.numbers[rows[0]], " and ".join(f"{name} {written(value)}" for name, value in values)
    if len(rows) == 1:
        return f"trial {number} told {text}, which no other comes near: it is taken as failed"
    return f"{len(rows)} trials, such as {number}, told {text}, which no other comes near: they are taken as failed"
