"""A study as it stands, in a few lines: the same while it runs and when it is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paretune.objectives import Objectives
    from paretune.report.summary import Summary
    from paretune.study import Activity, Running

_N_EFFICIENT, _N_CHARACTERS = 8, 100


def described(summary: Summary, activity: Activity) -> str:
    """Trials by state, busy workers, hypervolume, rate, time left, the last failures, and the front so far."""
    lines = [_counts(summary, activity), _volume(summary, activity)]
    lines += [f"  runs: {_running(running)}" for running in activity.running]
    lines += [f"  trial {number} {reason}: {_line(message)}" for number, reason, message in activity.failures]
    lines += _front(summary)
    if activity.ended:
        lines.append(f"ended: {_line(activity.ended)}")
    return "\n".join(lines)


def _counts(summary: Summary, activity: Activity) -> str:
    total = "" if activity.n_trials is None else f" of {activity.n_trials}"
    failures = ", ".join(f"{reason} {n}" for reason, n in summary.failures.items())
    parts = [
        f"{summary.counts['complete']} complete",
        f"{summary.counts['failed']} failed" + (f" ({failures})" if failures else ""),
        f"{summary.counts['pending']} pending" if summary.counts["pending"] else "",
        f"{summary.counts['lost']} lost" if summary.counts["lost"] else "",
        f"{activity.n_waiting} to be tried again" if activity.n_waiting else "",
    ]
    return f"{summary.study}: {activity.n_counted}{total} trials: {', '.join(filter(None, parts))}"


def _volume(summary: Summary, activity: Activity) -> str:
    corner = ", ".join(f"{name} {value:.4g}" for name, value in summary.reference.items())
    parts = [f"hypervolume {summary.hypervolume:.4g} (from {corner})"]
    if activity.per_hour is not None:
        parts.append(f"{activity.per_hour:.3g} trials an hour")
    if activity.seconds_left is not None:
        parts.append(f"{clock(activity.seconds_left)} left")
    return ", ".join(parts)


def _running(running: Running) -> str:
    where = ", ".join(f"{key} {value}" for key, value in running.where.items())
    state = f"for {clock(running.seconds)}" if running.is_begun else "next"
    text = f"trial {running.number}: {state}" + (f", {where}" if where else "")
    return f"{text}; its runner is gone" if running.is_dead else text


def _front(summary: Summary) -> list[str]:
    efficient, objectives = summary.efficient, summary.efficient.objectives
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


def _line(message: str) -> str:
    text = " ".join(message.split())
    return text if len(text) <= _N_CHARACTERS else f"{text[: _N_CHARACTERS - 3]}..."
