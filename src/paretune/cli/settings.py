"""What the words of a command line mean."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from paretune.errors import InvalidInputError, StudyMismatchError
from paretune.study.file_name import file_name


def parse_settings(words: Sequence[str]) -> dict[str, Any]:
    """The values of ``--set name=value``: numbers, true, false and null as such, anything else as text.

    Raises:
        InvalidInputError: a word has no ``=``, or a name stands twice with different values.

    Example:
        >>> parse_settings(["epochs=20", "learning_rate=1e-3", "framework=tensorflow"])
        {'epochs': 20, 'learning_rate': 0.001, 'framework': 'tensorflow'}
    """
    settings: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or not name:
            raise InvalidInputError(f"--set takes name=value, such as epochs=20, but got {word!r}")
        value = _value(text)
        if name in settings and settings[name] != value:
            raise InvalidInputError(f"--set gives {name} twice: {settings[name]!r} and {value!r}")
        settings[name] = value
    return settings


def _value(text: str) -> Any:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return text
    return text if isinstance(value, (dict, list)) else value


def study_name(given: str | None, default: str) -> str:
    """What a study is called: as typed, else by default.

    Raises:
        InvalidInputError: nothing stands after ``--study``.
    """
    if given is not None and not given.strip():
        raise InvalidInputError("--study is empty, as an unset variable of a shell is: give a name, or leave it out")
    return default if given is None else given


def report_folder(study: str) -> Path:
    """The default folder of a study's report, in the current folder whatever the study is called.

    Example:
        >>> report_folder("mine").name, report_folder("../a b").name
        ('mine-report', '_a_b-75e96e29-report')
    """
    return Path(f"{file_name(study)}-report")


def comparison_folder(candidate: str, baseline: str) -> Path:
    """The default folder of a comparison's report, of the names of both sides.

    Example:
        >>> comparison_folder("bayes-0, bayes-1", "random-0").name
        'bayes-0_bayes-1-against-random-0-report'
    """
    return report_folder(f"{candidate}-against-{baseline}".replace(", ", "_").replace(" ", "_"))


def tensorboard_folder(study: str, report: Path) -> Path:
    """The folder of a study's event files, beside its report.

    Example:
        >>> tensorboard_folder("mine", Path("all/report")).as_posix()
        'all/mine-tensorboard'
    """
    return report.parent / f"{file_name(study)}-tensorboard"


def settings_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """All that could be said with ``--set`` to make a study with these facts."""
    return {**facts.get("options", {}), **facts.get("fixed", {}), **facts.get("ranges", {})}


def is_same_data(before: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> bool:
    """Whether two studies have the same data, by their hash, wherever they were found."""
    return before == now or bool(before and now and before["sha256"] == now["sha256"])


def go_on(stored: Mapping[str, Any], given: Mapping[str, Any], study: str, remedy: str) -> dict[str, Any]:
    """The settings to resume a study with: its own, where none of those given differs.

    Args:
        stored: the study's facts.
        given: what the user set this time; what is left out is as it was.
        study: its name.
        remedy: what to do where one differs.

    Raises:
        StudyMismatchError: a given value differs from the study's.
    """
    before = settings_of(stored)
    for name, value in given.items():
        if name not in before:
            raise StudyMismatchError(
                f"study {study!r} searches {name} as the workload does, but --set has {value!r}: {remedy}"
            )
        if before[name] != value:
            raise StudyMismatchError(f"study {study!r} has {name}={before[name]!r}, not {value!r}: {remedy}")
    return before


def check_limits(
    before: tuple[Mapping[str, float], Mapping[str, float]],
    given: tuple[Mapping[str, float], Mapping[str, float]],
    study: str,
    remedy: str,
) -> None:
    """See that the limits to resume a study with are its own; what is left out is as it was.

    Args:
        before: the study's, at least and at most, by objective.
        given: likewise, those of this time.
        study: its name.
        remedy: what to do where one differs.

    Raises:
        StudyMismatchError: a given limit differs from the study's.
    """
    for side, theirs, ours in zip(("at least", "at most"), before, given, strict=True):
        for name, limit in ours.items():
            if name not in theirs:
                raise StudyMismatchError(
                    f"study {study!r} has no limit on {name}, but {side} {limit:.12g} is asked for: {remedy}"
                )
            if theirs[name] != limit:
                raise StudyMismatchError(
                    f"study {study!r} wants {name} to be {side} {theirs[name]:.12g}, not {limit:.12g}: {remedy}"
                )
