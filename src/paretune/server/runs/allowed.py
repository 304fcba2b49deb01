"""The workloads that an operator lets the service start."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from paretune.app.value_readers import parse_value
from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int, Parameter
from paretune.workloads import Workload
from paretune.workloads.commands.study_file import is_study_file
from paretune.workloads.set_up import find_workload


@dataclass(frozen=True)
class AllowedWorkload:
    """A workload that the service may start, with the settings that the operator chose.

    Args:
        word: its name, or the absolute path of its study file. It never leaves this process.
        workload: what the word names.
        settings: settings that callers cannot change.
    """

    word: str
    workload: Workload
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name by which callers choose it."""
        return self.workload.name

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters that a caller may bound or fix."""
        return {name: kind for name, kind in self.workload.space.items() if name not in self.settings}

    @cached_property
    def options(self) -> dict[str, tuple[Parameter, tuple[str, ...], Any, str]]:
        """The options that a caller may set: values, words, default and help of each.

        Options of free text, which may be paths, are the operator's alone.
        """
        return {
            name: (option.values, option.words, option.default_value, option.help)
            for name, option in self.workload.options.items()
            if name not in self.settings and option.values is not None
        }

    def check_settings(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return a caller's settings with the operator's.

        Raises:
            InvalidInputError: a name is unknown or the operator's, or a value is not allowed.
        """
        known = [*self.options, *self.parameters]
        for name in given:
            if name not in known:
                raise InvalidInputError(f"{name[:100]!r} cannot be set for {self.name}; what can is {', '.join(known)}")
        settings = {**given, **self.settings}
        self.workload.parse_settings(settings)
        return settings

    def describe(self) -> dict[str, Any]:
        """Describe what a caller may set, with ready defaults, as JSON values."""
        return {
            "name": self.name,
            "summary": self.workload.summary if not is_study_file(self.word) else "a study file of the operator",
            "objectives": self.workload.objectives.to_dict(),
            "parameters": {name: describe_parameter(kind) for name, kind in self.parameters.items()},
            "options": {
                name: {**describe_parameter(values), "words": list(words), "default": default, "help": text}
                for name, (values, words, default, text) in self.options.items()
            },
            "settings": dict(self.settings),
        }


def describe_parameter(kind: Parameter) -> dict[str, Any]:
    """Describe the values of a parameter: ``low`` and ``high``, or ``choices``.

    Example:
        >>> describe_parameter(Int(1, 9))
        {'type': 'int', 'low': 1, 'high': 9, 'log': False}
    """
    if isinstance(kind, (Float, Int)):
        return {"type": kind.type, "low": kind.low, "high": kind.high, "log": kind.log}
    if isinstance(kind, Categorical):
        return {"type": kind.type, "choices": list(kind.choices)}
    return {"type": "other"}


def read_allowed(words: Iterable[str]) -> dict[str, AllowedWorkload]:
    """Read what an operator allows, by name.

    Args:
        words: for each workload its name or the path of its study file, perhaps with settings that callers cannot
            change: ``tabular data=train.csv target=price``.

    Raises:
        InvalidInputError: there is no such workload, a setting is wrong, or two have the same name.

    Example:
        >>> list(read_allowed(["analytic seconds=1"])["analytic"].options)
        []
    """
    allowed: dict[str, AllowedWorkload] = {}
    for word in words:
        read = _read_one(word)
        if read.name in allowed:
            raise InvalidInputError(f"--allow names two workloads {read.name!r}: give one of the study files a name")
        allowed[read.name] = read
    return allowed


def _read_one(text: str) -> AllowedWorkload:
    word, settings = _split(text)
    if is_study_file(word):
        word = str(Path(word).absolute())
    workload = find_workload(word)
    texts = {name for name, option in workload.options.items() if option.values is None}
    checked = {name: _with_absolute_path(value) if name in texts else value for name, value in settings.items()}
    options = workload.parse_settings(checked).options
    if workload.tailor is not None:
        workload = replace(workload.tailor(options, None), name=workload.name)
    return AllowedWorkload(word, workload, checked)


def _split(text: str) -> tuple[str, dict[str, Any]]:
    """The word of a workload, and its settings. A path with spaces needs no quotes if nothing follows it."""
    if Path(text).is_file():
        return text, {}
    try:
        word, *others = shlex.split(text)
    except ValueError:
        raise InvalidInputError(f"--allow takes a workload and its settings, but got {text!r}") from None
    settings = {}
    for other in others:
        name, equals, value = other.partition("=")
        if not equals:
            raise InvalidInputError(f"--allow takes settings such as epochs=20 after the workload, but got {other!r}")
        settings[name] = parse_value(value)
    return word, settings


def _with_absolute_path(value: Any) -> Any:
    """A path that exists, from the root on: a study keeps it, and may go on from another folder."""
    return str(Path(value).absolute()) if isinstance(value, str) and value and Path(value).exists() else value
