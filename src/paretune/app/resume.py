"""Checks that a stored study can be resumed with the settings, limits and data of this time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paretune.errors import StudyMismatchError
from paretune.workloads import Option

Limits = tuple[Mapping[str, float], Mapping[str, float]]


def stored_settings(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Settings that make a study with these facts: options, fixed parameters and ranges, by name."""
    return {**facts.get("options", {}), **facts.get("fixed", {}), **facts.get("ranges", {})}


def with_added_options(facts: Mapping[str, Any], options: Mapping[str, Option]) -> dict[str, Any]:
    """Return the facts of a study, with the options of its workload that were added after it was made."""
    stored = facts.get("options")
    if stored is None:
        return dict(facts)
    added = {
        name: option.earlier_value
        for name, option in options.items()
        if name not in stored and option.earlier_value is not None
    }
    return {**facts, "options": {**stored, **added}}


def is_same_data(before: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> bool:
    """Whether two data sets have the same hash, in whatever folder each was found."""
    return before == now or bool(before and now and before["sha256"] == now["sha256"])


def resume_settings(stored: Mapping[str, Any], given: Mapping[str, Any], study: str, remedy: str) -> dict[str, Any]:
    """Return the settings to resume a study with: the stored ones.

    Args:
        stored: facts of the stored study.
        given: settings that the user gave this time; the others stay as stored.
        study: name of the study.
        remedy: what to do if a setting differs.

    Raises:
        StudyMismatchError: a given setting differs from the stored one.
    """
    before = stored_settings(stored)
    for name, value in given.items():
        if name not in before:
            raise StudyMismatchError(
                f"study {study!r} searches the whole range of {name}, but --set gives {value!r}: {remedy}"
            )
        if before[name] != value:
            raise StudyMismatchError(f"study {study!r} has {name}={before[name]!r}, not {value!r}: {remedy}")
    return before


def check_limits(before: Limits, given: Limits, study: str, remedy: str) -> None:
    """Check that the given limits are those of the stored study.

    Args:
        before: limits of the stored study, at least and at most, by objective.
        given: limits that the user gave this time; the others stay as stored.
        study: name of the study.
        remedy: what to do if a limit differs.

    Raises:
        StudyMismatchError: a given limit differs from the stored one.
    """
    for side, stored, limits in zip(("at least", "at most"), before, given, strict=True):
        for name, limit in limits.items():
            if name not in stored:
                raise StudyMismatchError(
                    f"study {study!r} has no limit on {name}, but {side} {limit:.12g} was given: {remedy}"
                )
            if stored[name] != limit:
                raise StudyMismatchError(
                    f"study {study!r} requires {name} to be {side} {stored[name]:.12g}, not {limit:.12g}: {remedy}"
                )


def resume_limits(own: Limits, given: Limits, stored: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Return the limits that a study has in addition to those of its workload.

    Args:
        own: limits of the workload, at least and at most, by objective.
        given: limits that the user gave this time.
        stored: additional limits of the stored study, by ``at_least`` and ``at_most``; empty for a new study.
    """
    sides = ("at_least", "at_most")
    return {
        side: {
            **stored.get(side, {}),
            **{
                name: limit
                for name, limit in limits.items()
                if before.get(name) != limit or name in stored.get(side, {})
            },
        }
        for side, limits, before in zip(sides, given, own, strict=True)
    }


def resume_data(study: str, before: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the description of a study's data: the stored one, where there is one.

    Args:
        study: name of the study.
        before: stored name, sha256 and notice of the data; None if the study has no data.
        now: the same of the data that were found this time.

    Raises:
        StudyMismatchError: the data differ.
    """
    if not before or not now:
        return None if now is None else dict(now)
    if not is_same_data(before, now):
        raise StudyMismatchError(
            f"study {study!r} was made with {before['name']} (sha256 {before['sha256'][:12]}), not with {now['name']} "
            f"(sha256 {now['sha256'][:12]}): give --data-dir with its data, or choose another --study"
        )
    return dict(before)
