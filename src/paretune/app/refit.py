"""Train the best configurations of a study again, with other options, as a study of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from paretune import pareto
from paretune.app.plan import StudyRequest, open_study
from paretune.app.read_run_options import read_run_options
from paretune.app.resume import stored_settings, with_added_options
from paretune.app.run_options import RunOptions
from paretune.errors import InvalidInputError
from paretune.study import REFIT_OF, Study, StudyView, load, refit_name
from paretune.trials import Trials
from paretune.workloads import Workload, installed_workloads
from paretune.workloads.set_up import WorkloadSetup, find_workload

_N_REPEATS = 3
_REMEDY = "give --set as it was then, or remove that study with optuna delete-study"


@dataclass(frozen=True)
class RefitRequest:
    """A refit that a user asks for.

    Args:
        study: name of the study with the configurations.
        storage: path or URL of the storage.
        n_best: number of configurations: those that together have the largest hypervolume.
        settings: options of the workload that replace those of the study, by name.
        workload_name: path of the study file, for a study that was made with one; None for an installed workload.
        data_dir: folder with the workload's data, if the user named one.
        run_options: typed run options by name; None stands for an option that was not typed.
        command: command line of the refit, kept for the report.
    """

    study: str
    storage: str
    n_best: int = 5
    settings: Mapping[str, Any] = field(default_factory=dict)
    workload_name: str | None = None
    data_dir: Path | None = None
    run_options: Mapping[str, Any] = field(default_factory=dict)
    command: str = ""


@dataclass(frozen=True)
class RefitRun:
    """A refit that is ready to run by `paretune.app.run.run_study`.

    Args:
        study: the open study, in which the configurations wait.
        set_up: makes what evaluates a trial, in each worker.
        options: how to run it; the total is that of all waiting configurations.
    """

    study: Study
    set_up: WorkloadSetup
    options: RunOptions

    def saver(self) -> Callable[[Mapping[str, Any], int, Path], None]:
        """Return what trains a configuration on all data and saves the model.

        Raises:
            InvalidInputError: the workload saves no models, or needs a package for it that is missing.
        """
        workload = find_workload(self.set_up.word)
        make_save = workload.prepare(self.set_up.options, self.set_up.data_dir).make_save
        if make_save is None:
            raise InvalidInputError(f"{workload.name} saves no models: leave --save out")
        return make_save()

    def save_knee(self, save: Callable[[Mapping[str, Any], int, Path], None], path: Path) -> int:
        """Train the knee of the retrained configurations on all data and save the model; return its trial number.

        Args:
            save: as `saver` returned it.
            path: of the file to write.

        Raises:
            InvalidInputError: no configuration was retrained to its end, or the file cannot be written.
        """
        trials = self.study.trials
        complete = trials[trials.is_complete]
        knee = pareto.knee(complete.losses)
        if knee is None:
            raise InvalidInputError("no configuration was trained to its end, so no model is saved")
        save(complete.params[knee], int(complete.metrics[knee].get("seed", 0)), path)
        return int(complete.numbers[knee])


def open_refit(request: RefitRequest) -> RefitRun:
    """Create or resume the refit of a study, and enqueue its best configurations.

    Each configuration is trained with three seeds if the workload has the option ``repeats`` and no setting says
    otherwise. The options in a study file apply, except those that stop a run early.

    Raises:
        InvalidInputError: the study has no complete trial or no known workload, or a setting is wrong.
        StudyMismatchError: the refit exists with other settings.
    """
    stored = load(request.study, request.storage)
    best = _best_trials(stored, request.n_best)
    workload_name, workload = _find_workload(stored, request.workload_name)
    settings = _refit_settings(stored.origin, request.settings, workload)
    if workload.tailor is not None:
        workload = workload.tailor(workload.parse_settings(settings).options, request.data_dir)
    options = read_run_options(request.run_options, workload.run_defaults, workload.objectives)
    options = replace(options, searcher="random", log=(), confirm=None, stop_at="", stop_after=None, stop_growth=None)
    study_request = StudyRequest(
        workload_name,
        workload,
        refit_name(request.study),
        request.storage,
        request.data_dir,
        facts={REFIT_OF: request.study},
        limits=stored.trials.objectives.limits_by_name,
        command=request.command,
        remedy=_REMEDY,
        tries_first=False,
    )
    study, set_up = open_study(study_request, settings, options)
    for params in best.params:
        study.enqueue(params)
    return RefitRun(study, set_up, replace(options, trials=study.n_counted() + study.activity.n_waiting))


def _best_trials(study: StudyView, n: int) -> Trials:
    complete = study.trials[study.trials.is_complete]
    rows = pareto.hypervolume_subset(complete.losses, n)
    if not len(rows):
        raise InvalidInputError(f"study {study.name!r} has no complete trial: there is nothing to train again")
    return complete[rows]


def _find_workload(study: StudyView, given: str | None) -> tuple[str, Workload]:
    """Return the name and the workload of a study; ``given`` replaces the stored name."""
    stored = study.origin.get("workload")
    if given is None and stored is None:
        raise InvalidInputError(f"study {study.name!r} was imported without a workload: it cannot be trained again")
    if given is None and stored not in installed_workloads():
        raise InvalidInputError(
            f"study {study.name!r} was made for {stored}, which is not installed: "
            "name its study file with --workload, such as --workload study.yaml"
        )
    name = given or str(stored)
    workload = find_workload(name)
    if workload.name != stored:
        raise InvalidInputError(
            f"study {study.name!r} was made for {stored or 'something else'}, not for {workload.name}: "
            "name its workload or study file with --workload"
        )
    return name, workload


def _refit_settings(origin: Mapping[str, Any], given: Mapping[str, Any], workload: Workload) -> dict[str, Any]:
    """Return the stored settings, replaced by the given ones, with several seeds if the workload has them."""
    for name in given:
        if name in workload.space:
            options = f"takes an option, one of {', '.join(workload.options)}" if workload.options else "has no option"
            raise InvalidInputError(f"{name} is a parameter and keeps its value in a refit: --set {options}")
    stored = stored_settings(with_added_options(origin, workload.options))
    has_repeats = "repeats" in workload.options and "repeats" in stored
    repeats = {"repeats": max(_N_REPEATS, stored["repeats"])} if has_repeats else {}
    return {**stored, **repeats, **given}
