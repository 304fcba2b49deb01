"""Find penalties: large numbers, such as 1e6 for every objective, that an evaluation returned because it failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune.number_format import format_number
from paretune.space.keys import configuration_keys
from paretune.space.values import value_key
from paretune.trials.table import Trials

FAR_IN_RANGES, MIN_DOMINATING = 100.0, 5  # a penalty is so many ranges beyond the trials that dominate it, at least 5
MIN_OTHERS, MIN_UNLIKE = 3, 3  # other trials, and different configurations, for a penalty that is not far away
MAX_CANDIDATES = 16  # repeated losses that are checked: the most frequent ones
MAX_DESCRIBED = 2  # penalties in a message


def find_penalties(trials: Trials, *others: Trials) -> NDArray[np.bool_]:
    """Mark the trials that reported a penalty.

    Many evaluations return a large number when a training fails, because an optimizer needs a number. If a model reads
    it as a measurement, the differences between the other trials become invisible. Losses are a penalty by two rules:

    - One of them is at least 100 ranges beyond the losses of the trials that dominate it, of which there are 5 or more;
      and either two different configurations reported exactly these losses, or all other trials dominate them.
    - With two or more objectives, and for one penalty only: several different configurations reported exactly these
      losses, and all other trials, 3 or more, are better in every objective. Two configurations are enough if one of
      the losses is at least 100 ranges of the others beyond them. If it is at least one range beyond them, there must
      be three, which share no value of a parameter that varies. Otherwise they may be measurements: two networks of
      one size at chance, or a parameter without effect.

    A penalty is dominated, so the front is the same without it. Trials that have failed, are pending or lack a loss are
    not penalties, and are not compared with.

    Args:
        trials: ``n`` trials.
        others: more trials with the same objectives, of any space, to compare with: losses that are a penalty in one
            table are a penalty in all.

    Returns:
        ``n`` booleans.

    Example:
        >>> from paretune import Float, Minimize, Objectives, Space
        >>> trials = Trials(Space({"x": Float(0, 1)}), Objectives([Minimize("error"), Minimize("time")]),
        ...                 tuple({"x": x} for x in (0.1, 0.3, 0.5, 0.7, 0.9)),
        ...                 losses=[[0.4, 1.0], [0.3, 2.0], [1.0, 1e6], [0.2, 3.0], [1.0, 1e6]])
        >>> find_penalties(trials).tolist()
        [False, False, True, False, True]
    """
    return find_joint_penalties([trials, *others])[0]


def find_joint_penalties(tables: Sequence[Trials]) -> list[NDArray[np.bool_]]:
    """Mark the penalties of each table, as `find_penalties` does, by comparison with all tables."""
    losses = np.vstack([table.losses for table in tables])
    finished = np.concatenate([table.is_complete | (table.reasons == "outside_limits") for table in tables])
    left = finished & np.isfinite(losses).all(axis=1)
    candidates = list(_repeated_losses(tables, losses, left))
    found = np.zeros(len(losses), bool)
    while left.any():
        worst = losses[left].max(axis=0)
        far = [rows for rows in candidates if _is_far(losses[left], losses[rows][0])]
        is_worst = left & (losses == worst).all(axis=1)
        if is_worst.any() and _is_far(losses[left], worst, all_dominate=True):
            far.append(is_worst)
        new = np.any(far, axis=0) & left if far else np.zeros(len(losses), bool)
        if not new.any():
            break
        found, left = found | new, left & ~new
    for rows in candidates if losses.shape[1] > 1 else ():
        if not (rows & left).any():
            continue
        others, point = losses[left & ~rows], losses[rows][0]
        is_far = _is_beyond(others, point, FAR_IN_RANGES)
        if is_far or (_is_beyond(others, point, 1.0) and _are_unlike(tables, rows, finished)):
            found |= rows
            break
    return np.split(found, np.cumsum([len(table) for table in tables])[:-1])


def _repeated_losses(
    tables: Sequence[Trials], losses: NDArray[np.float64], left: NDArray[np.bool_]
) -> Iterator[NDArray[np.bool_]]:
    """Yield, for each losses that two different configurations reported, the mask of the trials that reported them."""
    rows = np.flatnonzero(left)
    _, inverse, counts = np.unique(losses[rows], axis=0, return_inverse=True, return_counts=True)
    spaces = [table.space for table in tables]
    owners = [spaces.index(space) for space in spaces]
    params = [(owner, p) for owner, table in zip(owners, tables, strict=True) for p in table.params]
    most_frequent = np.argsort(-counts, kind="stable")[:MAX_CANDIDATES]
    for vector in most_frequent[counts[most_frequent] > 1]:
        equal = rows[inverse.ravel() == vector]
        if len({(params[i][0], configuration_keys(spaces[params[i][0]], [params[i][1]])[0]) for i in equal}) > 1:
            yield np.isin(np.arange(len(losses)), equal)


def _are_unlike(tables: Sequence[Trials], rows: NDArray[np.bool_], finished: NDArray[np.bool_]) -> bool:
    """Check whether the configurations of some rows are three or more, and share no value of a parameter that varies.

    Otherwise the shared values may be all that the losses depend on.
    """
    params = [p for table in tables for p in table.params]
    names = {name for table in tables for name in table.space}

    def values(name: str, marked: NDArray[np.bool_]) -> set[Any]:
        return {value_key(params[i][name]) if name in params[i] else None for i in np.flatnonzero(marked)}

    varying = [name for name in names if len(values(name, finished)) > 1]
    n_different = len({frozenset((n, value_key(v)) for n, v in params[i].items()) for i in np.flatnonzero(rows)})
    return n_different >= MIN_UNLIKE and all(len(values(name, rows)) > 1 for name in varying)


def _is_far(losses: NDArray[np.float64], point: NDArray[np.float64], *, all_dominate: bool = False) -> bool:
    """Check whether a point is far beyond those of ``k`` others that dominate it; optionally all of them must."""
    differs = (losses != point).any(axis=1)
    better = losses[(losses <= point).all(axis=1) & differs]
    if len(better) < MIN_DOMINATING or (all_dominate and len(better) < differs.sum()):
        return False
    worst, best = better.max(axis=0), better.min(axis=0)
    with np.errstate(over="ignore"):
        return bool(((worst > best) & (point / FAR_IN_RANGES - worst / FAR_IN_RANGES > worst - best)).any())


def _is_beyond(others: NDArray[np.float64], point: NDArray[np.float64], n_ranges: float) -> bool:
    """Check whether ``m`` losses are worse than all of ``k x m`` others, and one by so many of the others' ranges."""
    if len(others) < MIN_OTHERS or not (others < point).all():
        return False
    with np.errstate(over="ignore"):
        distances = point / n_ranges - others.max(axis=0) / n_ranges
        return bool((distances >= np.ptp(others, axis=0)).any())


