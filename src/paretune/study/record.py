"""What a study says of itself in its storage, and whether that is what it is asked to go on with."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from typing import Any

import optuna

from paretune.adapters.optuna.history import OBJECTIVES_KEY
from paretune.errors import StudyMismatchError
from paretune.objectives import Objectives
from paretune.space import Space
from paretune.study.run_end import RunEnd

_MAX_END_TEXT = 500

SPACE_KEY, FACTS_KEY, STOPS_KEY = "paretune:space", "paretune:facts", "paretune:stops"
RUN_KEY, BEAT_KEY = "paretune:run:", "paretune:beat:"  # and the run's name: two runs never write one attribute


def settle(study: optuna.Study, space: Space, objectives: Objectives, facts: Mapping[str, Any]) -> None:
    """Write into a new study what it is, or see that a stored one is the one that is meant.

    Raises:
        StudyMismatchError: it is not; the message shows the first difference.
    """
    wanted = [o.goal for o in objectives]
    found = [direction.name.lower() for direction in study.directions]
    if found != wanted:
        raise StudyMismatchError(
            f"study {study.study_name!r} has the directions {', '.join(found)}, not {', '.join(wanted)}: "
            "choose another study name"
        )
    if is_blank(study):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            study.set_metric_names(list(objectives.names))  # for Optuna's dashboard
        study.set_user_attr(OBJECTIVES_KEY, objectives.to_dict())
        study.set_user_attr(FACTS_KEY, dict(facts))
        study.set_user_attr(SPACE_KEY, space.to_dict())  # last: what has a space is whole
    else:
        _check(study, space, objectives, facts)


def is_blank(study: optuna.Study) -> bool:
    """Whether nobody has said yet what the study is: it is new, or its maker died at once."""
    return SPACE_KEY not in study.user_attrs and not study.get_trials(deepcopy=False)


def _check(study: optuna.Study, space: Space, objectives: Objectives, facts: Mapping[str, Any]) -> None:
    stored = {key: study.user_attrs.get(key) for key in (SPACE_KEY, OBJECTIVES_KEY, FACTS_KEY)}
    if stored[SPACE_KEY] is None:
        raise StudyMismatchError(f"study {study.study_name!r} was not made by Paretune: choose another name")
    asked = {SPACE_KEY: space.to_dict(), OBJECTIVES_KEY: objectives.to_dict(), FACTS_KEY: dict(facts)}
    for key, what in ((FACTS_KEY, "setting"), (SPACE_KEY, "parameter"), (OBJECTIVES_KEY, "objective")):
        before, now = _flat(stored[key]), _flat(asked[key])
        for name in [*before, *now]:
            if before.get(name) != now.get(name):
                raise StudyMismatchError(
                    f"study {study.study_name!r} has the {what} {name} = {_shown(before, name)}, "
                    f"not {_shown(now, name)}: choose another study name, or ask for what it has"
                )


def space_of(study: optuna.Study) -> Space | None:
    """The space that was written into a study; None where Paretune did not make it."""
    described = study.user_attrs.get(SPACE_KEY)
    return None if described is None else Space.from_dict(described)


def facts(study: optuna.Study) -> dict[str, Any]:
    """What must be the same when the study goes on."""
    return dict(study.user_attrs.get(FACTS_KEY, {}))


def add_run(study: optuna.Study, run: str, described: Mapping[str, Any]) -> None:
    """Note that someone goes on with the study: searcher, seed, command, environment, from which trial on."""
    study.set_user_attr(RUN_KEY + run, dict(described))


def end_run(study: optuna.Study, run: str, end: RunEnd | None) -> None:
    """Write down why a run ended."""
    described = study.user_attrs.get(RUN_KEY + run)
    if described is not None and end is not None:
        study.set_user_attr(RUN_KEY + run, {**described, "ended": end.stored_text[:_MAX_END_TEXT]})


def runs(study: optuna.Study) -> list[dict[str, Any]]:
    """Who went on with the study, in order; ``signed`` are the names under which its trials know it."""
    found = [dict(value) for key, value in study.user_attrs.items() if key.startswith(RUN_KEY)]
    return sorted(found, key=lambda run: (run["started"], run["from_trial"]))


def beat(study: optuna.Study, run: str, count: int) -> None:
    """Show that a run lives."""
    study.set_user_attr(BEAT_KEY + run, count)


def beats(study: optuna.Study) -> dict[str, int]:
    """The last beat of each run."""
    return {key.removeprefix(BEAT_KEY): n for key, n in study.user_attrs.items() if key.startswith(BEAT_KEY)}


def ask_to_stop(study: optuna.Study) -> None:
    """Ask every run of the study to finish what it runs, and to begin no more."""
    study.set_user_attr(STOPS_KEY, n_stops(study) + 1)


def n_stops(study: optuna.Study) -> int:
    """How often the study was asked to stop; a run stops where it has become more often since it began."""
    return int(study.user_attrs.get(STOPS_KEY, 0))


def origin(study: optuna.Study) -> dict[str, Any]:
    """Facts and runs, for the report."""
    return {"study": study.study_name, **facts(study), "runs": runs(study)}


def _flat(value: Any, prefix: str = "") -> dict[str, Any]:
    if isinstance(value, Mapping):
        return {
            k: v for name, part in value.items() for k, v in _flat(part, f"{prefix}.{name}" if prefix else name).items()
        }
    return {prefix: json.loads(json.dumps(value))}


def _shown(flat: Mapping[str, Any], name: str) -> str:
    return json.dumps(flat[name]) if name in flat else "nothing"
