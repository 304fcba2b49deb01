"""Study files: a space, objectives and a command, each checked with its line in messages."""

from __future__ import annotations

import bisect
import itertools
import re
import shlex
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from paretune.errors import InvalidInputError, did_you_mean
from paretune.evaluation.contract import STEP
from paretune.objectives import Maximize, Minimize, Objective, Objectives
from paretune.objectives.utility import Utility
from paretune.space import Categorical, Float, Int, Parameter, Space
from paretune.space.values import check_number
from paretune.workloads.commands.command import Command, find_program
from paretune.workloads.commands.yaml_with_lines import ValueWithLine, read_yaml
from paretune.workloads.workload import PreparedWorkload, Workload

_KINDS: dict[str, type[Float | Int | Categorical]] = {kind.type: kind for kind in (Float, Int, Categorical)}
_GOALS: dict[str, type[Objective]] = {kind.goal: kind for kind in (Maximize, Minimize)}
_NEEDED = ("space", "objectives", "command")
MAX_PARAMETERS = 1_000
_EXAMPLE = "[python, train.py]"
_EXPRESSION = "expression"  # of an objective that is computed of other metrics
_TIMES = {"timeout": "a trial may take", "time_to_stop": "the program may take to end once PARETUNE_STOP exists"}
_OPTIONAL = ("name", *_TIMES, "run", "constraints", "first", "changeable")


def is_study_file(word: str) -> bool:
    """Whether a word of the command line is the path of a study file, not the name of a workload.

    Example:
        >>> is_study_file("study.yaml"), is_study_file("diatoms")
        (True, False)
    """
    return word.endswith((".yaml", ".yml")) or "/" in word


def read_study_file(path: str | Path) -> Workload:
    """Read a study file and make its workload; see `docs/commands.md`.

    Raises:
        InvalidInputError: an entry is not valid, or the program does not exist; the message names the line.
    """
    top = read_yaml(Path(path)).entries("a study file", _NEEDED, (*_NEEDED, *_OPTIONAL))
    space, objectives = _space(top["space"], top.get("constraints")), _objectives(top["objectives"])
    _check_names(space, objectives, top)
    times = _times(top)
    utilities = _utilities(top["objectives"])
    printed = tuple(name for name in objectives.names if name not in utilities)
    folder = Path(path).absolute().parent
    command = Command(_words(top["command"]), folder, printed, utilities=utilities, **times)
    expressions = {name: utility.text for name, utility in utilities.items()}
    timeout = {name: seconds for name, seconds in times.items() if name == "timeout"}
    try:
        find_program(command.words[0], command.folder)
    except InvalidInputError as error:
        raise top["command"].error(str(error)) from error
    name = _name(top, Path(path).stem)

    def prepare(_options: Mapping[str, Any], data_dir: Path | None) -> PreparedWorkload:
        if data_dir is not None:
            raise InvalidInputError(f"{path} names its data itself: leave --data-dir out")
        return PreparedWorkload(command.evaluate)

    return Workload(
        name=name,
        summary=f"{shlex.join(command.words)}, from {path}",
        space=space,
        objectives=objectives,
        prepare=prepare,
        first=_first_configurations(space, top.get("first")),
        changeable=_changeable(space, top.get("changeable")),
        facts={
            "program": {"command": shlex.join(command.words), **timeout},
            **({"utilities": expressions} if expressions else {}),
        },
        run_defaults=_run(top),
    )


def _space(described: ValueWithLine, constraints: ValueWithLine | None) -> Space:
    entries = described.mapping("space", "x: {type: float, low: 0, high: 1}")
    if len(entries) > MAX_PARAMETERS:
        culprit = list(entries.values())[MAX_PARAMETERS]
        raise culprit.error(f"space has {len(entries):,} parameters, but at most {MAX_PARAMETERS:,} can be searched")
    parameters = {name: _parameter(name, entry) for name, entry in entries.items()}
    try:
        space = Space(parameters)
    except InvalidInputError as error:  # about conditions between parameters; the rest was checked
        culprit = list(entries.values())[_first_wrong(parameters)]
        raise culprit.value.get("when", culprit).error(str(error)) from error
    return space if constraints is None else _constrained(space, constraints)


