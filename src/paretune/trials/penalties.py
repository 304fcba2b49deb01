"""Which trials told a penalty for having failed: a number that no training gives, such as 1e6 for every objective?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from paretune.digits import written
from paretune.space.keys import configuration_keys
from paretune.trials.table import Trials

FAR, ENOUGH = 100.0, 5  # ranges of the trials that dominate it, and how many of those there must be
FEW = 3  # others, where two configurations told the same
MOST = 16  # losses that several trials told, looked at: those that were told most often
SHOWN = 2  # penalties in words


def are_penalties(trials: Trials, *beside: Trials) -> NDArray[np.bool_]:
    """Which of ``n`` trials told a penalty: ``n`` booleans.

    Many objectives return a large number where a training fails, since an optimizer wants one; read as a measurement it
    is all that a model then sees. Losses count as a penalty

    - if one of them is a hundred ranges beyond those of the trials that dominate it, which are five or more, and two
      different configurations told just the same or all other trials dominate it;
    - else, once, of two or more objectives: if two different configurations told just the same, all others, three or
      more, are better in everything, and one of the losses is at least a range of theirs beyond them.

    What is a penalty is dominated, so that the front is the same without it. Trials that failed otherwise, are pending
    or lack a loss are none, and nothing is compared with them.

    Args:
        trials: those that are asked about.
        beside: more trials of the same objectives, of any space, that are judged with them: what is a penalty in one
            table is one in all.

    Example:
        >>> from paretune import Float, Minimize, Objectives, Space
        >>> trials = Trials(Space({"x": Float(0, 1)}), Objectives([Minimize("error"), Minimize("time")]),
        ...                 tuple({"x": x} for x in (0.1, 0.3, 0.5, 0.7, 0.9)),
        ...                 losses=[[0.4, 1.0], [0.3, 2.0], [1.0, 1e6], [0.2, 3.0], [1.0, 1e6]])
        >>> are_penalties(trials).tolist()
        [False, False, True, False, True]
    """
    return penalties_of([trials, *beside])[0]


def penalties_of(tables: Sequence[Trials]) -> list[NDArray[np.bool_]]:
    """Of each table which of its trials told a penalty, as `are_penalties`, judged with all the others."""
    losses = np.vstack([table.losses for table in tables])
    ran = np.concatenate([table.is_complete | (table.reasons == "outside_limits") for table in tables])
    left = ran & np.isfinite(losses).all(axis=1)
    candidates = list(_repeated(tables, losses, left))
    found = np.zeros(len(losses), bool)
    while left.any():
        worst = losses[left].max(axis=0)
        far = [told for told in candidates if _is_far(losses[left], losses[told][0])]
        lone = left & (losses == worst).all(axis=1)
        if lone.any() and _is_far(losses[left], worst, of_all=True):
            far.append(lone)
        new = np.any(far, axis=0) & left if far else np.zeros(len(losses), bool)
        if not new.any():
            break
        found, left = found | new, left & ~new
    for told in candidates if losses.shape[1] > 1 else ():
        if (told & left).any() and _is_beyond(losses[left & ~told], losses[told][0]):
            found |= told
            break
    return np.split(found, np.cumsum([len(table) for table in tables])[:-1])


def _repeated(
    tables: Sequence[Trials], losses: NDArray[np.float64], left: NDArray[np.bool_]
) -> Iterator[NDArray[np.bool_]]:
    """Of each losses that two different configurations told, who told them: booleans."""
    rows = np.flatnonzero(left)
    _, back, counts = np.unique(losses[rows], axis=0, return_inverse=True, return_counts=True)
    spaces = [table.space for table in tables]
    owners = [spaces.index(space) for space in spaces]
    params = [(owner, p) for owner, table in zip(owners, tables, strict=True) for p in table.params]
    often = np.argsort(-counts, kind="stable")[:MOST]
    for vector in often[counts[often] > 1]:
        told = rows[back.ravel() == vector]
        if len({(params[i][0], configuration_keys(spaces[params[i][0]], [params[i][1]])[0]) for i in told}) > 1:
            yield np.isin(np.arange(len(losses)), told)


def _is_far(losses: NDArray[np.float64], told: NDArray[np.float64], *, of_all: bool = False) -> bool:
    """Whether ``m`` losses are far beyond those of ``k x m`` that dominate them: of all others, if that is said."""
    differs = (losses != told).any(axis=1)
    better = losses[(losses <= told).all(axis=1) & differs]
    if len(better) < ENOUGH or (of_all and len(better) < differs.sum()):
        return False
    most, least = better.max(axis=0), better.min(axis=0)
    with np.errstate(over="ignore"):
        return bool(((most > least) & (told / FAR - most / FAR > most - least)).any())


def _is_beyond(others: NDArray[np.float64], told: NDArray[np.float64]) -> bool:
    """Whether ``m`` losses are worse than all of ``k x m`` others, and in one objective by a range of theirs."""
    if len(others) < FEW or not (others < told).all():
        return False
    with np.errstate(over="ignore"):
        return bool((told - others.max(axis=0) >= np.ptp(others, axis=0)).any())


def as_failures(trials: Trials, found: NDArray[np.bool_] | None = None) -> Trials:
    """The same trials, where those that told a penalty have crashed, with nothing else known of them.

    Args:
        trials: ``n`` trials.
        found: ``n`` booleans: which of them told a penalty; by default `are_penalties` of these trials alone.
    """
    found = are_penalties(trials) if found is None else found
    if not found.any():
        return trials
    return replace(
        trials,
        losses=np.where(found[:, None], np.nan, trials.losses),
        losses_se=np.where(found[:, None], np.nan, trials.losses_se),
        states=np.where(found, "failed", trials.states),
        reasons=np.where(found, "crashed", trials.reasons),
    )


def penalties_in_words(trials: Trials, found: NDArray[np.bool_] | None = None) -> str:
    """Which trials told a penalty, and which ones; empty where none did.

    Args:
        trials: ``n`` trials.
        found: as of `as_failures`.

    Example:
        >>> from paretune import Float, Minimize, Objectives, Space
        >>> trials = Trials(Space({"x": Float(0, 1)}), Objectives([Minimize("error"), Minimize("time", unit="s")]),
        ...                 tuple({"x": x} for x in (0.1, 0.3, 0.5, 0.7, 0.8, 0.9)),
        ...                 losses=[[0.4, 1.0], [0.3, 2.0], [1.0, 1e9], [0.2, 3.0], [0.3, 4.0], [0.5, 1.5]])
        >>> penalties_in_words(trials)
        'trial 2 told error 1 and time 1e+09 s, which is taken for a penalty: it counts as failed'
    """
    rows = np.flatnonzero(are_penalties(trials) if found is None else found)
    if len(rows) == 0:
        return ""
    groups = Counter(tuple(trials.values[row].tolist()) for row in rows).most_common()
    first = {tuple(trials.values[row].tolist()): trials.numbers[row] for row in rows[::-1]}
    parts = []
    for values, count in groups[:SHOWN]:
        who = f"trial {first[values]}" if count == 1 else f"{count} trials, such as {first[values]},"
        wanted = zip(trials.objectives, values, strict=True)
        told = " and ".join(f"{o.name} {written(v)}{f' {o.unit}' if o.unit else ''}" for o, v in wanted)
        parts.append(f"{who} told {told}")
    more = sum(count for _, count in groups[SHOWN:])
    text = "; ".join(parts) + (f"; {more} more told others" if more else "")
    one = len(rows) == 1
    return f"{text}, which is taken for a penalty: {'it counts' if one else 'they count'} as failed"
