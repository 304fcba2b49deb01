"""The record of a study in its storage: its definition, its runs, their heartbeats, and requests to stop."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from typing import Any

import optuna

from paretune.adapters.optuna.keys import (
    FACTS_KEY,
    HEARTBEAT_KEY,
    OBJECTIVES_KEY,
    PROPOSALS_KEY,
    RUN_KEY,
    SPACE_KEY,
    STOPS_KEY,
)
from paretune.errors import InvalidInputError, StudyMismatchError
from paretune.objectives import Objectives
from paretune.space import Space
from paretune.study.run_end import RunEnd
from paretune.workloads.proposals import Proposals

_MAX_END_TEXT = 500


def create_or_check(study: optuna.Study, space: Space, objectives: Objectives, facts: Mapping[str, Any]) -> None:
    """Write the definition of a new study, or check that a stored study has this definition.

    Raises:
        StudyMismatchError: it has another one; the message shows the first difference.
    """
    expected = [o.goal for o in objectives]
    found = [direction.name.lower() for direction in study.directions]
    if found != expected:
        raise StudyMismatchError(
            f"study {study.study_name!r} has the directions {', '.join(found)}, not {', '.join(expected)}: "
            "choose another study name"
        )
    if is_undefined(study):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            study.set_metric_names(list(objectives.names))  # for Optuna's dashboard
        study.set_user_attr(OBJECTIVES_KEY, objectives.to_dict())
        study.set_user_attr(FACTS_KEY, dict(facts))
        study.set_user_attr(SPACE_KEY, space.to_dict())  # last: a study with a space is complete
    else:
        _check(study, space, objectives, facts)


def is_undefined(study: optuna.Study) -> bool:
    """Whether a study has neither a definition nor trials: it is new, or its process died at once."""
    return SPACE_KEY not in study.user_attrs and not study.get_trials(deepcopy=False)


def _check(study: optuna.Study, space: Space, objectives: Objectives, facts: Mapping[str, Any]) -> None:
    stored = {key: study.user_attrs.get(key) for key in (SPACE_KEY, OBJECTIVES_KEY, FACTS_KEY)}
    if stored[SPACE_KEY] is None:
        raise StudyMismatchError(f"study {study.study_name!r} was not made by Paretune: choose another name")
    expected = {SPACE_KEY: space.to_dict(), OBJECTIVES_KEY: objectives.to_dict(), FACTS_KEY: dict(facts)}
    for key, what in ((FACTS_KEY, "setting"), (SPACE_KEY, "parameter"), (OBJECTIVES_KEY, "objective")):
        before, now = _flat(stored[key]), _flat(expected[key])
        for name in [*before, *now]:
            if before.get(name) != now.get(name):
                raise StudyMismatchError(
                    f"study {study.study_name!r} has the {what} {name} = {_shown(before, name)}, "
                    f"not {_shown(now, name)}: choose another study name, or give the value that it has"
                )


def check_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts as a storage returns them: tuples become lists, and keys become texts.

    Raises:
        InvalidInputError: a value is not one that JSON can hold.
    """
    try:
        stored: dict[str, Any] = json.loads(json.dumps(facts))
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"facts must be JSON values, such as numbers, strings and lists: {error}") from error
    return stored


def space_of(study: optuna.Study) -> Space | None:
    """The space in a study's record; None where Paretune did not create the study."""
    described = study.user_attrs.get(SPACE_KEY)
    return None if described is None else Space.from_dict(described)


def facts(study: optuna.Study) -> dict[str, Any]:
    """What must be the same when the study is resumed, besides space and objectives."""
    return dict(study.user_attrs.get(FACTS_KEY, {}))


def set_limits(study: optuna.Study, objectives: Objectives) -> None:
    """Write the objectives with other limits; a study of a workload keeps them for its next run, too."""
    stored = facts(study)
    if "workload" in stored:
        limits = dict(zip(("at_least", "at_most"), objectives.limits_by_name, strict=True))
        study.set_user_attr(FACTS_KEY, {**stored, "limits": limits})
    study.set_user_attr(OBJECTIVES_KEY, objectives.to_dict())


def add_run(study: optuna.Study, run: str, described: Mapping[str, Any]) -> None:
    """Write down that a run begins: searcher, seed, command, environment, and its first trial."""
    study.set_user_attr(RUN_KEY + run, dict(described))


def end_run(study: optuna.Study, run: str, end: RunEnd | None) -> None:
    """Write down why a run ended."""
    described = study.user_attrs.get(RUN_KEY + run)
    if described is not None and end is not None:
        study.set_user_attr(RUN_KEY + run, {**described, "ended": end.stored_text[:_MAX_END_TEXT]})


def runs(study: optuna.Study) -> list[dict[str, Any]]:
    """The runs in order; ``signed`` are the names of a run's runners, which its trials have."""
    found = [dict(value) for key, value in study.user_attrs.items() if key.startswith(RUN_KEY)]
    return sorted(found, key=lambda run: (run["started"], run["from_trial"]))


def write_heartbeat(study: optuna.Study, run: str, count: int) -> None:
    """Store a run's next heartbeat."""
    study.set_user_attr(HEARTBEAT_KEY + run, count)


def read_heartbeats(study: optuna.Study) -> dict[str, int]:
    """The last heartbeat of each run."""
    return {key.removeprefix(HEARTBEAT_KEY): n for key, n in study.user_attrs.items() if key.startswith(HEARTBEAT_KEY)}


def request_stop(study: optuna.Study) -> None:
    """Ask every run of the study to finish its running trials, and to begin no more."""
    study.set_user_attr(STOPS_KEY, n_stop_requests(study) + 1)


def n_stop_requests(study: optuna.Study) -> int:
    """How often the study was asked to stop; a run ends when this grows."""
    return int(study.user_attrs.get(STOPS_KEY, 0))


def origin(study: optuna.Study) -> dict[str, Any]:
    """Where the study's trials come from: its facts, a search before the first trial if there was one, and its runs."""
    found = read_proposals(study)
    described = {} if found is None else {"proposals": {**found.to_dict(), "configurations": len(found.configurations)}}
    return {"study": study.study_name, **facts(study), **described, "runs": runs(study)}


def read_proposals(study: optuna.Study) -> Proposals | None:
    """What a search before the first trial has found; None without one."""
    stored = study.user_attrs.get(PROPOSALS_KEY)
    return None if stored is None else Proposals.from_dict(stored)


def write_proposals(study: optuna.Study, found: Proposals) -> None:
    """Write down what a search before the first trial has found."""
    study.set_user_attr(PROPOSALS_KEY, found.to_dict())


def _flat(value: Any, prefix: str = "") -> dict[str, Any]:
    if isinstance(value, Mapping):
        return {
            k: v for name, part in value.items() for k, v in _flat(part, f"{prefix}.{name}" if prefix else name).items()
        }
    return {prefix: json.loads(json.dumps(value))}


def _shown(flat: Mapping[str, Any], name: str) -> str:
    return json.dumps(flat[name]) if name in flat else "nothing"
