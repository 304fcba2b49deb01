"""Read-only views of stored studies: trials, records, activity, logs, and studies by name."""

from __future__ import annotations

import fnmatch
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import BaseStorage
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.attributes import is_queued, read_mapping
from paretune.adapters.optuna.history import Fit, read_trials, tabulate_trials, without_dropped
from paretune.adapters.optuna.internals import get_trial
from paretune.adapters.optuna.keys import (
    DURATIONS_KEY,
    ERROR_KEY,
    INSTEAD_OF_KEY,
    SECONDS_KEY,
    SEED_KEY,
    STEPS_KEY,
    SUGGESTION_KEY,
    WHERE_KEY,
)
from paretune.adapters.optuna.table_space import TableSpace, table_space
from paretune.argument_checks import NAME, WHOLE, check_arguments
from paretune.errors import InvalidInputError
from paretune.execution.logs import log_files
from paretune.objectives import Objectives
from paretune.space import Space
from paretune.space.values import check_text
from paretune.study import record
from paretune.study.activity import Activity, activity_of
from paretune.study.samplers import SEARCHER_NAMES
from paretune.study.storage import find_study, open_storage
from paretune.study.trial_status import runner_of
from paretune.trials import Trials

REFIT_OF = "refit_of"  # the fact that names the study whose best trials are trained again


def read_facts(storage: BaseStorage, name: str) -> dict[str, Any] | None:
    """The facts of a stored study; None where there is no study of that name yet."""
    study = _find(storage, name)
    return None if study is None or record.is_undefined(study) else record.facts(study)


def last_search(storage: BaseStorage, name: str) -> tuple[str, int] | None:
    """Searcher and seed of a stored study's last run, imports not counted; None where there is none."""
    study = _find(storage, name)
    searched = [run for run in record.runs(study) if run["searcher"] in SEARCHER_NAMES] if study else []
    return (searched[-1]["searcher"], searched[-1]["seed"]) if searched else None


def last_searcher_options(storage: BaseStorage, name: str) -> dict[str, Any]:
    """Options of the searcher of a stored study's last run, imports not counted; empty where there are none."""
    study = _find(storage, name)
    searched = [run for run in record.runs(study) if run["searcher"] in SEARCHER_NAMES] if study else []
    return dict(searched[-1].get("searcher_options", {})) if searched else {}


def _find(storage: BaseStorage, name: str) -> optuna.Study | None:
    """The stored study of a name; None where there is none."""
    check_arguments(storage=(storage, BaseStorage), name=(name, NAME))
    return find_study(storage, name) if name in optuna.get_all_study_names(storage) else None


@dataclass(frozen=True)
class StudyView:
    """A study as it is in its storage, for reading.

    Args:
        name: the study's name.
        trials: its trials.
        origin: where they come from, see `Study.origin`.
        records: what else is known of each trial, by number: its ``error``, where it ran (``worker``, ``device``,
            ``host``, ``log``), ``durations`` in seconds, ``run``, ``seed`` and intermediate ``steps``.
        n_unfit: how many more trials it has, with parameters that do not fit its space.
        n_begun: how many more trials run and do not have all of their parameters yet.
    """

    name: str
    trials: Trials
    origin: Mapping[str, Any]
    records: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    n_unfit: int = 0
    n_begun: int = 0


def view_of(
    study: optuna.Study,
    space: Space,
    objectives: Objectives,
    number: int | None = None,
    known: Sequence[FrozenTrial] | None = None,
) -> StudyView:
    """The view of an open study, with all that is known of each trial.

    Args:
        study: the study.
        space: its parameters.
        objectives: its objectives.
        number: of the only trial to view; None for all.
        known: the trials to view, where they have been read.
    """
    if known is None:
        known = study.get_trials(deepcopy=False) if number is None else [get_trial(study, number)]
    started = [trial for trial in without_dropped(study, known) if not is_queued(trial)]
    trials = tabulate_trials(started, space, objectives)
    records = {trial.number: trial_record(trial) for trial in started}
    n_begun = _count_begun(started, trials)
    n_unfit = len(started) - len(trials) - n_begun
    return StudyView(study.study_name, trials, record.origin(study), records, n_unfit, n_begun)


def load(name: str, storage: str | Path | BaseStorage) -> StudyView:
    """Load a stored study, also one of plain Optuna.

    The space of a study of plain Optuna has every parameter of the trials that have ended, each with a range that
    contains those of all trials. A parameter that exists exactly with certain values of others has this condition. One
    that some trials lack for another reason has none.

    Raises:
        StudyNotFoundError: no study has that name.
        InvalidInputError: the storage cannot be opened, or a study of plain Optuna has no parameters yet.
    """
    study = find_study(open_storage(storage, must_exist=True), name)
    stored = without_dropped(study, study.get_trials(deepcopy=False))
    stored_space = record.space_of(study)
    table = _infer_space(name, stored) if stored_space is None else TableSpace(stored_space)
    trials = read_trials(study, Fit(table.space, optional=table.optional), known=stored)
    records = {trial.number: trial_record(trial) for trial in stored}
    n_started = sum(not is_queued(trial) for trial in stored)
    left_out = sorted({name for trial in stored for name in trial.distributions} - set(table.space))
    origin = record.origin(study) | ({"left_out": left_out} if left_out else {})
    n_begun = _count_begun(stored, trials)
    return StudyView(name, trials, origin, records, n_started - len(trials) - n_begun, n_begun)


