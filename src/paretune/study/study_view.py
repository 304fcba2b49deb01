"""What is there of a study, to be looked at and not changed?"""

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

from paretune.adapters.optuna.history import INSTEAD_OF_KEY, SECONDS_KEY, WHERE_KEY, noted, trials_of
from paretune.adapters.optuna.infer_space import told
from paretune.errors import InvalidInputError
from paretune.execution.logs import files as log_files
from paretune.space import Space
from paretune.study import record
from paretune.study.activity import Activity, activity_of
from paretune.study.ledger import DURATIONS_KEY, ERROR_KEY, STEPS_KEY, runner_of
from paretune.study.searchers import SEARCHERS
from paretune.study.storage import find_study, open_storage
from paretune.trials import Trials

REFIT_OF = "refit_of"  # among the facts: the study whose best are trained again


def facts_of(storage: BaseStorage, name: str) -> dict[str, Any] | None:
    """The facts that a stored study was made with; None where there is no study of that name yet."""
    study = _there(storage, name)
    return None if study is None or record.is_blank(study) else record.facts(study)


def last_search(storage: BaseStorage, name: str) -> tuple[str, int] | None:
    """Searcher and seed of a stored study's last run that searched; None where there is none."""
    study = _there(storage, name)
    searched = [run for run in record.runs(study) if run["searcher"] in SEARCHERS] if study else []
    return (searched[-1]["searcher"], searched[-1]["seed"]) if searched else None


def _there(storage: BaseStorage, name: str) -> optuna.Study | None:
    """The stored study of a name, where there is one."""
    return find_study(storage, name) if name in optuna.get_all_study_names(storage) else None


@dataclass(frozen=True)
class Stored:
    """A study as it stands in a storage, to be looked at.

    Args:
        name: the study's name.
        trials: what was tried.
        origin: where it came from, as `Study.origin`.
        records: of each trial by number, whatever else is known: its ``error``, where it ran (``worker``, ``device``,
            ``host``, ``log``), ``durations`` in seconds, ``run`` and intermediate ``steps``.
        n_unfit: how many more trials it has whose parameters do not fit its space.
    """

    name: str
    trials: Trials
    origin: Mapping[str, Any]
    records: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    n_unfit: int = 0


def load(name: str, storage: str | Path | BaseStorage) -> Stored:
    """A stored study, also one of plain Optuna's: that one with the parameters that its trials tell.

    Those are the ones that all complete trials share, and those whose existence depends on them. A parameter that is
    there for no such reason, or has several ranges, is left out, and named in the origin's ``left_out``.

    Raises:
        StudyNotFoundError: there is none of that name.
        InvalidInputError: the storage cannot be opened, or a study of Optuna's has no parameters yet.
    """
    study = find_study(open_storage(storage, must_exist=True), name)
    theirs = study.get_trials(deepcopy=False)
    space = record.space_of(study) or _told_space(name, theirs)
    trials = trials_of(study, space)
    records = {trial.number: record_of(trial) for trial in theirs}
    n_started = sum(trial.state != TrialState.WAITING for trial in theirs)
    left_out = sorted({name for trial in theirs for name in trial.distributions} - set(space))
    origin = record.origin(study) | ({"left_out": left_out} if left_out else {})
    return Stored(name, trials, origin, records, n_started - len(trials))


def _told_space(name: str, trials: Sequence[FrozenTrial]) -> Space:
    """The space that the trials of an Optuna study tell."""
    _, space = told(trials)
    if space is None:
        has_begun = any(trial.state != TrialState.WAITING for trial in trials)
        why = "has no parameter that all of its trials share" if has_begun else "has no trial yet"
        raise InvalidInputError(f"study {name!r} {why}: nothing to look at")
    return space


def record_of(trial: FrozenTrial) -> dict[str, Any]:
    """What is known of a trial besides parameters, metrics and how it ended."""
    known, steps = runner_of(trial), trial.user_attrs.get(STEPS_KEY)
    found = {
        "error": trial.user_attrs.get(ERROR_KEY),
        **noted(trial, WHERE_KEY),
        "host": known.get("host"),
        "run": known.get("run"),
        "durations": {**noted(trial, DURATIONS_KEY), "evaluate": trial.user_attrs.get(SECONDS_KEY)},
        "instead_of": trial.user_attrs.get(INSTEAD_OF_KEY),
        "steps": steps if isinstance(steps, list) else None,
    }
    return {key: value for key, value in found.items() if value is not None}


def activity(name: str, storage: str | Path | BaseStorage) -> Activity:
    """What a stored study does at this moment.

    Raises:
        StudyNotFoundError: there is none of that name.
    """
    return activity_of(find_study(open_storage(storage, must_exist=True), name))


def ask_to_stop(name: str, storage: str | Path | BaseStorage) -> None:
    """Ask every run of a study to finish what it runs, and to begin no more.

    Raises:
        StudyNotFoundError: there is none of that name.
    """
    record.ask_to_stop(find_study(open_storage(storage, must_exist=True), name))


def log_of(name: str, number: int, storage: str | Path | BaseStorage) -> tuple[list[Path], str]:
    """The files of a trial's log, and in words what else is known of how it went.

    Raises:
        StudyNotFoundError: there is no study of that name.
        InvalidInputError: it has no such trial.
    """
    trials = find_study(open_storage(storage, must_exist=True), name).get_trials(deepcopy=False)
    found = [trial for trial in trials if trial.number == number]
    if not found:
        last = f"its last is {trials[-1].number}" if trials else "it has none yet"
        raise InvalidInputError(f"study {name!r} has no trial {number}; {last}")
    known = record_of(found[0])
    files = log_files(Path(known["log"])) if "log" in known else []
    words = str(known.get("error", ""))
    if not files and "log" in known and known.get("host") != socket.gethostname():
        words = f"its log is kept on host {known.get('host')}, in {known['log']}. {words}"
    return files, words.strip()


def refit_name(name: str) -> str:
    """The study in which the best of another are trained again."""
    return f"{name}-refit"


def load_refit(name: str, storage: str | Path | BaseStorage) -> Stored | None:
    """The best of a study, trained again; None where they were not."""
    opened = open_storage(storage, must_exist=True)
    facts = facts_of(opened, refit_name(name))
    return load(refit_name(name), opened) if facts is not None and facts.get(REFIT_OF) == name else None


def matching(pattern: str, storage: str | Path | BaseStorage) -> list[str]:
    """The studies that a pattern such as ``bayes-*`` means, by their names' order; a study of that very name alone.

    One in which the best of another were trained again is no run of its own, and only meant by its name.
    """
    opened = open_storage(storage, must_exist=True)
    names = optuna.get_all_study_names(opened)
    found = [] if pattern in names else sorted(fnmatch.filter(names, pattern))
    return [name for name in found if REFIT_OF not in (facts_of(opened, name) or {})] or [pattern]
