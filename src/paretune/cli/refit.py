"""`paretune refit`: train the best again, on all of the data or with other options."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from paretune.cli.options import Storage
from paretune.cli.read import StudyName
from paretune.cli.report import publish
from paretune.errors import InvalidInputError

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

    Each is trained three times with different seeds, where the workload has the option `repeats` and --set does not say
    otherwise. The report of the study shows both.
    """
    from paretune import pareto
    from paretune.cli.run import Wanted, check_folder, open_study, search
    from paretune.cli.run_options import RunOptions
    from paretune.cli.settings import parse_settings, report_folder
    from paretune.study import REFIT_OF, load, quieten, refit_name
    from paretune.workloads.set_up import find

    quieten()
    folder = out or report_folder(study)
    check_folder(folder)
    before = load(study, storage)
    rows = pareto.most_hypervolume(before.trials[before.trials.is_complete].losses, top)
    if not len(rows):
        raise InvalidInputError(f"study {study!r} has no complete trial: there is nothing to train again")
    best = before.trials[before.trials.is_complete][rows]
    word = workload or str(before.origin.get("workload"))
    chosen = find(word)
    if chosen.name != before.origin.get("workload"):
        raise InvalidInputError(
            f"study {study!r} was made for {before.origin.get('workload', 'something else')}, not for {chosen.name}: "
            "name its workload or study file with --workload"
        )
    settings = _settings(before.origin, parse_settings(set_ or []), chosen.options)
    limits = before.trials.objectives.given_limits
    wanted = Wanted(word, chosen, refit_name(study), storage, data_dir, {REFIT_OF: study}, limits)
    again, set_up = open_study(wanted, settings, RunOptions(searcher="random"))
    for params in best.params:
        again.enqueue(params)
    n_trials = again.n_counted() + again.activity.n_waiting
    status = search(again, set_up, RunOptions(trials=n_trials, workers=workers, searcher="random"))
    if report:
        publish(study, storage, folder)
    if status:
        raise typer.Exit(status)


def _settings(origin: Mapping[str, Any], given: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """The study's own settings, but for those that are given, and several seeds where the workload has them."""
    from paretune.cli.settings import settings_of

    before = settings_of(origin)
    repeats = {"repeats": max(_REPEATS, before["repeats"])} if "repeats" in options and "repeats" in before else {}
    return {**before, **repeats, **given}
