"""`paretune import`: what was measured before, as a study to go on from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from paretune.cli import options
from paretune.cli.options import Storage
from paretune.cli.plan import Plan, Wanted, planned, typed
from paretune.errors import InvalidInputError

Columns = list[str] | None


def import_csv(
    file: Annotated[Path, typer.Argument(help="A CSV, as `paretune export` writes it or with fewer columns.")],
    workload: Annotated[
        str | None, typer.Argument(help="The workload or study file whose parameters and objectives these are.")
    ] = None,
    study: Annotated[
        str | None, typer.Option(help="The study's name; the workload's or the file's by default.")
    ] = None,
    storage: Storage = "paretune.db",
    maximize: Annotated[Columns, typer.Option(metavar="COLUMN", help="Without a workload: an objective.")] = None,
    minimize: Annotated[Columns, typer.Option(metavar="COLUMN", help="Without a workload: an objective.")] = None,
    ignore: Annotated[Columns, typer.Option(metavar="COLUMN", help="A column that is no parameter.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder with the workload's data.")] = None,
    set_: Annotated[
        Columns, typer.Option("--set", metavar="NAME=VALUE", help="As for `paretune run`, for a study that is new.")
    ] = None,
    at_least: options.RunAtLeast = None,
    at_most: options.RunAtMost = None,
    origin: Annotated[
        Path | None,
        typer.Option(help="What `paretune export --format origin` wrote of them: settings, limits, and who made them."),
    ] = None,
) -> None:
    """Add the trials of a CSV to a study, which `paretune run` then goes on from; they count towards its total."""
    from paretune.cli.origin_file import check_same, read_origin
    from paretune.cli.settings import parse_settings, study_name
    from paretune.study import quieten
    from paretune.trials import trials_from_csv
    from paretune.trials.csv_file import title

    quieten()
    known = read_origin(origin)
    if workload is None:
        if known or at_least or at_most:
            raise InvalidInputError("--origin and limits are for the trials of a workload: name it after the file")
        plan = _of_file(file, study_name(study, title(file)), storage, maximize, minimize, ignore)
    else:
        if maximize or minimize:
            raise InvalidInputError(f"{workload} says itself what is wanted: leave --maximize and --minimize out")
        limits = options.limits(at_least, at_most)
        plan = _of_workload((workload, study, storage, data_dir), known, parse_settings(set_ or []), limits)
    check_same(origin, known, plan.name, plan.facts)
    trials = trials_from_csv(file, plan.objectives, ignore=ignore or (), space=plan.space)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    n_added = plan.study().add(trials, str(file), digest, known.get("runs", ()))
    left_out = int(trials.is_pending.sum())
    typer.echo(
        f"{plan.name}: {n_added} trials added from {file}" + (f", {left_out} pending left out" if left_out else "")
    )


def _of_workload(
    where: tuple[str, str | None, str, Path | None],
    known: Mapping[str, Any],
    given: Mapping[str, Any],
    limits: tuple[Mapping[str, float], Mapping[str, float]],
) -> Plan:
    """The study that they are added to: with what is said of it, else with what is known of the trials."""
    from paretune.cli.origin_file import limits_of
    from paretune.cli.settings import settings_of, study_name
    from paretune.study import REFIT_OF
    from paretune.workloads.set_up import find

    word, study, storage, data_dir = where
    chosen = find(word)
    at_least, at_most = ({**before, **now} for before, now in zip(limits_of(known), limits, strict=True))
    facts = {key: known[key] for key in (REFIT_OF,) if key in known}
    wanted = Wanted(word, chosen, study_name(study, chosen.name), storage, data_dir, facts, (at_least, at_most))
    return planned(wanted, {**settings_of(known), **given})[0]


def _of_file(file: Path, name: str, storage: str, maximize: Columns, minimize: Columns, ignore: Columns) -> Plan:
    """A study of the parameters and objectives that the file itself has."""
    from paretune.objectives import Maximize, Minimize, Objectives
    from paretune.study import open_storage
    from paretune.trials import trials_from_csv

    if not maximize and not minimize:
        raise InvalidInputError(
            "say which workload's trials these are, or what is wanted by --maximize COLUMN and --minimize COLUMN"
        )
    objectives = Objectives([*map(Maximize, maximize or ()), *map(Minimize, minimize or ())])
    space = trials_from_csv(file, objectives, ignore=ignore or ()).space
    return Plan(name, open_storage(storage), space, objectives, {}, typed())
