"""A request to start a run: what a caller may choose, its check, and the words of its command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import chain
from typing import Any

from paretune.app.read_run_options import read_run_options
from paretune.app.run_options import RUN_OPTIONS
from paretune.errors import InvalidInputError, did_you_mean, is_utf8
from paretune.server.runs.allowed import AllowedWorkload

# What a caller may choose. Commands, files, addresses and other executors are the operator's alone.
CHOSEN_OPTIONS = (
    *("trials", "searcher", "searcher_option", "prefer", "seed", "budget", "confirm"),
    *("scheduler", "min_resource", "max_resource", "eta"),
    *("workers", "devices", "per_device", "trial_timeout", "memory_limit", "max_failures"),
    *("stop_at", "stop_after", "stop_growth"),
)
_REFIT_OPTIONS = ("workers",)
MAX_TOP = 50


@dataclass(frozen=True)
class RunRequest:
    """A run that a caller asks for.

    Args:
        workload: name of an allowed workload.
        study: name of the study.
        settings: options, fixed parameters, and ranges such as ``"1:8"``, by name.
        at_least: limits of objectives.
        at_most: limits of objectives.
        run: options of the run, some of `CHOSEN_OPTIONS`.
        refit_of: the study whose best configurations are trained again; empty for a search.
        top: how many of them.
    """

    workload: str
    study: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    at_least: Mapping[str, float] = field(default_factory=dict)
    at_most: Mapping[str, float] = field(default_factory=dict)
    run: Mapping[str, Any] = field(default_factory=dict)
    refit_of: str = ""
    top: int = 5

    def to_dict(self) -> dict[str, Any]:
        """Describe it as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, described: Mapping[str, Any]) -> RunRequest:
        """The request of a description."""
        return cls(**described)

    def check(self, allowed: AllowedWorkload) -> None:
        """Check everything that can be checked before a study is made.

        Raises:
            InvalidInputError: a name is unknown, or a value is wrong.
        """
        known = _REFIT_OPTIONS if self.refit_of else CHOSEN_OPTIONS
        if unknown := [name for name in self.run if name not in known]:
            near = did_you_mean(unknown[0], known)
            raise InvalidInputError(f"{unknown[0][:100]!r} cannot be chosen{near}; what can is {', '.join(known)}")
        if self.refit_of and (fixed := [name for name in self.settings if name not in allowed.options]):
            raise InvalidInputError(f"{fixed[0][:100]!r} cannot be set for a refit: parameters keep their values")
        allowed.check_settings(self.settings)
        objectives = allowed.workload.objectives.with_limits(self.at_least, self.at_most)
        read_run_options(dict(self.run), allowed.workload.run_defaults, objectives)

    def words(self, allowed: AllowedWorkload, *, is_new: bool) -> list[str]:
        """The words of the command line after ``paretune``. No value can be taken for an option.

        Args:
            allowed: the workload of that name.
            is_new: whether the study is made now; a stored one keeps its settings and limits.

        Raises:
            InvalidInputError: a word cannot be given to a program.
        """
        words = self._words(allowed, is_new=is_new)
        if wrong := [word for word in words if "\0" in word or not is_utf8(word)]:
            raise InvalidInputError(f"{wrong[0][:100]!r} has characters that no command line may have")
        return words

    def _words(self, allowed: AllowedWorkload, *, is_new: bool) -> list[str]:
        options = [_word(f"--{name.replace('_', '-')}", name, value) for name, value in self.run.items()]
        options += [["--no-report"]]
        if self.refit_of:
            file = [f"--workload={allowed.word}"] if allowed.word != allowed.name else []
            options += [[f"--set={name}={_text(value)}"] for name, value in self.settings.items()]
            return ["refit", *file, f"--top={self.top}", *chain(*options), "--", self.refit_of]
        if is_new:
            settings = {**self.settings, **allowed.settings}
            options += [[f"--set={name}={_text(value)}"] for name, value in settings.items()]
            options += [[f"--at-least={name}={limit!r}"] for name, limit in self.at_least.items()]
            options += [[f"--at-most={name}={limit!r}"] for name, limit in self.at_most.items()]
        return ["run", f"--study={self.study}", *chain(*options), "--", allowed.word]


def _word(option: str, name: str, value: Any) -> list[str]:
    if name == "searcher_option":
        pairs = value.items() if isinstance(value, Mapping) else (str(word).split("=", 1) for word in value)
        return [f"{option}={key}={_text(each)}" for key, each in pairs]
    if isinstance(value, (list, tuple)):
        return [f"{option}={','.join(map(str, value))}"]
    return [f"{option}={value}"]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def describe_run_options() -> dict[str, str]:
    """The options that a caller may choose, with their help texts."""
    return {name: RUN_OPTIONS[name].help for name in CHOSEN_OPTIONS}
