"""Describe a study in a few lines: its counts, hypervolume, running trials, failures and front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from paretune.cli.failures import describe_failure, program_name, shorten_message
from paretune.cli.sanitize import one_line, printable
from paretune.evaluation.contract import STEP
from paretune.number_format import format_number

if TYPE_CHECKING:
    from paretune.objectives import Objectives
    from paretune.reports import Run
    from paretune.study import Activity, RunningTrial
    from paretune.trials import Trials

_N_FRONT = 8  # lines of the front
_N_TAIL = 120  # characters of a running trial's last line
_N_STEP_METRICS = 4  # of a running trial's last step


def describe_study(run: Run, activity: Activity, log_tails: Mapping[int, str] | None = None) -> str:
    """Describe a study: trials by state, hypervolume, early predictors, running trials, failures and front.

    Args:
        run: the study's trials and their origin.
        activity: what the study does at this moment.
        log_tails: the last line that a running trial has printed, by its number.
    """
    from paretune.schedulers.earliest_predictors import earliest_predictors
    from paretune.trials.penalties import describe_penalties, find_penalties, mark_penalties_failed

    is_penalty = find_penalties(run.trials)
    penalties = describe_penalties(run.trials, is_penalty)
    run = replace(run, trials=mark_penalties_failed(run.trials, is_penalty))
    lines = [_describe_counts(run, activity), _describe_hypervolume(run.trials, activity)]
    lines += [f"  {penalties}"] if penalties else []
    lines += [f"  {found}" for found in earliest_predictors(run.trials)]
    lines += [line for running in activity.running for line in _describe_running(running, log_tails or {})]
    program = program_name(run.origin)
    lines += [
        f"  trial {number} {describe_failure(reason, text, program)}" for number, reason, text in activity.failures
    ]
    lines += _describe_front(run.trials)
    if activity.ended:
        lines.append(f"ended: {shorten_message(activity.ended)}")
    return "\n".join(map(printable, lines))


def _describe_counts(run: Run, activity: Activity) -> str:
    total = "" if activity.n_trials is None else f" of {activity.n_trials}"
    counts, failures = run.counts, ", ".join(f"{reason} {n}" for reason, n in run.failures.items())
    parts = [
        f"{counts['complete']} complete",
        f"{counts['failed']} failed" + (f" ({failures})" if failures else ""),
        f"{counts['stopped']} stopped early {run.stopped_steps}".rstrip() if "stopped" in counts else "",
        f"{counts['pending']} pending" if counts["pending"] else "",
        f"{counts['lost']} lost" if counts["lost"] else "",
        f"{counts['unfit']} without the parameters of the others" if counts["unfit"] else "",
        f"{activity.n_waiting} to be tried again" if activity.n_waiting else "",
        f"{activity.n_paused} of them paused" if activity.n_paused else "",
        f"checkpoints of {activity.checkpoint_bytes / 2**20:.1f} MiB" if activity.checkpoint_bytes else "",
        activity.budget,
    ]
    return f"{run.name}: {activity.n_counted}{total} trials: {', '.join(filter(None, parts))}"


def _describe_hypervolume(trials: Trials, activity: Activity) -> str:
    from paretune import pareto
    from paretune.reports import choose_reference

    reference = choose_reference([trials])
    volume = pareto.hypervolume(trials.losses[trials.is_complete], reference.point)
    point = ", ".join(f"{name} {text}" for name, text in reference.texts.items())
    parts = [f"hypervolume {format_number(volume)} (from {point})"]
    if activity.per_hour is not None:
        parts.append(f"{_format_rate(activity.per_hour)} trials an hour")
    if activity.seconds_left is not None:
        parts.append(f"{format_duration(activity.seconds_left)} left")
    return ", ".join(parts)


def _format_rate(per_hour: float) -> str:
    return f"{per_hour:,.0f}" if per_hour >= 100 else f"{per_hour:.3g}"


def _describe_running(running: RunningTrial, log_tails: Mapping[int, str]) -> list[str]:
    where = ", ".join(f"{key} {value}" for key, value in running.where.items())
    state = f"for {format_duration(running.seconds)}" if running.is_started else "next"
    text = f"trial {running.number}: {state}" + (f", {where}" if where else "") + _describe_step(running.last_step)
    line = f"  runs: {text}; its runner is gone" if running.is_dead else f"  runs: {text}"
    last = one_line(log_tails.get(running.number, ""))
    return [line, f"        {last[:_N_TAIL]}"] if last else [line]


def _describe_step(step: Mapping[str, Any]) -> str:
    """Describe the last step of a running trial: its number and its first metrics."""
    if STEP not in step:
        return ""
    numbers = [(name, value) for name, value in step.items() if name != STEP and isinstance(value, (int, float))]
    shown = [f"{one_line(name)} {format_number(value)}" for name, value in numbers[:_N_STEP_METRICS]]
    more = [f"{len(numbers) - len(shown)} more"] if len(numbers) > len(shown) else []
    metrics = ", ".join([*shown, *more])
    return f", step {step[STEP]}" + (f": {metrics}" if metrics else "")


def _describe_front(trials: Trials) -> list[str]:
    from paretune import pareto

    efficient, objectives = pareto.efficient_trials(trials), trials.objectives
    efficient = efficient[np.lexsort(efficient.losses.T[::-1])]
    if not len(efficient):
        return []
    shown = efficient.values[:_N_FRONT].tolist()
    lines = [f"front so far, {len(efficient)} trials:" if len(efficient) > 1 else "front so far, 1 trial:"]
    lines += [
        f"  trial {number}: {format_metrics(objectives, values, shown)}"
        for number, values in zip(efficient.numbers, shown, strict=False)
    ]
    left_out = len(efficient) - _N_FRONT
    return [*lines, f"  and {left_out} more"] if left_out > 0 else lines


def format_metrics(objectives: Objectives, values: Sequence[float], shown: Sequence[Sequence[float]]) -> str:
    """Format the objective values of a trial, with names and units.

    Args:
        objectives: the ``m`` objectives.
        values: the trial's ``m`` values, in the user's units.
        shown: values of all trials that are shown together, ``n`` times ``m``; different values get enough digits to
            look different.

    Example:
        >>> from paretune import Maximize, Minimize, Objectives
        >>> objectives = Objectives([Maximize("auc"), Minimize("latency", unit="s")])
        >>> format_metrics(objectives, [0.99999, 0.25], [[0.99999, 0.25], [0.9998, 0.5]])
        'auc 0.99999  latency 0.25 s'
    """
    columns = zip(objectives, values, *shown, strict=True)
    return "  ".join(f"{o.name} {format_number(v, among)}{' ' + o.unit if o.unit else ''}" for o, v, *among in columns)


def format_duration(seconds: float) -> str:
    """Format a duration as hours, minutes and seconds.

    Example:
        >>> format_duration(3725)
        '1:02:05'
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