def _constrained(space: Space, described: ValueWithLine) -> Space:
    """Add the constraints one after the other, so that a message has the line of the first that does not fit."""
    for entry in _list("constraints", "{weights: {x: 1, y: 1}, at_most: 1.5}", described):
        try:
            space = Space(space, [*space.constraints, entry.to_plain()])
        except InvalidInputError as error:
            raise entry.error(str(error)) from error
    return space


def _list(name: str, example: str, described: ValueWithLine) -> list[ValueWithLine]:
    if not isinstance(described.value, list):
        raise described.error(f"{name} must be a list, such as [{example}], but is {described.to_plain()!r}")
    return described.value


def _first_configurations(space: Space, described: ValueWithLine | None) -> tuple[dict[str, Any], ...]:
    """The configurations that are tried first."""
    found = []
    for entry in [] if described is None else _list("first", "{x: 0.5, y: 1}", described):
        try:
            found.append(space.check(entry.to_plain()))
        except InvalidInputError as error:
            raise entry.error(str(error)) from error
    return tuple(found)


def _changeable(space: Space, described: ValueWithLine | None) -> tuple[str, ...]:
    """The parameters that may change while a training goes on."""
    entries = [] if described is None else _list("changeable", "learning_rate", described)
    for entry in entries:
        name = entry.to_plain()
        if name not in list(space):
            near = did_you_mean(str(name), space)
            raise entry.error(f"changeable names {name!r}{near}, but the parameters are {', '.join(space)}")
    return tuple(entry.to_plain() for entry in entries)


def _first_wrong(parameters: Mapping[str, Parameter]) -> int:
    """Return the place of the first parameter with which those before it are no space; found by bisection."""

    def n_wrong(n: int) -> int:
        try:
            Space(dict(itertools.islice(parameters.items(), n)))
        except InvalidInputError:
            return 1
        return 0

    return bisect.bisect_left(range(1, len(parameters) + 1), 1, key=n_wrong)


def _parameter(name: str, entry: ValueWithLine) -> Parameter:
    kind = _KINDS[_choice(name, entry, "type", _KINDS)]
    known = [f.name for f in fields(kind)]
    needed = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    parts = entry.entries(f"{name}, a {kind.type},", ["type", *needed], ["type", *known])
    for key, part in parts.items():
        _check_kind(name, key, part)
    try:
        return kind(**{key: part.to_plain() for key, part in parts.items() if key != "type"})
    except InvalidInputError as error:
        culprit = next((parts[word] for word in re.findall(r"\w+", str(error)) if word in parts), entry)
        raise culprit.error(f"{name}: {error}") from error


def _check_kind(name: str, key: str, part: ValueWithLine) -> None:
    """Check the types that a parameter does not check itself."""
    if key == "log" and not isinstance(part.value, bool):
        raise part.error(f"{name}: log must be true or false, but is {part.to_plain()!r}")
    if key == "ordered" and not (part.value is None or isinstance(part.value, bool)):
        raise part.error(f"{name}: ordered must be true or false, but is {part.to_plain()!r}")
    if key == "when" and not isinstance(part.value, dict):
        raise part.error(
            f"{name}: when must be a parameter with its value, such as {{c: a}}, but is {part.to_plain()!r}"
        )


def _objectives(described: ValueWithLine) -> Objectives:
    objectives = []
    for name, entry in described.mapping("objectives", "accuracy: {goal: maximize}").items():
        if name == STEP:
            raise entry.error(f"an objective cannot be named {STEP!r}, which marks intermediate metrics: rename it")
        objectives.append(_objective(name, entry))
    return Objectives(objectives)


def _objective(name: str, entry: ValueWithLine) -> Objective:
    goal = _choice(name, entry, "goal", _GOALS)
    limit = "at_least" if goal == Maximize.goal else "at_most"
    parts = entry.entries(f"{name}, to {goal},", ["goal"], ["goal", limit, "unit", _EXPRESSION])
    if "unit" in parts and not isinstance(parts["unit"].value, str):
        raise parts["unit"].error(f"{name}: unit must be text, but is {parts['unit'].to_plain()!r}")
    arguments = {key: part.to_plain() for key, part in parts.items() if key not in ("goal", _EXPRESSION)}
    try:
        if arguments.get(limit) is not None:
            arguments[limit] = check_number(limit, arguments[limit])
        return _GOALS[goal](name, **arguments)
    except InvalidInputError as error:
        raise parts.get(limit, entry).error(f"{name}: {error}") from error


