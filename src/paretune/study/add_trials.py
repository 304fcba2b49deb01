"""Add trials from elsewhere to a stored study, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import numpy as np
import optuna
from numpy.typing import NDArray
from optuna.trial import FrozenTrial

from paretune.adapters.optuna.frozen_trials import to_frozen_trials
from paretune.adapters.optuna.history import read_trials
from paretune.adapters.optuna.keys import ADDED_KEY
from paretune.errors import InvalidInputError
from paretune.study import record
from paretune.study.ledger import Ledger
from paretune.study.run_end import EndKind, RunEnd
from paretune.study.run_entry import RunEntry
from paretune.trials import Trials
from paretune.trials.duplicates import find_known


@dataclass(frozen=True)
class TrialSource:
    """Where added trials come from.

    Args:
        name: for messages and the report.
        sha256: hash of their content, which is not added twice; empty if it may be.
        runs: the records of the runs that made them; without any, one record names the source.
        skips_known: whether trials that the study has already are left out.
    """

    name: str
    sha256: str = ""
    runs: Sequence[Mapping[str, Any]] = ()
    skips_known: bool = False


def add_trials(ledger: Ledger, trials: Trials, source: TrialSource, entry: RunEntry) -> int:
    """Add the trials that the study does not have yet; pending ones are left out.

    Args:
        ledger: the study's trials.
        trials: trials of the study's space and objectives.
        source: where they come from.
        entry: how this process was started.

    Returns:
        How many were added.

    Raises:
        InvalidInputError: a configuration is not in the space, the objectives differ, or the same content was added
            before.
    """
    study = ledger.study
    checked = _check_trials(ledger, trials[~trials.is_pending], source.name)
    frozen = to_frozen_trials(checked)
    was_begun = bool(source.sha256) and source.sha256 in [run.get("sha256") for run in record.runs(study)]
    is_known = _find_known(ledger, checked, source) if source.skips_known else np.zeros(len(frozen), bool)
    if len(frozen) and is_known.all():
        return 0
    if not was_begun:
        for run in source.runs or [_import_run(source.name, ledger.n_counted(), int((~is_known).sum()), entry)]:
            record.add_run(study, uuid4().hex, {**run, "sha256": source.sha256})
    added = _mark_rows(study, frozen, source.sha256) if source.sha256 else np.zeros(len(frozen), bool)
    missing = [frozen[row] for row in np.flatnonzero(~added & ~is_known).tolist()]
    if was_begun and not missing:
        raise InvalidInputError(f"{source.name} was added to study {study.study_name!r} before: nothing was added")
    study.add_trials(missing)
    return len(missing)


def _check_trials(ledger: Ledger, trials: Trials, source: str) -> Trials:
    """The trials in the study's space.

    Raises:
        InvalidInputError: the objectives differ, or a configuration is not in the space.
    """
    study = ledger.study.study_name
    if trials.objectives.names != ledger.objectives.names:
        raise InvalidInputError(
            f"{source} has the objectives {', '.join(trials.objectives.names)}, "
            f"but study {study!r} has {', '.join(ledger.objectives.names)}"
        )
    params = []
    for number, configuration in zip(trials.numbers.tolist(), trials.params, strict=True):
        try:
            params.append(ledger.space.check(configuration))
        except InvalidInputError as error:
            raise InvalidInputError(f"{source}, trial {number} does not fit study {study!r}: {error}") from None
    return replace(trials, space=ledger.space, params=tuple(params))


def _import_run(source: str, n_before: int, n: int, entry: RunEntry) -> dict[str, Any]:
    """The record of an import, as a run without a searcher."""
    ended = RunEnd(EndKind.ALL_TRIALS, {"n_trials": n}).stored_text
    return {**entry.describe(n_before), "searcher": f"added from {source}", "workers": 0, "ended": ended}


def _find_known(ledger: Ledger, trials: Trials, source: TrialSource) -> NDArray[np.bool_]:
    """Mark the trials that the study has from elsewhere than from this source."""
    others = [
        trial
        for trial in ledger.stored_trials()
        if trial.state.is_finished() and trial.user_attrs.get(ADDED_KEY, [""])[0] != (source.sha256 or None)
    ]
    return find_known(trials, read_trials(ledger.study, ledger.space, ledger.objectives, known=others))


def _mark_rows(study: optuna.Study, imported: Sequence[FrozenTrial], sha256: str) -> NDArray[np.bool_]:
    """Mark each trial with its row in the file; return which rows the study has from an earlier, interrupted import."""
    known = study.get_trials(deepcopy=False)
    present = {tuple(trial.user_attrs[ADDED_KEY]) for trial in known if ADDED_KEY in trial.user_attrs}
    for row, trial in enumerate(imported):
        trial.set_user_attr(ADDED_KEY, [sha256, row])
    return np.array([(sha256, row) in present for row in range(len(imported))], bool)
