"""Import trials of a CSV file into a study."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from paretune.app.columns import describe_roles
from paretune.app.origin_file import check_same_origin, origin_limits, read_origin
from paretune.app.plan import StudyPlan, StudyRequest, plan_study, study_name, tailor_request
from paretune.app.resume import Limits, stored_settings, with_added_options
from paretune.errors import InvalidInputError
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Space
from paretune.study import REFIT_OF, open_storage
from paretune.trials import ColumnChoice, Trials, csv_column_roles, curves_from_csv, trials_from_csv
from paretune.trials.csv_file import file_stem
from paretune.workloads.set_up import find_workload


@dataclass(frozen=True)
class ImportRequest:
    """Trials that a user wants to import.

    Args:
        file: the CSV file.
        storage: path or URL of the storage.
        workload_name: name of the workload, or path of a study file, that the trials belong to; None if the file itself
            shows the parameters.
        study: name of the study; by default that of the workload, or of the file.
        maximize: columns to maximise, for a file without a workload.
        minimize: columns to minimise, for a file without a workload.
        ignored: columns that are left out.
        parameters: columns that are parameters, whatever speaks against it.
        metrics: columns that are no parameters.
        data_dir: folder with the workload's data, if the user named one.
        settings: settings of a new study, by name.
        limits: limits of a new study, at least and at most, by objective.
        origin: file that describes where the trials come from.
        curves: CSV file with the learning curves of the trials.
        command: command line of the import, kept for the report.
        again: whether trials that the study has already are added again.
    """

    file: Path
    storage: str
    workload_name: str | None = None
    study: str | None = None
    maximize: Sequence[str] = ()
    minimize: Sequence[str] = ()
    ignored: Sequence[str] = ()
    parameters: Sequence[str] = ()
    metrics: Sequence[str] = ()
    data_dir: Path | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    limits: Limits = ({}, {})
    origin: Path | None = None
    curves: Path | None = None
    command: str = ""
    again: bool = False


@dataclass(frozen=True)
class ImportResult:
    """Result of an import.

    Args:
        study: name of the study.
        n_added: number of added trials.
        n_pending: number of trials that were left out because they are pending.
        n_known: number of trials that were left out because the study has them already.
        notice: a sentence for users if there are more objectives than Paretune is made for; else empty.
        columns: a line that says what the columns are taken as; empty if there is no doubt.
    """

    study: str
    n_added: int
    n_pending: int
    columns: str = ""
    n_known: int = 0
    notice: str = ""


def import_trials(request: ImportRequest) -> ImportResult:
    """Add the trials of a CSV file to a study; create the study if it does not exist.

    Raises:
        InvalidInputError: the file, the origin file or the file of curves cannot be read or is wrong, a column or value
            does not fit the study, or the file was added before.
        StudyMismatchError: the study has other settings, limits or data than the trials.
    """
    origin = read_origin(request.origin)
    plan = _plan_from_file(request) if request.workload_name is None else _plan_from_workload(request, origin)
    check_same_origin(request.origin, origin, plan.name, plan.facts)
    trials = _read_trials(request, plan.objectives, plan.space)
    if request.curves is not None:
        trials = replace(trials, curves=curves_from_csv(request.curves, trials.numbers.tolist()))
    digest = hashlib.sha256(request.file.read_bytes()).hexdigest()
    runs = origin.get("runs", ())
    sha256 = "" if request.again else digest  # without a hash, the same file is added again
    n_added = plan.open().add(trials, str(request.file), sha256, runs, skip_known=not request.again)
    if not n_added and not trials.is_pending.all():
        raise InvalidInputError(
            f"study {plan.name!r} has all trials of {request.file} already: nothing was added; --again adds them again"
        )
    choice = ColumnChoice(request.parameters, request.metrics, request.ignored)
    known = () if request.workload_name is None else tuple(plan.space)
    roles = csv_column_roles([request.file], plan.objectives.names, choice, known)
    n_pending, columns = int(trials.is_pending.sum()), describe_roles([request.file], roles)
    n_known = len(trials) - n_pending - n_added
    return ImportResult(plan.name, n_added, n_pending, columns, n_known, plan.objectives.notice)


def _read_trials(request: ImportRequest, objectives: Objectives, space: Space | None = None) -> Trials:
    return trials_from_csv(
        request.file,
        objectives,
        ignore=request.ignored,
        parameters=request.parameters,
        metrics=request.metrics,
        space=space,
    )


def _plan_from_workload(request: ImportRequest, origin: Mapping[str, Any]) -> StudyPlan:
    """Plan a study of a workload. Given settings and limits replace those of the origin file."""
    name = str(request.workload_name)
    if request.maximize or request.minimize:
        raise InvalidInputError(f"{name} has its own objectives: leave --maximize and --minimize out")
    workload = find_workload(name)
    at_least, at_most = ({**known, **given} for known, given in zip(origin_limits(origin), request.limits, strict=True))
    study_request = StudyRequest(
        name,
        workload,
        study_name(request.study, workload.name),
        request.storage,
        request.data_dir,
        facts={REFIT_OF: origin[REFIT_OF]} if REFIT_OF in origin else {},
        limits=(at_least, at_most),
        command=request.command,
    )
    settings = {**stored_settings(with_added_options(origin, workload.options)), **request.settings}
    return plan_study(tailor_request(study_request, settings), settings)[0]


def _plan_from_file(request: ImportRequest) -> StudyPlan:
    """Plan a study that has the parameters and objectives of the file."""
    if request.origin or any(request.limits):
        raise InvalidInputError("--origin and limits need a workload: name it after the file")
    name = study_name(request.study, file_stem(request.file))
    if not request.maximize and not request.minimize:
        raise InvalidInputError(
            "the objectives of the trials are unknown: name their workload, or name columns with --maximize and "
            "--minimize"
        )
    objectives = Objectives([*map(Maximize, request.maximize), *map(Minimize, request.minimize)])
    space = _read_trials(request, objectives).space
    return StudyPlan(name, open_storage(request.storage), space, objectives, {}, request.command)
