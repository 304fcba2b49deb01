"""`paretune refit`: train the best again, on all of the data or with other options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paretune.cli.options import Storage
from paretune.cli.plan import Wanted, open_study
from paretune.cli.read import StudyName
from paretune.cli.report import publish
from paretune.errors import InvalidInputError

if TYPE_CHECKING:
    from paretune.study import Stored
    from paretune.trials import Trials
    from paretune.workloads import Workload

_REPEATS = 3


def refit(
    study: StudyName,
    top: Annotated[int, typer.Option(help="How many of the efficient configurations.", min=1)] = 5,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="An option of the workload, other than in the study."),
    ] = None,
    workload: Annotated[str | None, typer.Option(help="The study file, for a study of one.")] = None,
    storage: Storage = "paretune.db",
    data_dir: Annotated[Path | None, typer.Option(help="Folder with the workload's data.")] = None,
    workers: Annotated[int | None, typer.Option(help="Trials that run side by side.", min=1)] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the report; <study>-report by default.")] = None,
    report: Annotated[bool, typer.Option(help="Whether it ends with a report of the study.")] = True,
) -> None:
    """Train the best configurations of a study again, with other options, as the study <study>-refit.

    A study file's `run` says how, but for what would end it early.

    Each is trained three times with different seeds, where the workload has the option `repeats` and --set does not say
    otherwise. The report of the study shows both.
    """
    from paretune.cli.run import check_folder, search
    from paretune.cli.run_options import run_options
    from paretune.cli.settings import parse_settings, report_folder
    from paretune.study import REFIT_OF, load, quieten, refit_name

    quieten()
    folder = out or report_folder(study)
    if report:
        check_folder(folder)
    before = load(study, storage)
    best = _best(before, top)
    word, chosen = _workload(before, workload)
    settings = _settings(before.origin, parse_settings(set_ or []), chosen)
    how = run_options({"workers": workers}, chosen.run, chosen.objectives)
    how = replace(how, searcher="random", log=(), stop_at="", stop_after=None, stop_growth=None)
    limits = before.trials.objectives.given_limits
    remedy = "give --set as it was then, or remove that study with optuna delete-study"
    wanted = Wanted(word, chosen, refit_name(study), storage, data_dir, {REFIT_OF: study}, limits, remedy=remedy)
    again, set_up = open_study(wanted, settings, how)
    for params in best.params:
        again.enqueue(params)
    status = search(again, set_up, replace(how, trials=again.n_counted() + again.activity.n_waiting))
    if report:
        publish(study, storage, folder)
    if status:
        raise typer.Exit(status)


def _best(before: Stored, top: int) -> Trials:
    from paretune import pareto

    complete = before.trials[before.trials.is_complete]
    rows = pareto.most_hypervolume(complete.losses, top)
    if not len(rows):
        raise InvalidInputError(f"study {before.name!r} has no complete trial: there is nothing to train again")
    return complete[rows]


def _workload(before: Stored, given: str | None) -> tuple[str, Workload]:
    """The word that means the study's workload, and that workload."""
    from paretune.workloads import workloads
    from paretune.workloads.set_up import find

    made_for = before.origin.get("workload")
    if given is None and made_for is None:
        raise InvalidInputError(f"study {before.name!r} has no workload that could train again: it was imported")
    if given is None and made_for not in workloads():
        raise InvalidInputError(
            f"study {before.name!r} was made for {made_for}, which is not installed: "
            "name its study file with --workload, such as --workload study.yaml"
        )
    word = given or str(made_for)
    chosen = find(word)
    if chosen.name != made_for:
        raise InvalidInputError(
            f"study {before.name!r} was made for {made_for or 'something else'}, not for {chosen.name}: "
            "name its workload or study file with --workload"
        )
    return word, chosen


def _settings(origin: Mapping[str, Any], given: Mapping[str, Any], chosen: Workload) -> dict[str, Any]:
    """The study's own settings, but for those that are given, and several seeds where the workload has them."""
    from paretune.cli.settings import settings_of

    for name in given:
        if name in chosen.space:
            told = f"takes an option, one of {', '.join(chosen.options)}" if chosen.options else "has nothing to set"
            raise InvalidInputError(f"{name} is a parameter, and stays what it was found to be: --set {told}")
    before = settings_of(origin)
    has_repeats = "repeats" in chosen.options and "repeats" in before
    repeats = {"repeats": max(_REPEATS, before["repeats"])} if has_repeats else {}
    return {**before, **repeats, **given}
