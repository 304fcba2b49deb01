"""The form for a new study of an allowed workload: its fields with ready defaults, and what they ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from paretune.app.known_names import SCHEDULERS
from paretune.app.run_options import RunOptions
from paretune.app.searchers import describe_searchers
from paretune.app.value_readers import parse_value
from paretune.errors import InvalidInputError
from paretune.server.runs.allowed import AllowedWorkload
from paretune.server.runs.request import RunRequest
from paretune.space import Categorical, Float, Int, Parameter

_PLAIN_OPTIONS = ("trials", "seed", "min_resource", "max_resource", "eta", "workers", "per_device", "max_failures")
_TEXT_OPTIONS = ("searcher", "prefer", "devices", "trial_timeout", "memory_limit", "stop_at", "stop_after")
BUDGETS = ("epochs", "hours")


@dataclass(frozen=True)
class Field:
    """A field of the form.

    Args:
        name: of the field.
        label: for people.
        value: its ready default, as text.
        choices: what can be chosen; empty for a field that is typed.
        help: more about it.
    """

    name: str
    label: str
    value: str = ""
    choices: tuple[str, ...] = ()
    help: str = ""


def form_fields(allowed: AllowedWorkload, names: Collection[str]) -> dict[str, Any]:
    """The values of the form.

    Args:
        allowed: the workload.
        names: of the studies that there are.
    """
    searchers = describe_searchers()
    defaults = allowed.workload.run_defaults
    return {
        "workload": allowed,
        "study": _free_name(allowed.name, names),
        "searchers": [(described.name, described.when) for described in searchers],
        "searcher_options": [(d.name, o, option) for d in searchers for o, option in d.options.items()],
        "schedulers": SCHEDULERS,
        "budgets": BUDGETS,
        "trials": _plain(defaults.get("trials", RunOptions.trials)),
        "workers": _plain(defaults.get("workers", "")),
        "options": [_option_field(i, name, *details) for i, (name, details) in enumerate(allowed.options.items())],
        "parameters": [
            (name, _parameter_fields(i, kind), _description(kind))
            for i, (name, kind) in enumerate(allowed.parameters.items())
        ],
        "objectives": list(allowed.workload.objectives),
    }


def read_run_form(form: Mapping[str, str], allowed: AllowedWorkload) -> RunRequest:
    """The run that a form asks for. What was left as it was is not part of the request.

    Raises:
        InvalidInputError: a field cannot be read.
    """
    sides: tuple[dict[str, float], dict[str, float]] = ({}, {})
    for i, objective in enumerate(allowed.workload.objectives):
        text = form.get(f"limit-{i}", "").strip()
        if text and (limit := _read_number(objective.name, text)) != objective.limit:
            sides[objective.goal == "minimize"][objective.name] = limit
    return RunRequest(
        allowed.name,
        form.get("study", "").strip(),
        {**_read_options(form, allowed), **_read_ranges(form, allowed)},
        *sides,
        _read_run(form),
    )


def _read_options(form: Mapping[str, str], allowed: AllowedWorkload) -> dict[str, Any]:
    given = {}
    for i, (name, (_, _, default, _)) in enumerate(allowed.options.items()):
        text = form.get(f"option-{i}", "").strip()
        if text and text != _plain(default):
            given[name] = parse_value(text)
    return given


def _read_ranges(form: Mapping[str, str], allowed: AllowedWorkload) -> dict[str, Any]:
    """Bounds as ``low:high``; equal bounds and a chosen value fix a parameter."""
    given: dict[str, Any] = {}
    for i, (name, kind) in enumerate(allowed.parameters.items()):
        if isinstance(kind, Categorical):
            values = {_plain(value): value for value in kind.choices}
            if (chosen := form.get(f"choice-{i}", "")) in values:
                given[name] = values[chosen]
            continue
        low, high = (form.get(f"{side}-{i}", "").strip() for side in ("low", "high"))
        if not isinstance(kind, (Float, Int)) or not (low and high):
            continue
        bounds = _read_number(name, low), _read_number(name, high)
        if bounds[0] == bounds[1]:
            given[name] = parse_value(low)
        elif bounds != (kind.low, kind.high):
            given[name] = f"{low}:{high}"
    return given


def _read_run(form: Mapping[str, str]) -> dict[str, Any]:
    run: dict[str, Any] = {}
    for name in (*_PLAIN_OPTIONS, *_TEXT_OPTIONS):
        if text := form.get(name, "").strip():
            run[name] = parse_value(text) if name in _PLAIN_OPTIONS else text
    if (scheduler := form.get("scheduler", "none")) != "none":
        run["scheduler"] = scheduler
    if (amount := form.get("budget", "").strip()) and (unit := form.get("budget-unit", "")) in BUDGETS:
        run["budget"] = f"{unit}={amount}"
    options = _read_searcher_options(form)
    return {**run, "searcher_option": options} if options else run


def _read_searcher_options(form: Mapping[str, str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if points := form.get("n_startup_trials", "").strip():
        options["n_startup_trials"] = parse_value(points)
    for word in re.split(r"[\s,]+", form.get("searcher_options", "").strip()):
        if not word:
            continue
        name, equals, text = word.partition("=")
        if not equals:
            raise InvalidInputError(f"an option of the searcher is like population=20, but is {word[:100]!r}")
        options[name] = parse_value(text)
    return options


def _read_number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InvalidInputError(f"{name} takes a number, but got {text[:50]!r}") from None


def _option_field(i: int, name: str, values: Parameter, words: tuple[str, ...], default: Any, text: str) -> Field:
    choices = (*words, *(_plain(value) for value in values.choices)) if isinstance(values, Categorical) else ()
    label = "share of the data" if name == "data_fraction" else name
    return Field(f"option-{i}", label, _plain(default), tuple(dict.fromkeys(choices)), text)


def _parameter_fields(i: int, kind: Parameter) -> list[Field]:
    if isinstance(kind, Categorical):
        return [Field(f"choice-{i}", "values", "", tuple(map(_plain, kind.choices)))]
    if isinstance(kind, (Float, Int)):
        return [Field(f"low-{i}", "from", _plain(kind.low)), Field(f"high-{i}", "to", _plain(kind.high))]
    return []


def _description(kind: Parameter) -> str:
    is_log = isinstance(kind, (Float, Int)) and kind.log
    parents = " and ".join(f"{name} is {' or '.join(map(str, values))}" for name, values in kind.when.items())
    return ", ".join(word for word in ("log" if is_log else "", f"where {parents}" if parents else "") if word)


def _free_name(name: str, names: Collection[str]) -> str:
    """The name of the workload, with a number if there is a study of that name."""
    return next(free for free in (name, *(f"{name}-{n}" for n in range(2, len(names) + 3))) if free not in names)


def _plain(value: Any) -> str:
    value = value.to_plain() if hasattr(value, "to_plain") else value
    return value if isinstance(value, str) else json.dumps(value)
