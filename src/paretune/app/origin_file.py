"""The file that describes where exported trials come from: read it, and compare it with a study."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from paretune.app.resume import Limits, is_same_data
from paretune.argument_checks import check_regular_file
from paretune.errors import InvalidInputError, StudyMismatchError
from paretune.objectives import Objectives

_COMPARED = ("workload", "options", "fixed", "ranges", "data")


def read_origin(path: Path | None) -> dict[str, Any]:
    """Read settings, data, objectives and runs of an exported study; return an empty dict if there is no file.

    Raises:
        InvalidInputError: the file cannot be read, or is no such file.
    """
    if path is None:
        return {}
    check_regular_file(path)
    try:
        origin = json.loads(path.read_bytes())
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(f"{path} is not JSON: {error}") from error
    if not isinstance(origin, dict) or not {"workload", "objectives", "runs"} <= set(origin):
        raise InvalidInputError(
            f"{path} was not written by `paretune export --format origin` for a study of a workload: export it again"
        )
    return origin


def origin_limits(origin: Mapping[str, Any]) -> Limits:
    """Return the limits of an exported study, at least and at most, by objective."""
    return Objectives.from_dict(origin["objectives"]).limits_by_name if origin else ({}, {})


def check_same_origin(path: Path | None, origin: Mapping[str, Any], study: str, facts: Mapping[str, Any]) -> None:
    """Check that a study has the settings and data of exported trials.

    Args:
        path: the file, for the message.
        origin: content of the file; empty if there is none.
        study: name of the study.
        facts: facts of the study.

    Raises:
        StudyMismatchError: a setting or the data differ.
    """
    for key in _COMPARED if origin else ():
        exported, own = origin.get(key), facts.get(key)
        if not (is_same_data(exported, own) if key == "data" else exported == own):
            raise StudyMismatchError(
                f"{path} has {key} {exported}, but study {study!r} has {own}: choose another --study"
            )