def _utilities(described: ValueWithLine) -> dict[str, Utility]:
    """The objectives that are computed of other metrics, by name."""
    entries = {name: entry.value for name, entry in described.value.items()}
    utilities = {}
    for name, parts in entries.items():
        if _EXPRESSION in parts:
            try:
                utilities[name] = Utility(parts[_EXPRESSION].to_plain())
            except InvalidInputError as error:
                raise parts[_EXPRESSION].error(f"{name}: {error}") from error
            if computed := [word for word in utilities[name].names if _EXPRESSION in entries.get(word, {})]:
                raise parts[_EXPRESSION].error(f"{name}: {computed[0]} is computed itself: name metrics of the program")
    return utilities


def _choice(name: str, entry: ValueWithLine, key: str, known: Mapping[str, Any]) -> str:
    """The value of the key that determines the other keys, such as ``type``."""
    parts = entry.mapping(name, f"{{{key}: {next(iter(known))}, ...}}")
    if key not in parts:
        raise entry.error(f"{name} needs {key!r}: one of {', '.join(known)}")
    value = parts[key].to_plain()
    if not isinstance(value, str) or value not in known:
        raise parts[key].error(
            f"{name}: {key} must be one of {', '.join(known)}, but is {value!r}{did_you_mean(value, known)}"
        )
    return value


def _check_names(space: Space, objectives: Objectives, top: Mapping[str, ValueWithLine]) -> None:
    from paretune.trials import check_column_names  # noqa: PLC0415 (loads pandas: a built-in workload has no such file)

    try:
        check_column_names(space, objectives)
    except InvalidInputError as error:
        named = {**top["space"].value, **top["objectives"].value}
        culprit = next((entry for name, entry in named.items() if repr(name) in str(error)), top["space"])
        raise culprit.error(str(error)) from error


def _words(described: ValueWithLine) -> tuple[str, ...]:
    """The program and its arguments."""
    words = _words_from_list(described) if isinstance(described.value, list) else _words_from_text(described)
    if not words or not words[0]:
        raise described.error(f"command is empty: give a program and its arguments, such as {_EXAMPLE}")
    if any("\0" in word for word in words):
        raise described.error("command contains the character NUL, which no program accepts: leave it out")
    return words


def _words_from_list(described: ValueWithLine) -> tuple[str, ...]:
    for part in described.value:
        if part.value is None or isinstance(part.value, (list, dict)):
            raise part.error(f"command must be a list of words, such as {_EXAMPLE}, but has {part.to_plain()!r} in it")
    return tuple(part.text for part in described.value)


def _words_from_text(described: ValueWithLine) -> tuple[str, ...]:
    if not isinstance(described.value, str | None):
        raise described.error(f"command must be a list of words, such as {_EXAMPLE}, but is {described.to_plain()!r}")
    try:
        return tuple(shlex.split(described.value or ""))
    except ValueError as error:
        raise described.error(f"command cannot be split into words: {error}; write a list: {_EXAMPLE}") from error


def _times(top: Mapping[str, ValueWithLine]) -> dict[str, float]:
    """The seconds that are given, by name."""
    return {name: _seconds(name, meaning, top[name]) for name, meaning in _TIMES.items() if name in top}


def _seconds(name: str, meaning: str, described: ValueWithLine) -> float:
    try:
        seconds = check_number(name, described.to_plain())
    except InvalidInputError as error:
        raise described.error(f"{error}; give the seconds {meaning}, such as 600") from error
    if seconds <= 0:
        raise described.error(f"{name} must be more than 0 seconds, but is {seconds:g}")
    return seconds


def _run(top: Mapping[str, ValueWithLine]) -> dict[str, ValueWithLine]:
    """The options of ``paretune run``; the command line checks their names and values."""
    return top["run"].mapping("run", "trials: 100") if "run" in top else {}


def _name(top: Mapping[str, ValueWithLine], default: str) -> str:
    if "name" not in top:
        return default
    name = top["name"].value
    if not isinstance(name, str) or not name.strip():
        raise top["name"].error(f"name must be a word, but is {top['name'].to_plain()!r}")
    return name
