"""The words with which tools say how a trial ended."""

from __future__ import annotations

from collections.abc import Mapping

_DECIDED_BY_VALUES = ("complete", "completed", "finished", "succeeded", "success", "successful", "ok", "terminated")
_CRASHED = ("failed", "fail", "failure", "crashed", "crash", "error", "errored")
_LOST = (  # ended from outside: this says nothing about the configuration
    "abandoned",
    "abort",
    "aborted",
    "canceled",
    "cancelled",
    "killed",
    "lost",
    "preempted",
    "stale",
    "sys_canceled",
    "user_canceled",
)
_PENDING = (
    "candidate",
    "created",
    "dispatched",
    "initializing",
    "paused",
    "pending",
    "preempting",
    "queued",
    "running",
    "scheduled",
    "staged",
    "starting",
    "waiting",
)
STATE_WORDS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(_DECIDED_BY_VALUES, ("", "")),
    **dict.fromkeys(_CRASHED, ("failed", "crashed")),
    **dict.fromkeys(_LOST, ("failed", "lost")),
    **dict.fromkeys(("timeout", "timed_out", "timedout"), ("failed", "timed_out")),
    **dict.fromkeys(("memoryout", "memout", "oom", "out_of_memory"), ("failed", "out_of_memory")),
    **dict.fromkeys(("early_stopped", "pruned", "stopped"), ("stopped", "")),
    **dict.fromkeys(_PENDING, ("pending", "")),
}
_ENUMS = ("trialstatus.", "statustype.", "trialstate.", "runstatus.")


def state_of_word(word: str, words: Mapping[str, tuple[str, str]] = STATE_WORDS) -> tuple[str, str] | None:
    """Return the state and the reason that a word means; None if it is unknown. Case and separators do not count.

    Example:
        >>> state_of_word("KILLED"), state_of_word("TrialStatus.EARLY_STOPPED"), state_of_word("blue")
        (('failed', 'lost'), ('stopped', ''), None)
    """
    plain = word.strip().lower()
    for name in _ENUMS:
        plain = plain.removeprefix(name)
    plain = plain.replace(" ", "_").replace("-", "_")
    return ("", "") if not plain else words.get(plain)