def mark_penalties_failed(trials: Trials, penalties: NDArray[np.bool_] | None = None) -> Trials:
    """Return the trials in which those that reported a penalty have crashed and have no losses.

    Args:
        trials: ``n`` trials.
        penalties: ``n`` booleans: the trials that reported a penalty; by default `find_penalties` of these trials.
    """
    penalties = find_penalties(trials) if penalties is None else penalties
    if not penalties.any():
        return trials
    return replace(
        trials,
        losses=np.where(penalties[:, None], np.nan, trials.losses),
        losses_se=np.where(penalties[:, None], np.nan, trials.losses_se),
        states=np.where(penalties, "failed", trials.states),
        reasons=np.where(penalties, "crashed", trials.reasons),
    )


def describe_penalties(trials: Trials, penalties: NDArray[np.bool_] | None = None) -> str:
    """Describe which trials reported a penalty, and its values; empty if there is none.

    Args:
        trials: ``n`` trials.
        penalties: ``n`` booleans, as for `mark_penalties_failed`.

    Example:
        >>> from paretune import Float, Minimize, Objectives, Space
        >>> trials = Trials(Space({"x": Float(0, 1)}), Objectives([Minimize("error"), Minimize("time", unit="s")]),
        ...                 tuple({"x": x} for x in (0.1, 0.3, 0.5, 0.7, 0.8, 0.9)),
        ...                 losses=[[0.4, 1.0], [0.3, 2.0], [1.0, 1e9], [0.2, 3.0], [0.3, 4.0], [0.5, 1.5]])
        >>> describe_penalties(trials)
        'trial 2 reported error 1 and time 1e+09 s, which is taken for a penalty: it counts as failed'
    """
    rows = np.flatnonzero(find_penalties(trials) if penalties is None else penalties)
    if len(rows) == 0:
        return ""
    groups = Counter(tuple(trials.values[row].tolist()) for row in rows).most_common()
    first = {tuple(trials.values[row].tolist()): trials.numbers[row] for row in rows[::-1]}
    parts = []
    for values, count in groups[:MAX_DESCRIBED]:
        who = f"trial {first[values]}" if count == 1 else f"{count} trials, such as {first[values]},"
        metrics = zip(trials.objectives, values, strict=True)
        text = " and ".join(f"{o.name} {format_number(v)}{f' {o.unit}' if o.unit else ''}" for o, v in metrics)
        parts.append(f"{who} reported {text}")
    more = sum(count for _, count in groups[MAX_DESCRIBED:])
    text = "; ".join(parts) + (f"; {more} more reported others" if more else "")
    one = len(rows) == 1
    return f"{text}, which is taken for a penalty: {'it counts' if one else 'they count'} as failed"
