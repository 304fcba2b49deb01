"""Run the searches of all sides in turns, in one process."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pandas as pd

from paretune.app.plan import StudyRequest, open_study
from paretune.app.run_options import RunOptions
from paretune.evaluation.contract import Evaluate
from paretune.objectives import Objectives
from paretune.study import Study, quiet_optuna_logging
from paretune.workloads.set_up import WorkloadSetup, find_workload
from tenfold.archive import archive_studies, command_line, restore_studies
from tenfold.protocol import Scale, Side
from tenfold.schedule import turns

_LEARNS_FROM_EARLY_STOPS = {"bayes", "random"}


def run_searches(scale: Scale, sides: Sequence[Side], data_dir: Path | None, minutes: float) -> None:
    """Run the sides block by block, and continue from the archived trials.

    Args:
        scale: the scale of the experiment.
        sides: the sides, in the order of their turns in a block.
        data_dir: folder of the workload's data.
        minutes: no turn starts after this many minutes.
    """
    quiet_optuna_logging()
    scale.results.mkdir(parents=True, exist_ok=True)
    restore_studies(scale, data_dir)
    objective_functions = _ObjectiveFunctions(data_dir)
    studies = {side.name: _open_study(scale, side, data_dir) for side in sides}
    started, n_before = time.monotonic(), {name: study.n_counted() for name, (study, _) in studies.items()}
    for block, side, total in turns(sides, scale.n_blocks, n_before):
        if time.monotonic() - started > 60 * minutes:
            break
        study, set_up = studies[side.name]
        study.run(objective_functions.for_side(side, set_up), n_trials=total)
        archive_studies(scale, [side.name])
        if side == sides[-1]:
            n = {name: study.n_counted() for name, (study, _) in studies.items()}
            seconds = (time.monotonic() - started) / (sum(n.values()) - sum(n_before.values()))
            _print_progress(f"block {block} of {scale.n_blocks}, {seconds:.1f} s per trial", n)
    archive_studies(
        scale, [name for name, (study, _) in studies.items() if study.n_counted()]
    )  # also trials that an interrupted run did not archive


def rerun_configurations(scale: Scale, side: Side, configurations: pd.DataFrame, data_dir: Path | None) -> None:
    """Run configurations of another study again."""
    quiet_optuna_logging()
    scale.results.mkdir(parents=True, exist_ok=True)
    restore_studies(scale, data_dir)
    study, set_up = _open_study(scale, side, data_dir)
    for row in configurations[list(study.space)].to_dict("records"):
        study.enqueue({name: value for name, value in row.items() if pd.notna(value)})
    study.run(_ObjectiveFunctions(data_dir).for_side(side, set_up), n_trials=len(configurations))
    archive_studies(scale, [side.name])


def _open_study(scale: Scale, side: Side, data_dir: Path | None) -> tuple[Study, WorkloadSetup]:
    request = StudyRequest(
        scale.workload,
        find_workload(scale.workload),
        side.name,
        str(scale.storage),
        data_dir,
        limits=scale.limits,
        command=command_line(),
    )
    return open_study(request, scale.settings, RunOptions(searcher=side.searcher, seed=side.seed))


class _ObjectiveFunctions:
    """The objective functions of the sides. They differ only in early stopping at a limit.

    Paretune learns from a trial that was stopped early, and random search learns nothing from any trial. Optuna's
    samplers ignore such a trial, so their trials run to the end and are reported with a violated constraint, as Optuna
    documents it.
    """

    def __init__(self, data_dir: Path | None) -> None:
        self._data_dir = data_dir
        self._cached_set_up = cache(self._set_up)

    def for_side(self, side: Side, set_up: WorkloadSetup) -> Evaluate:
        objectives = set_up.objectives
        if side.searcher not in _LEARNS_FROM_EARLY_STOPS:
            objectives = Objectives([type(o)(o.name, unit=o.unit) for o in objectives])
        return self._cached_set_up(set_up.word, tuple(set_up.options.items()), objectives)

    def _set_up(self, word: str, options: tuple[tuple[str, object], ...], objectives: Objectives) -> Evaluate:
        return WorkloadSetup(word, dict(options), objectives, self._data_dir)()


def _print_progress(label: str, n: Mapping[str, int]) -> None:
    counts = ", ".join(f"{name} {count}" for name, count in n.items())
    print(f"{time.strftime('%H:%M:%S')} {label}: {counts}", flush=True)  # noqa: T201 (a command)
