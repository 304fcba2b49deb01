"""Where do the trials of a CSV come from? The file that `paretune export --format origin` wrote beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from paretune.cli.settings import is_same_data
from paretune.errors import InvalidInputError, StudyMismatchError
from paretune.objectives import Objectives

_SAME = ("workload", "options", "fixed", "ranges", "data")


def read_origin(path: Path | None) -> dict[str, Any]:
    """The settings, data, objectives and runs of a study as it was exported; nothing where there is no file.

    Raises:
        InvalidInputError: it cannot be read as such.
    """
    if path is None:
        return {}
    try:
        origin = json.loads(path.read_bytes())
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InvalidInputError(f"{path} is no JSON: {error}") from error
    if not isinstance(origin, dict) or not {"workload", "objectives", "runs"} <= set(origin):
        raise InvalidInputError(f"{path} is not what `paretune export --format origin` writes of a workload's study")
    return origin


def limits_of(origin: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, float]]:
    """The limits that the trials were made with, at least and at most."""
    return Objectives.from_dict(origin["objectives"]).given_limits if origin else ({}, {})


def check_same(path: Path | None, origin: Mapping[str, Any], study: str, facts: Mapping[str, Any]) -> None:
    """See that trials were made as those of the study are.

    Raises:
        StudyMismatchError: a setting or the data differ.
    """
    for key in _SAME if origin else ():
        theirs, ours = origin.get(key), facts.get(key)
        if not (is_same_data(theirs, ours) if key == "data" else theirs == ours):
            raise StudyMismatchError(
                f"{path} has {key} {theirs}, but study {study!r} has {ours}: choose another --study"
            )
