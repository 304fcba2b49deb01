"""Which of our parameters is a domain of Ray Tune's, and how do configurations of one become those of the other?"""

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

_SEPARATOR = "/"  # Ray Tune's own, for what is nested
_PLAIN = (str, bool, int, float, type(None))


@dataclass(frozen=True)
class Nested:
    """A space whose parameters are leaves of nested dicts: ``net/depth`` is ``{"net": {"depth": ...}}``.

    Args:
        space: the parameters.
        choices: by parameter the choices that are lists or other objects, by the words that stand for them in the
            space.
    """

    space: Space
    choices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def config(self, params: Params) -> dict[str, Any]:
        """A configuration of the space as Ray Tune hands it to a training."""
        config: dict[str, Any] = {}
        for name, value in params.items():
            *path, leaf = name.split(_SEPARATOR)
            inside = config
            for part in path:
                inside = inside.setdefault(part, {})
            inside[leaf] = self.choices.get(name, {}).get(value, value)
        return config

    def params(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """The inverse of `config`.

        Raises:
            InvalidInputError: a parameter is missing, unknown or out of its range.
        """
        return self.space.check({name: self._plain(name, value) for name, value in _leaves(config, "", self.space)})

    def _plain(self, name: str, value: Any) -> Any:
        words = [word for word, choice in self.choices.get(name, {}).items() if choice == value]
        return words[0] if words else value


def converted(param_space: Mapping[str, Any]) -> Nested:
    """What of a ``param_space`` is searched: its domains; all else is Ray Tune's to hand on.

    Raises:
        InvalidInputError: a domain has no counterpart, or there is none.
    """
    _, domains, grids = parse_spec_vars(dict(param_space))
    if grids:
        raise InvalidInputError(
            f"{_name(grids[0][0])} is a grid_search, which no searcher takes: write tune.choice([...]), "
            "or leave search_alg out"
        )
    if not domains:
        raise InvalidInputError("param_space has nothing to search: give it a domain, such as tune.uniform(0, 1)")
    found = {_name(path): _converted(_name(path), domain) for path, domain in domains}
    space = Space({name: parameter for name, (parameter, _) in found.items()})
    return Nested(space, {name: choices for name, (_, choices) in found.items() if choices})


def _name(path: tuple[Any, ...]) -> str:
    """The name of a leaf, which must lead to it again."""
    name = _SEPARATOR.join(map(str, path))
    if not all(isinstance(part, str) and part and _SEPARATOR not in part for part in path):
        raise InvalidInputError(
            f"{name} in param_space cannot be searched: a domain must stand in dicts alone, under keys that are words "
            f"without {_SEPARATOR!r}"
        )
    return name


def _leaves(config: Mapping[str, Any], prefix: str, space: Space) -> list[tuple[str, Any]]:
    """Names and values of what is nested; a dict may itself be the value of a parameter."""
    found: list[tuple[str, Any]] = []
    for key, value in config.items():
        name = f"{prefix}{key}"
        is_inner = isinstance(value, Mapping) and name not in space
        found += _leaves(value, f"{name}{_SEPARATOR}", space) if is_inner else [(name, value)]
    return found


def _converted(name: str, domain: sample.Domain) -> tuple[Parameter, dict[str, Any]]:
    """A parameter, and what the words among its choices stand for."""
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
        f"{name} is a {kind} domain, which cannot be searched here: use uniform, loguniform, quniform, randint, "
        "qrandint, lograndint or choice"
    )


def _float(low: float, high: float, *, log: bool, q: float | None) -> Float:
    """Quantized values are whole multiples of ``q``, counted in decimals."""
    if q is None or not math.isfinite(high - low):
        return Float(low, high, log=log)
    first, last = _multiples(low, high, q)
    step = Decimal(repr(float(q)))
    return Float(float(first * step), float(last * step), step=float(q))


def _int(low: int, high: int, *, log: bool, q: int | None) -> Int:
    """The upper bound is left out, but where values are multiples of more than 1."""
    if q in (None, 1):
        return Int(low, high - 1, log=log)
    first, last = _multiples(low, high, q)
    return Int(first * q, last * q, step=q)


def _multiples(low: float, high: float, q: float) -> tuple[int, int]:
    """The first and the last whole number whose multiple of ``q`` lies between the bounds."""
    places = [bound / q for bound in (low, high)]
    whole = [math.isclose(place, round(place)) for place in places]
    first = round(places[0]) if whole[0] else math.ceil(places[0])
    last = round(places[1]) if whole[1] else math.floor(places[1])
    if first > last:
        raise InvalidInputError(f"no multiple of {q!r} lies between {low!r} and {high!r}")
    return first, last


def _categorical(categories: list[Any]) -> tuple[Categorical, dict[str, Any]]:
    """Plain choices as they are; lists and other objects by a word for each."""
    if all(isinstance(choice, _PLAIN) for choice in categories):
        return Categorical(categories), {}
    others = {repr(choice): choice for choice in categories if not isinstance(choice, _PLAIN)}
    return Categorical([c if isinstance(c, _PLAIN) else repr(c) for c in categories]), others
