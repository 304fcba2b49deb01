"""SigOpt's parameters and conditionals, and the space that they describe."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from paretune.errors import InvalidInputError
from paretune.server.sigopt.fields import (
    place,
    read_choice,
    read_list,
    read_number,
    read_object,
    read_text,
    read_whole,
    require,
    shown,
)
from paretune.space import Beta, Categorical, Float, Int, LinearConstraint, Normal, Parameter, Space

_FIELDS = (
    "name", "type", "bounds", "grid", "categorical_values", "transformation", "prior", "conditions", "default_value",
)  # fmt: skip
_PRIOR_FIELDS = {"normal": ("mean", "scale"), "beta": ("shape_a", "shape_b")}
_MAX_CHOICE = 50
_LEAST_RANGE = 1e-8


def read_conditionals(value: Any) -> list[dict[str, Any]]:
    """Check conditionals, and write them as SigOpt answers them.

    Raises:
        InvalidInputError: a field is wrong; the message names it.
    """
    found = []
    for i, each in enumerate(read_list(value, "conditionals")):
        where = f"conditionals[{i}]"
        fields = read_object(each, where, ("name", "values"))
        values = [
            read_text(v, f"{where}.values") for v in read_list(require(fields, "values", where), f"{where}.values")
        ]
        if len(set(values)) < max(2, len(values)):
            raise InvalidInputError(f"{where}.values must be at least two different texts")
        name = read_text(require(fields, "name", where), f"{where}.name")
        found.append({"object": "conditional", "name": name, "values": values})
    return sorted(found, key=lambda conditional: str(conditional["name"]))


def read_parameters(value: Any, conditionals: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Check parameters, and write them as SigOpt answers them: by name, with bounds also where a grid was given.

    Args:
        value: the list of a request.
        conditionals: as `read_conditionals` returns them.

    Raises:
        InvalidInputError: a field is wrong; the message names it.
    """
    known = {conditional["name"]: conditional["values"] for conditional in conditionals}
    found = [_read_parameter(each, f"parameters[{i}]", known) for i, each in enumerate(read_list(value, "parameters"))]
    names = [*known, *(parameter["name"] for parameter in found)]
    if not found:
        raise InvalidInputError("parameters must not be empty")
    if twice := [name for i, name in enumerate(names) if name in names[:i]]:
        raise InvalidInputError(f"parameters: the name {twice[0]!r} occurs twice")
    return sorted(found, key=lambda parameter: str(parameter["name"]))


def make_space(
    parameters: Sequence[Mapping[str, Any]],
    conditionals: Sequence[Mapping[str, Any]],
    constraints: Sequence[LinearConstraint] = (),
) -> Space:
    """The space of an experiment: its conditionals, then its parameters.

    Args:
        parameters: as `read_parameters` returns them.
        conditionals: as `read_conditionals` returns them.
        constraints: between the parameters.

    Raises:
        InvalidInputError: no configuration satisfies the constraints.
    """
    parents: dict[str, Parameter] = {c["name"]: Categorical(list(c["values"])) for c in conditionals}
    return Space({**parents, **{p["name"]: _make_parameter(p) for p in parameters}}, constraints)


