"""`paretune run`: tune a workload, and leave a database and a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paretune.cli import options
from paretune.app.plan import Wanted, open_study
from paretune.cli.report import publish
from paretune.cli.sanitize import one_line
from paretune.errors import (
    InvalidInputError,
    SpaceExhaustedError,
    TooManyFailuresError,
    WorkerError,
)

if TYPE_CHECKING:
    from paretune.app.run_options import RunOptions
    from paretune.execution import Outcome
    from paretune.study import Asked, OnTrial, Study
    from paretune.trials import Trials
    from paretune.workloads.set_up import SetUp

INTERRUPTED = 130


def run(
    workload: Annotated[str, typer.Argument(help="What to tune: one of `paretune workloads`, or a study file.")],
    at_least: options.RunAtLeast = None,
    at_most: options.RunAtMost = None,
    trials: Annotated[
        int | None, typer.Option(help="The study's total, 30 by default: calling again goes on up to it.", min=1)
    ] = None,
    searcher: Annotated[
        str | None,
        typer.Option(help="bayes (the default), random, sobol, grid, gp, tpe or nsga2; a study goes on with its last."),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="Makes the search reproducible; 0 by default, and that of its last.", min=0, max=2**32 - 1),
    ] = None,
    storage: Annotated[
        str, typer.Option(help="An SQLite file, a journal file or a storage URL of Optuna's.")
    ] = "paretune.db",
    study: Annotated[str | None, typer.Option(help="The study's name; the workload's by default.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder with the workload's data.")] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="An option of the workload, a parameter to hold fixed, or its bounds: LOW:HIGH.",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the report; <study>-report by default.")] = None,
    report: Annotated[bool, typer.Option(help="Whether the run ends with a report.")] = True,
    workers: Annotated[int | None, typer.Option(help="Trials that run side by side.", min=1)] = None,
    devices: Annotated[str | None, typer.Option(help="GPUs to hand out, such as cuda:0,cuda:1.")] = None,
    per_device: Annotated[int | None, typer.Option(help="Workers that share a GPU, 1 by default.", min=1)] = None,
    trial_timeout: Annotated[str | None, typer.Option(help="Time a trial may take, such as 90, 30m or 2h.")] = None,
    memory_limit: Annotated[str | None, typer.Option(help="Memory a trial may hold, such as 4G.")] = None,
    max_failures: Annotated[
        int | None, typer.Option(help="Stop after so many failed trials in a row, 20 by default.", min=1)
    ] = None,
    stop_at: Annotated[
        str | None, typer.Option(help='Stop once a trial is so good, such as "accuracy>=0.8 and latency<=0.1".')
    ] = None,
    stop_after: Annotated[str | None, typer.Option(help="Begin no trial after so much time, such as 2h.")] = None,
    stop_growth: Annotated[
        str | None,
        typer.Option(metavar="PERCENT:TRIALS", help="Stop where the hypervolume grew so little in so many trials."),
    ] = None,
    executor: Annotated[str | None, typer.Option(help="Where trials run: local (the default) or ray.")] = None,
    address: Annotated[
        str | None, typer.Option(help="A Ray cluster, such as auto or 10.0.0.1:6379; else a Ray of this machine.")
    ] = None,
    cpus_per_trial: Annotated[
        float | None, typer.Option(help="Cores that Ray reserves for a trial, 1 by default.")
    ] = None,
    gpus_per_trial: Annotated[float | None, typer.Option(help="GPUs, or a share of one; none by default.")] = None,
    log: Annotated[
        list[str] | None, typer.Option(help="Show each trial in tensorboard or in mlflow; may be given twice.")
    ] = None,
) -> None:
    """Tune a workload: search its parameters for the best trade-offs between its metrics."""
    from paretune.app.run_options import FLAGS, run_options
    from paretune.app.resume import parse_settings, report_folder, study_name, tensorboard_folder
    from paretune.app.tracking import Tracking
    from paretune.study import quieten
    from paretune.workloads.set_up import find

    log = log or None  # no list is none given
    flags = {name: value for name, value in locals().items() if name in FLAGS}
    quieten()
    chosen = find(workload)
    how = run_options(flags, chosen.run, chosen.objectives)
    name = study_name(study, chosen.name)
    folder = out or report_folder(name)
    if report:
        check_folder(folder)
    wanted = Wanted(workload, chosen, name, storage, data_dir, limits=options.limits(at_least, at_most))
    kept, set_up = open_study(wanted, parse_settings(set_ or []), how)
    with Tracking(kept, how.log, tensorboard_folder(name, folder)) as tracking:
        status = search(kept, set_up, how, tracking.add)
    _tell_of_pending(kept.trials)
    if report:
        publish(name, storage, folder)
    if status:
        raise typer.Exit(status)


def check_folder(folder: Path) -> None:
    """See that a report can be written there, before hours of trainings."""
    from paretune.study.writable import check_writable

    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not nearest.is_dir():
        raise InvalidInputError(f"--out {folder} cannot be made: {nearest} is a file; name a folder for the report")
    check_writable(nearest, f"the report cannot be written to {folder}", "choose another --out, or --no-report")


def search(study: Study, set_up: SetUp, how: RunOptions, *listeners: OnTrial) -> int:
    """Run up to the total, telling listeners of each trial; the exit code of what ended it."""
    from paretune.app.executors import executor
    from paretune.cli.progress import Progress
    from paretune.cli.run_end import describe_run_end
    from paretune.study import Stop

    stop = Stop(how.stop_after, how.stop_at, how.stop_growth)
    study.sweep()
    progress = Progress(study, how.trials)
    try:
        with executor(study, set_up, how) as chosen, progress:
            study.run(
                chosen,
                how.trials,
                stop=stop,
                max_failures=how.max_failures,
                overlap=how.is_asynchronous,
                on_trial=_all(progress.show, *listeners),
            )
    except KeyboardInterrupt:
        done = study.n_counted()
        typer.echo(
            f"paretune: interrupted with {done} of {how.trials} trials; the same command goes on from there",
            err=True,
        )
        return INTERRUPTED
    except SpaceExhaustedError as error:
        typer.echo(f"paretune: {error}", err=True)
        return 0
    except (TooManyFailuresError, WorkerError) as error:
        typer.echo(f"paretune: {one_line(str(error))}", err=True)
        return 2
    if study.ended is not None and (words := describe_run_end(study.ended)):
        typer.echo(f"paretune: ended: {words}", err=True)
    return 0


def _all(*listeners: OnTrial) -> OnTrial:
    def tell(asked: Asked, outcome: Outcome) -> None:
        for listener in listeners:
            listener(asked, outcome)

    return tell


def _tell_of_pending(trials: Trials) -> None:
    """Other runs go on with their trials; those of one that has died are given back to the next, wherever it is."""
    numbers = trials.numbers[trials.is_pending]
    if len(numbers):
        told = f"trial {numbers[0]} is" if len(numbers) == 1 else f"trials {', '.join(map(str, numbers))} are"
        typer.echo(
            f"paretune: {told} under way elsewhere; where a runner has died, the same command tries its trials again",
            err=True,
        )
