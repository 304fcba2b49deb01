"""A study as it stands, in a few lines: the same while it runs and when it is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from paretune.objectives import Objectives
    from paretune.report import Run
    from paretune.study import Activity, Running
    from paretune.trials import Trials

_N_EFFICIENT, _N_CHARACTERS, _N_HEAD = 8, 100, 30


def described(run: Run, activity: Activity) -> str:
    """Trials by state, busy workers, hypervolume, rate, time left, the last failures, and the front so far."""
    lines = [_counts(run, activity), _volume(run.trials, activity)]
    lines += [f"  runs: {_running(running)}" for running in activity.running]
    lines += [f"  trial {number} {failure(reason, message)}" for number, reason, message in activity.failures]
    lines += _front(run.trials)
    if activity.ended:
        lines.append(f"ended: {brief(activity.ended)}")
    return "\n".join(lines)


def _counts(run: Run, activity: Activity) -> str:
    total = "" if activity.n_trials is None else f" of {activity.n_trials}"
    counts, failures = run.counts, ", ".join(f"{reason} {n}" for reason, n in run.failures.items())
    parts = [
        f"{counts['complete']} complete",
        f"{counts['failed']} failed" + (f" ({failures})" if failures else ""),
        f"{counts['pending']} pending" if counts["pending"] else "",
        f"{counts['lost']} lost" if counts["lost"] else "",
        f"{counts['unfit']} without the parameters of the others" if counts["unfit"] else "",
        f"{activity.n_waiting} to be tried again" if activity.n_waiting else "",
    ]
    return f"{run.name}: {activity.n_counted}{total} trials: {', '.join(filter(None, parts))}"


def _volume(trials: Trials, activity: Activity) -> str:
    from paretune import pareto
    from paretune.report import choose_reference

    reference = choose_reference([trials])
    volume = pareto.hypervolume(trials.losses[trials.is_complete], reference.point)
    corner = ", ".join(f"{name} {value:.4g}" for name, value in reference.values.items())
    parts = [f"hypervolume {volume:.4g} (from {corner})"]
    if activity.per_hour is not None:
        parts.append(f"{_rate(activity.per_hour)} trials an hour")
    if activity.seconds_left is not None:
        parts.append(f"{clock(activity.seconds_left)} left")
    return ", ".join(parts)


def _rate(per_hour: float) -> str:
    return f"{per_hour:,.0f}" if per_hour >= 100 else f"{per_hour:.3g}"


def _running(running: Running) -> str:
    where = ", ".join(f"{key} {value}" for key, value in running.where.items())
    state = f"for {clock(running.seconds)}" if running.is_begun else "next"
    text = f"trial {running.number}: {state}" + (f", {where}" if where else "")
    return f"{text}; its runner is gone" if running.is_dead else text


def _front(trials: Trials) -> list[str]:
    from paretune import pareto

    efficient, objectives = pareto.efficient(trials), trials.objectives
    efficient = efficient[np.lexsort(efficient.losses.T[::-1])]
    if not len(efficient):
        return []
    lines = [f"front so far, {len(efficient)} trials:" if len(efficient) > 1 else "front so far, 1 trial:"]
    lines += [
        f"  trial {number}: {metrics(objectives, values)}"
        for number, values in zip(efficient.numbers[:_N_EFFICIENT], efficient.values.tolist(), strict=False)
    ]
    left_out = len(efficient) - _N_EFFICIENT
    return [*lines, f"  and {left_out} more"] if left_out > 0 else lines


def metrics(objectives: Objectives, values: list[float] | tuple[float, ...]) -> str:
    """The objectives of a trial by name, with their units."""
    pairs = zip(objectives, values, strict=True)
    return "  ".join(f"{o.name} {value:.4g}{' ' + o.unit if o.unit else ''}" for o, value in pairs)


def clock(seconds: float) -> str:
    """A duration as hours, minutes and seconds.

    Example:
        >>> clock(3725)
        '1:02:05'
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def failure(reason: str, message: str) -> str:
    """Why a trial failed, in one short line."""
    return f"{reason}: {brief(message)}".rstrip(" :")


def brief(message: str) -> str:
    r"""A message in one short line: the last of several, which tells the cause, and of a long one both ends.

    Example:
        >>> brief("train.py ended with exit code 1; its log:\nTraceback (most recent call last):\nKeyError: 'lr'")
        "KeyError: 'lr'"
    """
    text = " ".join(next((line for line in reversed(message.splitlines()) if line.strip()), "").split())
    if len(text) <= _N_CHARACTERS:
        return text
    return f"{text[:_N_HEAD].rstrip()} ... {text[_N_HEAD + 5 - _N_CHARACTERS :].lstrip()}"
