"""Write whole trials in one transaction, where Optuna's public methods commit each parameter and attribute.

Like `internals`, this module uses private names of Optuna: the models of its database. Every version of Optuna reads
what is written here. Storages without a database are written by the public methods.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import optuna
from optuna.distributions import distribution_to_json
from optuna.storages import RDBStorage
from optuna.storages._rdb import models
from optuna.storages._rdb.storage import _create_scoped_session
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.internals import study_storage, unwrapped_storage


@dataclass(frozen=True)
class TrialEnd:
    """What is written when a trial ends.

    Args:
        state: its last state.
        values: one number per objective; None unless it is complete.
        user_attrs: user attributes to set.
        system_attrs: system attributes to set.
    """

    state: TrialState
    values: Sequence[float] | None = None
    user_attrs: Mapping[str, Any] = field(default_factory=dict)
    system_attrs: Mapping[str, Any] = field(default_factory=dict)


def create_trials(
    study: optuna.Study, templates: Sequence[FrozenTrial], study_attributes: Mapping[str, Any] | None = None
) -> list[int]:
    """Create trials in one transaction.

    Args:
        study: the study. The parameters' distributions must be those of its earlier trials.
        templates: the trials, such as `optuna.create_trial` returns them.
        study_attributes: new user attributes of the study, set in the same transaction.

    Returns:
        Their numbers.
    """
    storage = study_storage(study)
    backend = unwrapped_storage(storage)
    study_id = study._study_id  # noqa: SLF001 (see the module)
    if not isinstance(backend, RDBStorage):
        ids = [storage.create_new_trial(study_id, template_trial=template) for template in templates]
        for key, value in (study_attributes or {}).items():
            storage.set_study_user_attr(study_id, key, value)
        return [storage.get_trial_number_from_id(trial_id) for trial_id in ids]
    with _create_scoped_session(backend.scoped_session) as session:
        models.StudyModel.find_or_raise_by_id(study_id, session, for_update=True)  # so that numbers are unique
        created = [_add_trial(session, study_id, template) for template in templates]
        first = created[0].count_past_trials(session) if created else 0
        for number, model in enumerate(created, first):
            model.number = number
        for key, value in (study_attributes or {}).items():
            session.add(models.StudyUserAttributeModel(study_id=study_id, key=key, value_json=json.dumps(value)))
        return list(range(first, first + len(created)))


def finish_trial(study: optuna.Study, trial: FrozenTrial, end: TrialEnd) -> None:
    """Finish a running trial in one transaction, with all that is to be stored of it.

    Raises:
        UpdateFinishedTrialError: it has ended already.
    """
    values = None if end.values is None else list(end.values)
    study.sampler.after_trial(study, trial, end.state, values)
    storage, trial_id = study_storage(study), trial._trial_id  # noqa: SLF001 (see the module)
    backend = unwrapped_storage(storage)
    if not isinstance(backend, RDBStorage):
        for key, value in end.user_attrs.items():
            storage.set_trial_user_attr(trial_id, key, value)
        for key, value in end.system_attrs.items():
            storage.set_trial_system_attr(trial_id, key, value)
        storage.set_trial_state_values(trial_id, end.state, values)
        return
    with _create_scoped_session(backend.scoped_session) as session:
        model: Any = models.TrialModel.find_or_raise_by_id(trial_id, session, for_update=True)
        backend.check_trial_is_updatable(trial_id, model.state)
        _set_attributes(session, models.TrialUserAttributeModel, trial_id, end.user_attrs)
        _set_attributes(session, models.TrialSystemAttributeModel, trial_id, end.system_attrs)
        session.add_all(_value_models(trial_id, values or ()))
        model.state, model.datetime_complete = end.state, datetime.now()


def _add_trial(session: Any, study_id: int, template: FrozenTrial) -> Any:
    model: Any = models.TrialModel(
        study_id=study_id,
        number=None,
        state=template.state,
        datetime_start=template.datetime_start,
        datetime_complete=template.datetime_complete,
    )
    session.add(model)
    session.flush()  # gives the trial its id
    trial_id = model.trial_id
    for name, value in template.params.items():
        distribution = template.distributions[name]
        session.add(
            models.TrialParamModel(
                trial_id=trial_id,
                param_name=name,
                param_value=distribution.to_internal_repr(value),
                distribution_json=distribution_to_json(distribution),
            )
        )
    for kind, attributes in (
        (models.TrialUserAttributeModel, template.user_attrs),
        (models.TrialSystemAttributeModel, template.system_attrs),
    ):
        session.add_all(kind(trial_id=trial_id, key=key, value_json=json.dumps(v)) for key, v in attributes.items())
    session.add_all(_value_models(trial_id, template.values or ()))
    return model


def _set_attributes(session: Any, kind: Any, trial_id: int, attributes: Mapping[str, Any]) -> None:
    stored = {row.key: row for row in session.query(kind).filter(kind.trial_id == trial_id)}
    for key, value in attributes.items():
        if key in stored:
            stored[key].value_json = json.dumps(value)
        else:
            session.add(kind(trial_id=trial_id, key=key, value_json=json.dumps(value)))


def _value_models(trial_id: int, values: Sequence[float]) -> list[Any]:
    rows = []
    for objective, value in enumerate(values):
        stored, value_type = models.TrialValueModel.value_to_stored_repr(value)
        rows.append(models.TrialValueModel(trial_id=trial_id, objective=objective, value=stored, value_type=value_type))
    return rows
