"""A study as it stands, in a few lines: the same while it runs and when it is asked about."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from paretune.cli.sanitize import one_line
from paretune.digits import written
from paretune.evaluation.failure_text import LOG_FOLLOWS, NO_LOG
from paretune.workloads.commands.command import shown

if TYPE_CHECKING:
    from paretune.objectives import Objectives
    from paretune.report import Run
    from paretune.study import Activity, Running
    from paretune.trials import Trials

_N_EFFICIENT, _N_CHARACTERS, _N_HEAD = 8, 140, 90
_SAYS_LESS_THAN_THE_LOG = re.compile(r"ended with exit code \d+$")


def described(run: Run, activity: Activity) -> str:
    """Trials by state, busy workers, hypervolume, rate, time left, the last failures, and the front so far."""
    from paretune.trials.penalties import are_penalties, as_failures, penalties_in_words

    found = are_penalties(run.trials)
    penalties, run = penalties_in_words(run.trials, found), replace(run, trials=as_failures(run.trials, found))
    lines = [_counts(run, activity), _volume(run.trials, activity)]
    lines += [f"  {penalties}"] if penalties else []
    lines += [f"  runs: {_running(running)}" for running in activity.running]
    program = program_of(run.origin)
    lines += [f"  trial {number} {failure(reason, text, program)}" for number, reason, text in activity.failures]
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
    corner = ", ".join(f"{name} {text}" for name, text in reference.texts.items())
    parts = [f"hypervolume {written(volume)} (from {corner})"]
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
    shown = efficient.values[:_N_EFFICIENT].tolist()
    lines = [f"front so far, {len(efficient)} trials:" if len(efficient) > 1 else "front so far, 1 trial:"]
    lines += [
        f"  trial {number}: {metrics(objectives, values, shown)}"
        for number, values in zip(efficient.numbers, shown, strict=False)
    ]
    left_out = len(efficient) - _N_EFFICIENT
    return [*lines, f"  and {left_out} more"] if left_out > 0 else lines


def metrics(objectives: Objectives, values: Sequence[float], shown: Sequence[Sequence[float]]) -> str:
    """The objectives of a trial by name, with their units.

    Args:
        objectives: ``m`` of them.
        values: ``m``, in the user's units.
        shown: those of the trials that it is shown with, which digits are to tell it from.

    Example:
        >>> from paretune import Maximize, Minimize, Objectives
        >>> wanted = Objectives([Maximize("auc"), Minimize("latency", unit="s")])
        >>> metrics(wanted, [0.99999, 0.25], [[0.99999, 0.25], [0.9998, 0.5]])
        'auc 0.99999  latency 0.25 s'
    """
    columns = zip(objectives, values, *shown, strict=True)
    return "  ".join(f"{o.name} {written(v, among)}{' ' + o.unit if o.unit else ''}" for o, v, *among in columns)


def clock(seconds: float) -> str:
    """A duration as hours, minutes and seconds.

    Example:
        >>> clock(3725)
        '1:02:05'
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def program_of(origin: Mapping[str, Any]) -> str:
    """What the messages of a study's trials call its command; empty where it has none."""
    return shown(shlex.split(origin.get("program", {}).get("command", "")))


def failure(reason: str, message: str, program: str = "") -> str:
    """Why a trial failed, in one short line; that it was the study's program goes without saying."""
    return f"{reason}: {brief(message.replace(f'{program} ', '', 1) if program else message)}".rstrip(" :")


def brief(message: str) -> str:
    r"""A message in one short line: the cause and the last line of the log, and of what is too long both ends.

    Example:
        >>> brief("train.py printed no metrics; the last lines of its log:\nepoch 1\nepoch 2")
        'train.py printed no metrics | epoch 2'
        >>> brief("train.py ended with exit code 1; the last lines of its log:\nTraceback ...\nKeyError: 'lr'")
        "KeyError: 'lr'"
    """
    before, _, log = message.removesuffix(NO_LOG).partition(LOG_FOLLOWS)
    cause, last = one_line(before), next(filter(None, map(one_line, reversed(log.splitlines()))), "")
    text = last if last and _SAYS_LESS_THAN_THE_LOG.search(cause) else " | ".join(filter(None, (cause, last)))
    if len(text) <= _N_CHARACTERS:
        return text
    head, tail = text[:_N_HEAD], text[_N_HEAD + 5 - _N_CHARACTERS :]
    return f"{head.rpartition(' ')[0] or head} ... {tail.partition(' ')[2] or tail}"