def _read_parameter(value: Any, where: str, conditionals: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    fields = read_object(value, where, _FIELDS)
    name = read_text(require(fields, "name", where), f"{where}.name")
    kind = read_choice(require(fields, "type", where), f"{where}.type", ("double", "int", "categorical"))
    scale = read_choice(fields.get("transformation", "none"), f"{where}.transformation", ("none", "log"))
    if scale == "log" and kind != "double":
        raise InvalidInputError(f"{where}.transformation: log is for doubles only")
    parameter: dict[str, Any] = {
        "object": "parameter",
        "name": name,
        "type": kind,
        "bounds": None,
        "categorical_values": None,
        "transformation": scale,
        "prior": None,
        "conditions": _read_conditions(fields.get("conditions", {}), where, conditionals),
        "default_value": None,
    }
    if kind == "categorical":
        parameter["categorical_values"] = _read_choices(fields, where)
    else:
        parameter |= _read_range(fields, where, kind, scale)
    if "prior" in fields:
        parameter["prior"] = _read_prior(fields["prior"], f"{where}.prior", parameter)
    if "default_value" in fields:
        parameter["default_value"] = _make_parameter(parameter).check(f"{where}.default_value", fields["default_value"])
    return parameter


def _read_conditions(value: Any, where: str, conditionals: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    where = f"{where}.conditions"
    conditions = {}
    if not isinstance(value, Mapping):
        raise InvalidInputError(f"{where} must be an object, but is {shown(value)}")
    for name, given in value.items():
        read_choice(name, f"a key of {where}", tuple(conditionals))
        values = [given] if isinstance(given, str) else read_list(given, place(where, name))
        for each in values:
            read_choice(each, place(where, name), conditionals[name])
        if not values:
            raise InvalidInputError(f"{place(where, name)} must not be empty")
        conditions[name] = list(values)
    return conditions


def _read_choices(fields: Mapping[str, Any], where: str) -> list[dict[str, Any]]:
    for name in ("bounds", "grid"):
        if name in fields:
            raise InvalidInputError(f"{where}.{name}: a categorical parameter has categorical_values instead")
    where = f"{where}.categorical_values"
    names = []
    for i, each in enumerate(read_list(fields.get("categorical_values", []), where)):
        given = each
        if not isinstance(each, str):
            given = require(read_object(each, f"{where}[{i}]", ("name", "enum_index")), "name", f"{where}[{i}]")
        names.append(read_text(given, f"{where}[{i}]", _MAX_CHOICE))
    if len(set(names)) < max(2, len(names)):
        raise InvalidInputError(f"{where} must be at least two different texts")
    return [{"object": "categorical_value", "name": name, "enum_index": i} for i, name in enumerate(names, 1)]


def _read_range(fields: Mapping[str, Any], where: str, kind: str, scale: str) -> dict[str, Any]:
    """The bounds of a number, and its grid if there is one."""
    if "categorical_values" in fields:
        raise InvalidInputError(f"{where}.categorical_values: the parameter is no categorical one")
    read = read_whole if kind == "int" else read_number
    found: dict[str, Any] = {}
    if "grid" in fields:
        grid = sorted(read(each, f"{where}.grid") for each in read_list(fields["grid"], f"{where}.grid"))
        if len(set(grid)) < max(2, len(grid)):
            raise InvalidInputError(f"{where}.grid must be at least two different numbers")
        found["grid"], low, high = grid, grid[0], grid[-1]
    else:
        bounds = read_object(require(fields, "bounds", where), f"{where}.bounds", ("min", "max"))
        low, high = (read(require(bounds, end, f"{where}.bounds"), f"{where}.bounds.{end}") for end in ("min", "max"))
    if not high - low >= _LEAST_RANGE or not math.isfinite(float(high) - float(low)):
        raise InvalidInputError(f"{where}.bounds: max must be larger than min")
    if scale == "log" and low <= 0:
        raise InvalidInputError(f"{where}.transformation: log needs a min above 0")
    return {**found, "bounds": {"object": "bounds", "min": low, "max": high}}


def _read_prior(value: Any, where: str, parameter: Mapping[str, Any]) -> dict[str, Any]:
    """The prior of a double without a logarithm and without a grid."""
    if parameter["type"] != "double" or parameter["transformation"] == "log" or "grid" in parameter:
        raise InvalidInputError(f"{where}: only doubles have priors, without transformation and grid")
    fields = read_object(value, where, ("name", *_PRIOR_FIELDS["normal"], *_PRIOR_FIELDS["beta"]))
    kind = read_choice(require(fields, "name", where), f"{where}.name", tuple(_PRIOR_FIELDS))
    read_object(fields, where, ("name", *_PRIOR_FIELDS[kind]))
    numbers = {name: read_number(require(fields, name, where), f"{where}.{name}") for name in _PRIOR_FIELDS[kind]}
    prior = {"object": "prior", "name": kind, **numbers}
    try:
        _make_parameter({**parameter, "prior": prior})
    except InvalidInputError as error:
        raise InvalidInputError(f"{where}: {error}") from None
    return prior


def _make_prior(prior: Mapping[str, Any] | None) -> Normal | Beta | None:
    if prior is None:
        return None
    if prior["name"] == "normal":
        return Normal(prior["mean"], prior["scale"])
    return Beta(prior["shape_a"], prior["shape_b"])


def _make_parameter(parameter: Mapping[str, Any]) -> Parameter:
    when = parameter["conditions"]
    if parameter["type"] == "categorical":
        return Categorical([choice["name"] for choice in parameter["categorical_values"]], when=when)
    low, high = parameter["bounds"]["min"], parameter["bounds"]["max"]
    if "grid" in parameter:
        return Categorical(parameter["grid"], ordered=True, when=when)
    if parameter["type"] == "int":
        return Int(low, high, when=when)
    is_log, prior = parameter["transformation"] == "log", _make_prior(parameter["prior"])
    return Float(low, high, log=is_log, when=when, prior=prior)
