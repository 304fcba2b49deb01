"""SigOpt's linear constraints between parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from paretune.errors import InvalidInputError
from paretune.server.sigopt.fields import read_choice, read_list, read_number, read_object, require
from paretune.space import LinearConstraint


def read_linear_constraints(value: Any, parameters: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Check linear constraints, and write them as SigOpt answers them.

    Args:
        value: the list of a request.
        parameters: as `read_parameters` returns them.

    Raises:
        InvalidInputError: a field is wrong, or a term names a parameter that is no number between bounds, or may not
            exist; the message names it.
    """
    allowed = [p["name"] for p in parameters if p["type"] != "categorical" and "grid" not in p and not p["conditions"]]
    found = []
    for i, each in enumerate(read_list(value, "linear_constraints")):
        where = f"linear_constraints[{i}]"
        fields = read_object(each, where, ("type", "threshold", "terms"))
        kind = read_choice(require(fields, "type", where), f"{where}.type", ("less_than", "greater_than"))
        threshold = read_number(require(fields, "threshold", where), f"{where}.threshold")
        terms = _read_terms(require(fields, "terms", where), f"{where}.terms", allowed)
        found.append({"object": "linear_constraint", "type": kind, "threshold": threshold, "terms": terms})
    return found


def make_constraints(constraints: Sequence[Mapping[str, Any]]) -> list[LinearConstraint]:
    """The constraints of a space; a threshold is itself allowed.

    Args:
        constraints: as `read_linear_constraints` returns them.
    """
    return [
        LinearConstraint(
            {term["name"]: term["weight"] for term in constraint["terms"]},
            **{"at_most" if constraint["type"] == "less_than" else "at_least": constraint["threshold"]},
        )
        for constraint in constraints
    ]


def _read_terms(value: Any, where: str, allowed: Sequence[str]) -> list[dict[str, Any]]:
    terms: dict[str, float] = {}
    for i, each in enumerate(read_list(value, where)):
        place = f"{where}[{i}]"
        fields = read_object(each, place, ("name", "weight"))
        name = read_choice(require(fields, "name", place), f"{place}.name", allowed)
        if name in terms:
            raise InvalidInputError(f"{place}.name: {name!r} occurs twice")
        terms[name] = read_number(require(fields, "weight", place), f"{place}.weight")
    weights = {name: weight for name, weight in terms.items() if weight != 0}
    if not weights:
        raise InvalidInputError(f"{where}: a weight must not be 0")
    return [{"object": "constraint_term", "name": name, "weight": weight} for name, weight in weights.items()]
