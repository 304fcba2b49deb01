"""Conversion of Ray Tune's domains to Paretune's spaces."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ray.tune.search import sample
from ray.tune.search.variant_generator import parse_spec_vars

from paretune.adapters.ray_tune.nested import SEPARATOR, NestedSpace, Placeholder
from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int, Parameter, Space
from paretune.space.values import Conditions, check_conditions

_PLAIN = (str, bool, int, float, type(None))


@dataclass
class _Found:
    """The parts of a `NestedSpace`, as they are found."""

    parameters: dict[str, Parameter] = field(default_factory=dict)
    choices: dict[str, dict[str, Any]] = field(default_factory=dict)
    factors: dict[str, float] = field(default_factory=dict)


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
    found = _Found()
    for path, domain in domains:
        _add_domain(found, _name(path), domain, {})
    return NestedSpace(Space(found.parameters), found.choices, found.factors)


def _name(path: tuple[Any, ...]) -> str:
    """The name of a leaf, from which its path can be read again."""
    name = SEPARATOR.join(map(str, path))
    if not all(isinstance(part, str) and part and SEPARATOR not in part for part in path):
        raise InvalidInputError(
            f"{name} in param_space cannot be searched: a domain must be in nested dicts only, and their keys must be "
            f"strings without {SEPARATOR!r}"
        )
    return name


def _add_domain(found: _Found, name: str, domain: sample.Domain, when: Conditions) -> None:
    """Add the parameter of a domain, and those of the domains inside of its choices."""
    if isinstance(domain, sample.Categorical):
        _add_choices(found, name, list(domain.categories), when)
        return
    sampler, q = domain.get_sampler(), None
    if isinstance(sampler, sample.Quantized):
        sampler, q = sampler.get_sampler(), sampler.q
    is_known = isinstance(sampler, (sample.Uniform, sample.LogUniform))
    if not is_known or not isinstance(domain, (sample.Float, sample.Integer)):
        raise _refusal(name, domain, sampler)
    convert = _float if isinstance(domain, sample.Float) else _int
    with _prefix_errors(name):
        parameter, factor = convert(domain.lower, domain.upper, log=isinstance(sampler, sample.LogUniform), q=q)
        found.parameters[name] = parameter.with_conditions(check_conditions(when))
    if factor is not None:
        found.factors[name] = factor


@contextmanager
def _prefix_errors(name: str) -> Iterator[None]:
    """Begin the message of an error with the parameter's name."""
    try:
        yield
    except (InvalidInputError, ValueError, ArithmeticError) as error:
        raise InvalidInputError(f"{name}: {error}") from error


def _refusal(name: str, domain: sample.Domain, sampler: sample.Sampler) -> InvalidInputError:
    quantized = "quantized " if isinstance(domain.get_sampler(), sample.Quantized) else ""
    kind = f"{quantized}{type(sampler).__name__.strip('_').lower()} {type(domain).__name__.lower()}"
    return InvalidInputError(
        f"{name} is a {kind} domain, which Paretune cannot search: use uniform, loguniform, quniform, "
        "qloguniform, randint, qrandint, lograndint, qlograndint or choice"
    )


def _float(low: float, high: float, *, log: bool, q: float | None) -> tuple[Float | Int, float | None]:
    """A float parameter; quantized values are whole multiples of ``q``, computed in decimals.

    Quantized values on a logarithmic scale are searched as whole numbers, to be multiplied by the second result.
    """
    if q is None or not math.isfinite(high - low):
        return Float(low, high, log=log), None
    first, last = _multiples(low, high, q)
    if log:
        return Int(first, last, log=True), float(q)
    step = Decimal(repr(float(q)))
    return Float(float(first * step), float(last * step), step=float(q)), None


def _int(low: int, high: int, *, log: bool, q: int | None) -> tuple[Int, int | None]:
    """An integer parameter, as `_float`; Ray Tune excludes the upper bound, except where ``q`` is more than 1."""
    if q in (None, 1):
        return Int(low, high - 1, log=log), None
    first, last = _multiples(low, high, q)
    return (Int(first, last, log=True), int(q)) if log else (Int(first * q, last * q, step=q), None)


def _multiples(low: float, high: float, q: float) -> tuple[int, int]:
    """The first and last factors of ``q`` with a product between the bounds."""
    places = [bound / q for bound in (low, high)]
    whole = [math.isclose(place, round(place)) for place in places]
    first = round(places[0]) if whole[0] else math.ceil(places[0])
    last = round(places[1]) if whole[1] else math.floor(places[1])
    if first > last:
        raise InvalidInputError(f"no multiple of {q!r} lies between {low!r} and {high!r}")
    return first, last


def _add_choices(found: _Found, name: str, categories: list[Any], when: Conditions) -> None:
    """Add a categorical parameter, with a text in place of each choice that is a list or another object."""
    choices: list[Any] = []
    inner = []
    texts = found.choices.setdefault(name, {})
    for i, category in enumerate(categories):
        domains: dict[str, sample.Domain] = {}
        template = _template(category, f"{name}{SEPARATOR}{i}", domains)
        if isinstance(template, _PLAIN):
            choices.append(template)
            continue
        text = repr(template)
        choices.append(text)
        texts[text] = template
        inner += [(path, found_domain, text) for path, found_domain in domains.items()]
    with _prefix_errors(name):
        found.parameters[name] = Categorical(choices, when=when)
    for path, found_domain, text in inner:
        _add_domain(found, path, found_domain, {name: text})


def _template(category: Any, path: str, domains: dict[str, sample.Domain]) -> Any:
    """Return a choice with a placeholder for each domain in it; the domains are added by the names of these."""
    if isinstance(category, sample.Domain):
        domains[path] = category
        return Placeholder(path)
    if isinstance(category, (Mapping, list, tuple)):
        items = category.items() if isinstance(category, Mapping) else enumerate(category)
        filled = {key: _template(value, f"{path}{SEPARATOR}{key}", domains) for key, value in items}
        if domains:
            return filled if isinstance(category, Mapping) else type(category)(filled.values())
    return category
