"""Completion of names on the command line: workloads and study files, stored studies, and settings.

Typer makes the scripts for the shells. The functions here only look at names, so that a completion is quick.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import typer

from paretune.app.known_names import (
    DEFAULT_STORAGE,
    SCHEDULERS,
    SEARCHERS,
    TRACKERS,
    stored_study_names,
    workload_names,
)

_PLAIN = re.compile(r"(?!-)[\w./@%+=,:~-]+")


def complete_workload(incomplete: str) -> list[str]:
    """Return the workloads, and the study files in the folder of the word, that begin with it."""
    return [*_starting(incomplete, workload_names()), *_files(incomplete, (".yaml", ".yml"))]


def complete_study(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the studies of the storage that begin with the word."""
    storage = ctx.params.get("storage") or DEFAULT_STORAGE
    return _starting(incomplete, stored_study_names(str(storage)) or [])


def complete_source(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the studies and CSV files that begin with the word."""
    return [*complete_study(ctx, incomplete), *_files(incomplete, (".csv", ".csv.gz"))]


def complete_setting(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the names of options and parameters of the workload, each with ``=``."""
    from paretune.errors import ParetuneError
    from paretune.workloads.set_up import find_workload

    word = ctx.params.get("workload") or next(iter(ctx.args), "")  # an option without a value yet hides the argument
    try:
        workload = find_workload(str(word))
    except ParetuneError:
        return []
    return _starting(incomplete, [f"{name}=" for name in (*workload.options, *workload.space)])


def complete_run_option(name: str) -> Any:
    """Return the completion of an option of a run, for the options that have a few known values; else None."""
    from paretune.app.value_readers import EXECUTORS

    words = {"searcher": SEARCHERS, "log": TRACKERS, "executor": EXECUTORS, "scheduler": SCHEDULERS}.get(name)
    return None if words is None else lambda incomplete: _starting(incomplete, list(words))


def _starting(incomplete: str, names: list[str]) -> list[str]:
    """Return the names that begin with the word and need no quotes: a shell evaluates what it gets."""
    return [name for name in names if name.startswith(incomplete) and _PLAIN.fullmatch(name)]


def _files(incomplete: str, endings: tuple[str, ...]) -> list[str]:
    """Return the files with an ending in the folder of the word, written as the word begins."""
    head, _, start = incomplete.rpartition("/")
    prefix = f"{head}/" if "/" in incomplete else ""
    try:
        found = sorted(path for path in Path(prefix or ".").iterdir() if path.name.startswith(start))
    except OSError:
        return []
    shown = [path for path in found if path.name.endswith(endings) and path.is_file()]
    return _starting(incomplete, [f"{prefix}{path.name}" for path in shown])
