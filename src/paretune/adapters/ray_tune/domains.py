"""Conversion between Ray Tune's domains and Paretune's spaces, and between their configurations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ray.tune.search import sample
from ray.tune.search.variant_generator import parse_spec_vars

from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int, Parameter, Params, Space

_SEPARATOR = "/"  # as Ray Tune writes nested names
_PLAIN = (str, bool, int, float, type(None))


@dataclass(frozen=True)
class NestedSpace:
    """A space with parameters that are leaves of nested dicts: ``net/depth`` is ``{"net": {"depth": ...}}``.

    Args:
        space: the parameters.
        choices: for each parameter with choices that are lists or other objects, these objects by the text that stands
            for them in the space.
    """

    space: Space
    choices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def to_config(self, params: Params) -> dict[str, Any]:
        """Convert a configuration of the space to the nested dict that Ray Tune gives to a training."""
        config: dict[str, Any] = {}
        for name, value in params.items():
            *path, leaf = name.split(_SEPARATOR)
            inside = config
            for part in path:
                inside = inside.setdefault(part, {})
            inside[leaf] = self.choices.get(name, {}).get(value, value)
        return config

    def to_params(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Convert a nested dict to a configuration of the space: the inverse of `to_config`.

        Raises:
            InvalidInputError: a parameter is missing, unknown or out of its range.
        """
        return self.space.check({name: self._to_value(name, value) for name, value in _leaves(config, "", self.space)})

    def _to_value(self, name: str, value: Any) -> Any:
        texts = [text for text, choice in self.choices.get(name, {}).items() if choice == value]
        return texts[0] if texts else value


def domains_to_space(param_space: Mapping[str, Any]) -> NestedSpace:
    """Convert the domains of a ``param_space``; its other values are left to Ray Tune.

    Raises:
        InvalidInputError: there is no domain, or one that Paretune cannot search.
    """
    _, domains, grids = parse_spec_vars(dict(param_space))
    if grids:
        raise InvalidInputError(
            f"{_name(grids[0][0])} is a grid_search, which a searcher cannot take: write tune.choice([...]), "
            "or leave search_alg out"
        )
    if not domains:
        raise InvalidInputError("param_space has no domain to search: give it one, such as tune.uniform(0, 1)")
    found = {_name(path): _to_parameter(_name(path), domain) for path, domain in domains}
    space = Space({name: parameter for name, (parameter, _) in found.items()})
    return NestedSpace(space, {name: choices for name, (_, choices) in found.items() if choices})


def _name(path: tuple[Any, ...]) -> str:
    """The name of a leaf, from which its path can be read again."""
    name = _SEPARATOR.join(map(str, path))
    if not all(isinstance(part, str) and part and _SEPARATOR not in part for part in path):
        raise InvalidInputError(
            f"{name} in param_space cannot be searched: a domain must be in nested dicts only, and their keys must be "
            f"strings without {_SEPARATOR!r}"
        )
    return name


def _leaves(config: Mapping[str, Any], prefix: str, space: Space) -> list[tuple[str, Any]]:
    """Names and values of the leaves; a dict may itself be the value of a parameter."""
    found: list[tuple[str, Any]] = []
    for key, value in config.items():
        name = f"{prefix}{key}"
        is_inner = isinstance(value, Mapping) and name not in space
        found += _leaves(value, f"{name}{_SEPARATOR}", space) if is_inner else [(name, value)]
    return found


def _to_parameter(name: str, domain: sample.Domain) -> tuple[Parameter, dict[str, Any]]:
    """The parameter of a domain, and the objects that its text choices stand for."""
    sampler, q = domain.get_sampler(), None
    if isinstance(sampler, sample.Quantized):
        sampler, q = sampler.get_sampler(), sampler.q
    if not isinstance(sampler, (sample.Uniform, sample.LogUniform)):
        raise _refusal(name, domain, sampler)
    log = isinstance(sampler, sample.LogUniform)
    try:
        match domain:
            case sample.Float(lower=low, upper=high) if not (log and q):
                return _float(low, high, log=log, q=q), {}
            case sample.Integer(lower=low, upper=high) if not (log and q not in (None, 1)):
                return _int(low, high, log=log, q=q), {}
            case sample.Categorical(categories=categories):
                return _categorical(list(categories))
    except (InvalidInputError, ValueError, ArithmeticError) as error:
        raise InvalidInputError(f"{name}: {error}") from error
    raise _refusal(name, domain, sampler)


def _refusal(name: str, domain: sample.Domain, sampler: sample.Sampler) -> InvalidInputError:
    quantized = "quantized " if isinstance(domain.get_sampler(), sample.Quantized) else ""
    kind = f"{quantized}{type(sampler).__name__.strip('_').lower()} {type(domain).__name__.lower()}"
    return InvalidInputError(
        f"{name} is a {kind} domain, which Paretune cannot search: use uniform, loguniform, quniform, randint, "
        "qrandint, lograndint or choice"
    )


def _float(low: float, high: float, *, log: bool, q: float | None) -> Float:
    """A float parameter; quantized values are whole multiples of ``q``, computed in decimals."""
    if q is None or not math.isfinite(high - low):
        return Float(low, high, log=log)
    first, last = _multiples(low, high, q)
    step = Decimal(repr(float(q)))
    return Float(float(first * step), float(last * step), step=float(q))


def _int(low: int, high: int, *, log: bool, q: int | None) -> Int:
    """An integer parameter; Ray Tune excludes the upper bound, except where ``q`` is more than 1."""
    if q in (None, 1):
        return Int(low, high - 1, log=log)
    first, last = _multiples(low, high, q)
    return Int(first * q, last * q, step=q)


def _multiples(low: float, high: float, q: float) -> tuple[int, int]:
    """The first and last factors of ``q`` with a product between the bounds."""
    places = [bound / q for bound in (low, high)]
    whole = [math.isclose(place, round(place)) for place in places]
    first = round(places[0]) if whole[0] else math.ceil(places[0])
    last = round(places[1]) if whole[1] else math.floor(places[1])
    if first > last:
        raise InvalidInputError(f"no multiple of {q!r} lies between {low!r} and {high!r}")
    return first, last


def _categorical(categories: list[Any]) -> tuple[Categorical, dict[str, Any]]:
    """A categorical parameter, with a text in place of each choice that is a list or another object."""
    if all(isinstance(choice, _PLAIN) for choice in categories):
        return Categorical(categories), {}
    others = {repr(choice): choice for choice in categories if not isinstance(choice, _PLAIN)}
    return Categorical([c if isinstance(c, _PLAIN) else repr(c) for c in categories]), others