def _count_begun(stored: Sequence[FrozenTrial], trials: Trials) -> int:
    """Number of running trials that are not in a table, and of which no parameter is unknown to its space."""
    shown = set(trials.numbers.tolist())
    running = [trial for trial in stored if trial.state == TrialState.RUNNING and trial.number not in shown]
    return sum(set(trial.params) <= set(trials.space) for trial in running)


def _infer_space(name: str, trials: Sequence[FrozenTrial]) -> TableSpace:
    """Infer the space of a plain Optuna study.

    Raises:
        InvalidInputError: none of its trials that have ended has a parameter.
    """
    table = table_space(trials)
    if table is None:
        has_started = any(not is_queued(trial) for trial in trials)
        why = "has no trial that has ended and has a parameter" if has_started else "has no trial yet"
        raise InvalidInputError(f"study {name!r} {why}: there is nothing to show; choose another study")
    return table


def trial_record(trial: FrozenTrial) -> dict[str, Any]:
    """What is known of a trial besides its parameters, metrics and state."""
    owner, steps = runner_of(trial), trial.user_attrs.get(STEPS_KEY)
    facts = {
        "error": trial.user_attrs.get(ERROR_KEY),
        **read_mapping(trial, WHERE_KEY),
        "host": owner.get("host"),
        "run": owner.get("run"),
        "durations": {**read_mapping(trial, DURATIONS_KEY), "evaluate": trial.user_attrs.get(SECONDS_KEY)},
        "suggestion": read_mapping(trial, SUGGESTION_KEY) or None,
        "instead_of": trial.user_attrs.get(INSTEAD_OF_KEY),
        "seed": trial.user_attrs.get(SEED_KEY),
        "steps": steps if isinstance(steps, list) else None,
    }
    return {key: value for key, value in facts.items() if value is not None}


def activity(name: str, storage: str | Path | BaseStorage) -> Activity:
    """The activity of a stored study at this moment.

    Raises:
        StudyNotFoundError: no study has that name.
    """
    return activity_of(find_study(open_storage(storage, must_exist=True), name))


def request_stop(name: str, storage: str | Path | BaseStorage) -> None:
    """Ask every run of a study to finish its running trials, and to begin no more.

    Raises:
        StudyNotFoundError: no study has that name.
    """
    record.request_stop(find_study(open_storage(storage, must_exist=True), name))


def trial_log(name: str, number: int, storage: str | Path | BaseStorage) -> tuple[list[Path], str]:
    """The files of a trial's log, and a sentence on how it failed or where its log is.

    Raises:
        StudyNotFoundError: no study has that name.
        InvalidInputError: the study has no such trial.
    """
    check_arguments(number=(number, WHOLE))
    trials = find_study(open_storage(storage, must_exist=True), name).get_trials(deepcopy=False)
    found = [trial for trial in trials if trial.number == number]
    if not found:
        last = f"its last is {trials[-1].number}" if trials else "it has none yet"
        raise InvalidInputError(f"study {name!r} has no trial {number}; {last}")
    known = trial_record(found[0])
    files = log_files(Path(known["log"])) if "log" in known else []
    text = str(known.get("error", ""))
    if not files and "log" in known and known.get("host") != socket.gethostname():
        text = f"its log is on host {known.get('host')}, in {known['log']}. {text}"
    return files, text.strip()


def refit_name(name: str) -> str:
    """The name of the study in which the best trials of another are trained again."""
    check_arguments(name=(name, NAME))
    return f"{name}-refit"


def load_refit(name: str, storage: str | Path | BaseStorage) -> StudyView | None:
    """The study with the best trials of a study trained again; None where there is none."""
    opened = open_storage(storage, must_exist=True)
    facts = read_facts(opened, refit_name(name))
    return load(refit_name(name), opened) if facts is not None and facts.get(REFIT_OF) == name else None


def match_study_names(pattern: str, storage: str | Path | BaseStorage) -> list[str]:
    """The names of the studies that match a pattern such as ``bayes-*``, sorted.

    If a study has the pattern as its name, only that one matches. Studies of retrained trials (`load_refit`) match by
    their full name only.
    """
    check_text("pattern", pattern)
    opened = open_storage(storage, must_exist=True)
    names = optuna.get_all_study_names(opened)
    matches = [] if pattern in names else sorted(fnmatch.filter(names, pattern))
    return [name for name in matches if REFIT_OF not in (read_facts(opened, name) or {})] or [pattern]
