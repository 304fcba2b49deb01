"""Export a study: its trials or their learning curves as CSV or JSON, or the description of their origin."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paretune.errors import InvalidInputError

if TYPE_CHECKING:
    import pandas as pd

    from paretune.study import StudyView
    from paretune.trials import Trials


class ExportFormat(StrEnum):
    """What an export holds: trials as CSV, trials as JSON, or the origin of the trials."""

    csv = "csv"
    json = "json"
    origin = "origin"


_ENDINGS = {ExportFormat.csv: ".csv", ExportFormat.json: ".json", ExportFormat.origin: ".json"}
_OTHER_ENDINGS = (".db", ".html", ".md", ".ods", ".parquet", ".tsv", ".xls", ".xlsx", ".yaml", ".yml", ".zip")


def check_ending(path: Path, format_: ExportFormat) -> None:
    """Check that the ending of a file does not contradict the format of an export.

    Args:
        path: the file. An ending that names no format is allowed; ``.gz`` does not count.
        format_: what is written.

    Raises:
        InvalidInputError: the ending names another format.
    """
    name = Path(path.name.removesuffix(".gz"))
    ending, expected = name.suffix.lower(), _ENDINGS[format_]
    if ending == expected or ending not in {*_ENDINGS.values(), *_OTHER_ENDINGS}:
        return
    formats = [known for known, known_ending in _ENDINGS.items() if known_ending == ending]
    other = f", or add --format {formats[0]}" if formats else ""
    raise InvalidInputError(
        f"{path} ends in {ending}, but --format {format_} is written: name it {name.stem}{expected}{other}"
    )


def export_text(study: StudyView, format_: ExportFormat = ExportFormat.csv, *, front: bool = False) -> str:
    """Return a study as text.

    Args:
        study: the stored study.
        format_: what the text holds.
        front: whether to leave out dominated trials.

    Raises:
        InvalidInputError: the front is asked for, but the format is the origin.
    """
    from paretune import pareto
    from paretune.trials.spreadsheet_cells import frame_to_csv

    if front and format_ is ExportFormat.origin:
        raise InvalidInputError("--front chooses trials, and --format origin writes none: leave one of them out")
    trials = pareto.efficient_trials(study.trials) if front else study.trials
    match format_:
        case ExportFormat.csv:
            return frame_to_csv(_add_repeats(_frame_with_none(trials), trials, study.trials))
        case ExportFormat.json:
            return _trials_json(trials, study)
        case ExportFormat.origin:
            return json.dumps({**study.origin, "objectives": trials.objectives.to_dict()}, indent=1) + "\n"


def curves_text(study: StudyView, format_: ExportFormat = ExportFormat.csv, *, front: bool = False) -> str:
    """Return the learning curves of a study as text, one row or object for each trial and step.

    Args:
        study: the stored study.
        format_: CSV or JSON.
        front: whether to leave out dominated trials.

    Raises:
        InvalidInputError: none of the trials has a curve, or the format is the origin.
    """
    from paretune import pareto
    from paretune.trials.spreadsheet_cells import frame_to_csv

    if format_ is ExportFormat.origin:
        raise InvalidInputError("--curves writes CSV or JSON: leave --format origin out")
    curves = (pareto.efficient_trials(study.trials) if front else study.trials).curves
    if not len(curves):
        which = "efficient trials" if front else "trials"
        raise InvalidInputError(f"study {study.name!r} has no curves: none of its {which} reported metrics with a step")
    frame = curves.to_frame()
    return frame_to_csv(frame) if format_ is ExportFormat.csv else _json(frame.to_dict("records"))


def write_export(path: Path, text: str) -> None:
    """Write an export to a file, compressed if its name ends in ``.gz``; the same text gives the same bytes.

    Raises:
        InvalidInputError: the file cannot be written.
    """
    content = text.encode()
    try:
        path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    except OSError as error:
        raise InvalidInputError(f"cannot write {path}: {error.strerror}; choose another -o") from error


def export_study(study: str, storage: str, path: Path, format_: ExportFormat = ExportFormat.csv) -> None:
    """Write a stored study to a file.

    Raises:
        StudyNotFoundError: there is no such study.
        InvalidInputError: the storage cannot be opened, the file cannot be written, or its ending contradicts the
            format.
    """
    from paretune.study import load

    check_ending(path, format_)

    write_export(path, export_text(load(study, storage), format_))


def _frame_with_none(trials: Trials) -> pd.DataFrame:
    """Return the frame of trials with the choice None as a text, unless there is a choice of this text."""
    import pandas as pd

    from paretune.trials.columns import NONE_CELL

    frame = trials.to_frame()
    for name in _names_with_none(trials):
        if NONE_CELL not in getattr(trials.space[name], "choices", ()):
            values = [NONE_CELL if params.get(name, "") is None else params.get(name) for params in trials.params]
            frame[name] = pd.Series(values, dtype=object)
    return frame


def _add_repeats(frame: pd.DataFrame, trials: Trials, study: Trials) -> pd.DataFrame:
    """Add the seeds that trials were given, and the first trial with the same configuration if there are repeats.

    Args:
        frame: of these trials.
        trials: those to export.
        study: all trials of the study.
    """
    from paretune.evaluation.contract import SEED
    from paretune.trials.columns import CONFIGURATION_COLUMN, SEED_COLUMN
    from paretune.trials.repeats import first_numbers

    seeds = [metrics.get(SEED) for metrics in trials.metrics]
    if any(isinstance(seed, int) for seed in seeds):
        frame[SEED_COLUMN] = seeds
        frame[SEED_COLUMN] = frame[SEED_COLUMN].astype("Int64")
    first = dict(zip(study.numbers.tolist(), first_numbers(study).tolist(), strict=True))
    if any(number != other for number, other in first.items()):
        frame[CONFIGURATION_COLUMN] = [first[number] for number in trials.numbers.tolist()]
    return _add_parents(frame, trials)


def _add_parents(frame: pd.DataFrame, trials: Trials) -> pd.DataFrame:
    """Add the parents of the members of a population, if there are copies among the trials."""
    from paretune.trials.birth import births
    from paretune.trials.columns import PARENT_COLUMN, PARENT_STEP_COLUMN

    found, numbers = births(trials), trials.numbers.tolist()
    for column, name in ((PARENT_COLUMN, "parent"), (PARENT_STEP_COLUMN, "step")) if found else ():
        frame[column] = [getattr(found[number], name) if number in found else None for number in numbers]
        frame[column] = frame[column].astype("Int64")
    return frame


def _names_with_none(trials: Trials) -> list[str]:
    """Return the names of the parameters with a choice None, which is no sign of a missing parameter."""
    return [name for name, parameter in trials.space.items() if None in getattr(parameter, "choices", ())]


def _trials_json(trials: Trials, study: StudyView) -> str:
    """Return one JSON object a trial; an unknown value is null.

    A parameter that does not exist in a trial is null, too, but has no key if None is one of its choices.
    """
    rows = _add_repeats(trials.to_frame(), trials, study.trials).astype(object).to_dict("records")
    for name in _names_with_none(trials):
        rows = [
            row if name in params else {key: value for key, value in row.items() if key != name}
            for row, params in zip(rows, trials.params, strict=True)
        ]
    objects = [
        {**row, "metrics": trials.metrics[i], "record": study.records[int(trials.numbers[i])]}
        for i, row in enumerate(rows)
    ]
    return _json(objects)


def _json(objects: list[dict[Any, Any]]) -> str:
    return json.dumps(_to_json_value(objects), indent=1, allow_nan=False) + "\n"


def _to_json_value(value: Any) -> Any:
    """Convert a value to what JSON can hold; a number that is not finite becomes null."""
    if isinstance(value, Mapping):
        return {name: _to_json_value(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_to_json_value(each) for each in value]
    if hasattr(value, "isoformat"):
        return None if value != value else value.isoformat()  # noqa: PLR0124 (NaT, pandas' missing time)
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
