"""Read trials from Optuna's tables row by row, several times as quickly as through its mapped objects.

Optuna reads every unfinished trial anew each time it reads a study. Like `internals`, this module uses private names of
Optuna: the models of its database.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy
from optuna.distributions import BaseDistribution, json_to_distribution
from optuna.storages import RDBStorage
from optuna.storages._rdb import models
from optuna.storages._rdb.storage import _create_scoped_session
from optuna.trial import FrozenTrial

_TRIALS: Any = models.TrialModel
_CHUNK = 500  # ids in one query; SQLite allows 999 variables in old versions


def read_trials(storage: RDBStorage, study_id: int, ids: Collection[int], after: int) -> list[FrozenTrial]:
    """Read some trials of a study, as `RDBStorage._get_trials` does.

    Args:
        storage: the storage.
        study_id: Optuna's id of the study.
        ids: Optuna's ids of trials to read.
        after: trials with larger ids are read, too.

    Returns:
        The trials, by id.

    Raises:
        KeyError: there is no such study.
    """
    with _create_scoped_session(storage.scoped_session) as session:
        models.StudyModel.find_or_raise_by_id(study_id, session)
        is_new = sqlalchemy.and_(_TRIALS.study_id == study_id, _TRIALS.trial_id > after)
        parts = [_read_trials(session, is_new)]
        parts += [_read_trials(session, _TRIALS.trial_id.in_(chunk)) for chunk in _chunks(ids, after)]
    return sorted((trial for part in parts for trial in part), key=lambda trial: trial._trial_id)  # noqa: SLF001


def read_trial(storage: RDBStorage, trial_id: int) -> FrozenTrial:
    """Read a trial by Optuna's id, as `RDBStorage.get_trial` does.

    Raises:
        KeyError: there is none.
    """
    with _create_scoped_session(storage.scoped_session) as session:
        found = _read_trials(session, _TRIALS.trial_id == trial_id)
    if not found:
        raise KeyError(f"there is no trial with the id {trial_id}")
    return found[0]


def _chunks(ids: Collection[int], after: int) -> Iterator[list[int]]:
    wanted = sorted(trial_id for trial_id in ids if trial_id <= after)
    for start in range(0, len(wanted), _CHUNK):
        yield wanted[start : start + _CHUNK]


def _read_trials(session: Any, condition: Any) -> list[FrozenTrial]:
    rows = session.query(_TRIALS).filter(condition).all()  # mapped, since Optuna converts their times
    if not rows:
        return []
    params = _rows_by_trial(session, models.TrialParamModel, condition, "param_id")
    values = _rows_by_trial(session, models.TrialValueModel, condition)
    user_attrs = _rows_by_trial(session, models.TrialUserAttributeModel, condition)
    system_attrs = _rows_by_trial(session, models.TrialSystemAttributeModel, condition)
    steps = _rows_by_trial(session, models.TrialIntermediateValueModel, condition)
    return [
        _make_trial(
            row,
            params.get(row.trial_id, ()),
            values.get(row.trial_id, ()),
            (user_attrs.get(row.trial_id, ()), system_attrs.get(row.trial_id, ())),
            steps.get(row.trial_id, ()),
        )
        for row in rows
    ]


def _rows_by_trial(session: Any, model: Any, condition: Any, order: str = "") -> dict[int, list[Any]]:
    table = model.__table__
    query = sqlalchemy.select(table).where(table.c.trial_id.in_(sqlalchemy.select(_TRIALS.trial_id).where(condition)))
    found: dict[int, list[Any]] = {}
    for row in session.execute(query.order_by(table.c[order]) if order else query):
        found.setdefault(row.trial_id, []).append(row)
    return found


def _make_trial(
    row: Any, params: Collection[Any], values: Collection[Any], attributes: tuple[Any, Any], steps: Collection[Any]
) -> FrozenTrial:
    distributions = {p.param_name: _distribution(p.distribution_json) for p in params}
    user_attrs, system_attrs = attributes
    to_value, to_step = (
        models.TrialValueModel.stored_repr_to_value,
        models.TrialIntermediateValueModel.stored_repr_to_intermediate_value,
    )
    return FrozenTrial(
        number=row.number,
        state=row.state,
        value=None,
        values=[to_value(v.value, v.value_type) for v in sorted(values, key=lambda v: v.objective)] or None,
        datetime_start=row.datetime_start,
        datetime_complete=row.datetime_complete,
        params={p.param_name: distributions[p.param_name].to_external_repr(p.param_value) for p in params},
        distributions=distributions,
        user_attrs={a.key: json.loads(a.value_json) for a in user_attrs},
        system_attrs={a.key: json.loads(a.value_json) for a in system_attrs},
        intermediate_values={s.step: to_step(s.intermediate_value, s.intermediate_value_type) for s in steps},
        trial_id=row.trial_id,
    )


@functools.lru_cache(maxsize=4096)
def _distribution(text: str) -> BaseDistribution:
    """A distribution; nothing changes one, so that trials may share it."""
    return json_to_distribution(text)
