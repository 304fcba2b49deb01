"""`paretune run`: tune a workload, and leave a database and a report."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paretune.cli.read import publish
from paretune.errors import InvalidInputError, SpaceExhaustedError, StudyMismatchError, TooManyFailuresError

if TYPE_CHECKING:
    from paretune.study import Study
    from paretune.trials import Trials
    from paretune.workloads import Evaluate, Workload

INTERRUPTED = 130


def run(
    workload: Annotated[str, typer.Argument(help="What to tune: one of `paretune workloads`, or a study file.")],
    trials: Annotated[int, typer.Option(help="The study's total: calling again goes on up to it.", min=1)] = 30,
    searcher: Annotated[str, typer.Option(help="bayes, random, sobol, grid, tpe or nsga2.")] = "bayes",
    seed: Annotated[int, typer.Option(help="Makes the search reproducible.", min=0, max=2**32 - 1)] = 0,
    storage: Annotated[str, typer.Option(help="An SQLite file, or a storage URL of Optuna's.")] = "paretune.db",
    study: Annotated[str | None, typer.Option(help="The study's name; the workload's by default.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder with the workload's data.")] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="An option of the workload, or a parameter to hold fixed."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the report; <study>-report by default.")] = None,
    max_failures: Annotated[int, typer.Option(help="Stop after so many failed trials in a row.", min=1)] = 20,
) -> None:
    """Tune a workload: search its parameters for the best trade-offs between its metrics."""
    from paretune.cli.settings import parse_settings, report_folder
    from paretune.study import quieten
    from paretune.workloads import load
    from paretune.workloads.study_file import is_study_file, read_study_file

    quieten()
    chosen = read_study_file(workload) if is_study_file(workload) else load(workload)
    name = study or chosen.name
    folder = out or report_folder(name)
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not nearest.is_dir():
        raise InvalidInputError(f"--out {folder} cannot be made: {nearest} is a file; name a folder for the report")
    kept, evaluate = _open(chosen, name, storage, parse_settings(set_ or []), data_dir, searcher, seed)
    status = _search(kept, evaluate, trials, max_failures)
    done = kept.trials
    _tell_of_pending(done)
    publish(done, kept.origin, folder)
    if status:
        raise typer.Exit(status)


def _open(
    workload: Workload,
    name: str,
    storage: str,
    given: Mapping[str, Any],
    data_dir: Path | None,
    searcher: str,
    seed: int,
) -> tuple[Study, Evaluate]:
    """The study, made or resumed, and what it evaluates."""
    from paretune.cli.settings import go_on
    from paretune.study import Study, facts_of, open_storage, without_password

    opened = open_storage(storage)
    stored = facts_of(opened, name)
    if stored is not None:
        if stored.get("workload") != workload.name:
            raise StudyMismatchError(
                f"study {name!r} was made for {stored.get('workload', 'something else')}, not for {workload.name}: "
                "choose another --study"
            )
        workload.settings(given)  # a misspelt name is told as such
        given = go_on(stored, given, name)
    options, fixed = workload.settings(given)
    prepared = workload.prepare(options, data_dir)
    data = None if prepared.data is None else asdict(prepared.data)
    facts = {"workload": workload.name, "options": options, "fixed": fixed, "data": data, **workload.facts}
    if stored is not None:
        _check_data(name, stored.get("data"), data)
    study = Study(
        workload.space.fix(fixed),
        workload.objectives,
        storage=opened,
        name=name,
        searcher=searcher,
        seed=seed,
        facts=facts,
        command=without_password(shlex.join(["paretune", *sys.argv[1:]])),
    )
    return study, prepared.evaluate


def _check_data(name: str, before: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> None:
    """A study goes on with its own data only."""
    if before and now and before["sha256"] != now["sha256"]:
        raise StudyMismatchError(
            f"study {name!r} was made with {before['name']} (sha256 {before['sha256'][:12]}), not with {now['name']} "
            f"(sha256 {now['sha256'][:12]}): give --data-dir with its data, or choose another --study"
        )


def _search(study: Study, evaluate: Evaluate, n_trials: int, max_failures: int) -> int:
    """Run up to the total; the exit code of what ended it."""
    from paretune.cli.progress import Progress

    progress = Progress(study, n_trials)
    try:
        with progress:
            study.run(evaluate, n_trials, max_failures=max_failures, on_trial=progress.show)
    except KeyboardInterrupt:
        done = study.n_counted()
        typer.echo(
            f"paretune: interrupted with {done} of {n_trials} trials; the same command goes on from there",
            err=True,
        )
        return INTERRUPTED
    except SpaceExhaustedError as error:
        typer.echo(f"paretune: {error}", err=True)
    except TooManyFailuresError as error:
        typer.echo(f"paretune: {' '.join(str(error).split())}", err=True)
        return 2
    return 0


def _tell_of_pending(trials: Trials) -> None:
    """Trials of other machines may run, or be dead: from here nobody can tell."""
    numbers = ", ".join(map(str, trials.numbers[trials.is_pending]))
    if numbers:
        typer.echo(
            f"paretune: pending elsewhere: {numbers}. If a runner is gone, "
            f"paretune.Study.tell(number, reason='lost') gives its trial back",
            err=True,
        )
