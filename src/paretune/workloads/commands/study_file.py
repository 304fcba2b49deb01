"""What does a study file ask for? A space, objectives and a command, each checked at its line."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from paretune.errors import InvalidInputError
from paretune.objectives import Maximize, Minimize, Objective, Objectives
from paretune.space import Categorical, Float, Int, Parameter, Space
from paretune.space.values import number
from paretune.trials import check_names
from paretune.workloads.commands.command import Command, find_program
from paretune.workloads.commands.output import STEP
from paretune.workloads.commands.yaml_with_lines import Marked, nearest, read
from paretune.workloads.workload import Prepared, Workload

_KINDS: dict[str, type[Parameter]] = {kind.type: kind for kind in (Float, Int, Categorical)}
_GOALS: dict[str, type[Objective]] = {kind.goal: kind for kind in (Maximize, Minimize)}
_NEEDED = ("space", "objectives", "command")
_EXAMPLE = "[python, train.py]"


def is_study_file(word: str) -> bool:
    """Whether a word of the command line means a file, not an installed workload.

    Example:
        >>> is_study_file("study.yaml"), is_study_file("diatoms")
        (True, False)
    """
    return word.endswith((".yaml", ".yml")) or "/" in word


def read_study_file(path: str | Path) -> Workload:
    """The workload that a study file describes; `docs/commands.md` tells what stands in one.

    Raises:
        InvalidInputError: something in it does not fit, or the command is not there; the message names the line.
    """
    top = read(Path(path)).entries("a study file", _NEEDED, (*_NEEDED, "name", "timeout", "run"))
    space, objectives = _space(top["space"]), _objectives(top["objectives"])
    _check_names(space, objectives, top)
    timeout = _timeout(top)
    command = Command(_words(top["command"]), Path(path).absolute().parent, objectives.names, **timeout)
    try:
        find_program(command.words[0], command.folder)
    except InvalidInputError as error:
        raise top["command"].wrong(str(error)) from error
    name = _name(top, Path(path).stem)

    def prepare(_options: Mapping[str, Any], data_dir: Path | None) -> Prepared:
        if data_dir is not None:
            raise InvalidInputError(f"{path} says itself where its data are: leave --data-dir out")
        return Prepared(command.evaluate)

    return Workload(
        name=name,
        summary=f"{shlex.join(command.words)}, as {path} says",
        space=space,
        objectives=objectives,
        prepare=prepare,
        facts={"program": {"command": shlex.join(command.words), **timeout}},
        run=_run(top),
    )


def _space(described: Marked) -> Space:
    parameters: dict[str, Parameter] = {}
    for name, entry in described.mapping("space", "x: {type: float, low: 0, high: 1}").items():
        parameters[name] = _parameter(name, entry)
        try:
            Space(parameters)
        except InvalidInputError as error:  # its conditions: all else was checked
            raise entry.value.get("when", entry).wrong(str(error)) from error
    return Space(parameters)


def _parameter(name: str, entry: Marked) -> Parameter:
    kind = _KINDS[_choice(name, entry, "type", _KINDS)]
    known = [f.name for f in fields(kind)]
    needed = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    parts = entry.entries(f"{name}, a {kind.type},", ["type", *needed], ["type", *known])
    for key, part in parts.items():
        _check_kind(name, key, part)
    try:
        return kind(**{key: part.plain() for key, part in parts.items() if key != "type"})
    except InvalidInputError as error:
        blamed = next((parts[word] for word in re.findall(r"\w+", str(error)) if word in parts), entry)
        raise blamed.wrong(f"{name}: {error}") from error


def _check_kind(name: str, key: str, part: Marked) -> None:
    """What a parameter itself takes for granted."""
    if key == "log" and not isinstance(part.value, bool):
        raise part.wrong(f"{name}: log must be true or false, but is {part.plain()!r}")
    if key == "ordered" and not (part.value is None or isinstance(part.value, bool)):
        raise part.wrong(f"{name}: ordered must be true or false, but is {part.plain()!r}")
    if key == "when" and not isinstance(part.value, dict):
        raise part.wrong(f"{name}: when must be a parameter with its value, such as {{c: a}}, but is {part.plain()!r}")


def _objectives(described: Marked) -> Objectives:
    wanted = []
    for name, entry in described.mapping("objectives", "accuracy: {goal: maximize}").items():
        if name == STEP:
            raise entry.wrong(f"an objective cannot be called {STEP!r}, the mark of intermediate metrics: rename it")
        wanted.append(_objective(name, entry))
    return Objectives(wanted)


def _objective(name: str, entry: Marked) -> Objective:
    goal = _choice(name, entry, "goal", _GOALS)
    limit = "at_least" if goal == Maximize.goal else "at_most"
    parts = entry.entries(f"{name}, to {goal},", ["goal"], ["goal", limit, "unit"])
    if "unit" in parts and not isinstance(parts["unit"].value, str):
        raise parts["unit"].wrong(f"{name}: unit must be text, but is {parts['unit'].plain()!r}")
    arguments = {key: part.plain() for key, part in parts.items() if key != "goal"}
    try:
        if arguments.get(limit) is not None:
            arguments[limit] = number(limit, arguments[limit])
        return _GOALS[goal](name, **arguments)
    except InvalidInputError as error:
        raise parts.get(limit, entry).wrong(f"{name}: {error}") from error


def _choice(name: str, entry: Marked, key: str, known: Mapping[str, Any]) -> str:
    """The value of a key that says what else is there."""
    parts = entry.mapping(name, f"{{{key}: {next(iter(known))}, ...}}")
    if key not in parts:
        raise entry.wrong(f"{name} needs {key!r}: one of {', '.join(known)}")
    value = parts[key].plain()
    if not isinstance(value, str) or value not in known:
        raise parts[key].wrong(
            f"{name}: {key} must be one of {', '.join(known)}, but is {value!r}{nearest(value, known)}"
        )
    return value


def _check_names(space: Space, objectives: Objectives, top: Mapping[str, Marked]) -> None:
    try:
        check_names(space, objectives)
    except InvalidInputError as error:
        named = {**top["space"].value, **top["objectives"].value}
        blamed = next((entry for name, entry in named.items() if repr(name) in str(error)), top["space"])
        raise blamed.wrong(str(error)) from error


def _words(described: Marked) -> tuple[str, ...]:
    """The program and its arguments."""
    words = _listed(described) if isinstance(described.value, list) else _split(described)
    if not words or not words[0]:
        raise described.wrong(f"command is empty: give a program and its arguments, such as {_EXAMPLE}")
    if any("\0" in word for word in words):
        raise described.wrong("command has the character NUL in it, which no program takes: leave it out")
    return words


def _listed(described: Marked) -> tuple[str, ...]:
    for part in described.value:
        if part.value is None or isinstance(part.value, (list, dict)):
            raise part.wrong(f"command must be a list of words, such as {_EXAMPLE}, but has {part.plain()!r} in it")
    return tuple(part.text for part in described.value)


def _split(described: Marked) -> tuple[str, ...]:
    if not isinstance(described.value, str | None):
        raise described.wrong(f"command must be a list of words, such as {_EXAMPLE}, but is {described.plain()!r}")
    try:
        return tuple(shlex.split(described.value or ""))
    except ValueError as error:
        raise described.wrong(f"command cannot be split into words: {error}; write a list: {_EXAMPLE}") from error


def _timeout(top: Mapping[str, Marked]) -> dict[str, float]:
    if "timeout" not in top:
        return {}
    try:
        seconds = number("timeout", top["timeout"].plain())
    except InvalidInputError as error:
        raise top["timeout"].wrong(f"{error}; give the seconds a trial may take, such as 600") from error
    if seconds <= 0:
        raise top["timeout"].wrong(f"timeout must be more than 0 seconds, but is {seconds:g}")
    return {"timeout": seconds}


def _run(top: Mapping[str, Marked]) -> dict[str, Marked]:
    """How it is run: names and values are the command line's to check."""
    return top["run"].mapping("run", "trials: 100") if "run" in top else {}


def _name(top: Mapping[str, Marked], default: str) -> str:
    if "name" not in top:
        return default
    name = top["name"].value
    if not isinstance(name, str) or not name.strip():
        raise top["name"].wrong(f"name must be a word, but is {top['name'].plain()!r}")
    return name
