"""Utilities: one number that trades several metrics, such as ``accuracy * (latency / 0.1) ** -0.07``."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from paretune.argument_checks import NAME, check_arguments
from paretune.errors import InvalidInputError, did_you_mean

MAX_LENGTH, MAX_NODES = 500, 100
_BINARY: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: math.pow,
}
_UNARY: Mapping[type[ast.unaryop], Callable[[float], float]] = {ast.UAdd: lambda a: a, ast.USub: lambda a: -a}
_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
}
_MIN_ARGUMENTS = {"min": 2, "max": 2}
_ALLOWED = f"numbers, metrics, + - * / **, brackets and {', '.join(_FUNCTIONS)}"


@dataclass(frozen=True)
class Utility:
    """An expression of metrics; more is better. Nothing but arithmetic can be in it.

    Tan et al. (2019), "MnasNet", use ``accuracy * (latency / target) ** -0.07``. Weights are
    ``0.7 * accuracy - 0.3 * latency``.

    Args:
        text: the expression: numbers, names of metrics, ``+ - * / **``, brackets, and min, max, abs, exp, log, sqrt.

    Raises:
        InvalidInputError: it is no such expression.

    Example:
        >>> utility = Utility("accuracy * (latency / 0.1) ** -0.07")
        >>> utility.names, round(utility.value({"accuracy": 0.8, "latency": 0.2}), 4)
        (('accuracy', 'latency'), 0.7621)
    """

    text: str

    def __post_init__(self) -> None:
        check_arguments(**{"a utility": (self.text, NAME)})
        if not self.names:
            raise InvalidInputError(f"the utility {self.text!r} names no metric: write one such as accuracy - latency")

    @cached_property
    def _tree(self) -> ast.expr:
        if len(self.text) > MAX_LENGTH:
            raise InvalidInputError(f"a utility has at most {MAX_LENGTH} characters, but this one has {len(self.text)}")
        try:
            tree = ast.parse(self.text.strip(), mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            raise InvalidInputError(f"the utility {self.text!r} is no expression: write {_ALLOWED}") from error
        if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
            raise InvalidInputError(f"the utility {self.text!r} is too long: write a shorter expression")
        _check(tree, self.text)
        return tree

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the metrics, in the order of their first occurrence."""
        functions = {id(node.func) for node in ast.walk(self._tree) if isinstance(node, ast.Call)}
        found = [node for node in ast.walk(self._tree) if isinstance(node, ast.Name) and id(node) not in functions]
        found.sort(key=lambda node: node.col_offset)
        return tuple(dict.fromkeys(node.id for node in found))

    def check_names(self, known: Mapping[str, Any] | tuple[str, ...]) -> None:
        """Check that every metric of the expression is known.

        Raises:
            InvalidInputError: one is not.
        """
        for name in self.names:
            if name not in known:
                near = did_you_mean(name, known)
                raise InvalidInputError(
                    f"the utility {self.text!r} names {name!r}, which is no metric{near}; there are {', '.join(known)}"
                )

    def value(self, metrics: Mapping[str, Any]) -> float:
        """Return the utility of some metrics; NaN if one is missing or no number, or the result is not finite.

        Args:
            metrics: numbers by name.
        """
        numbers = {name: metrics.get(name) for name in self.names}
        if not all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in numbers.values()):
            return math.nan
        try:
            result = float(_evaluate(self._tree, numbers))
        except (ArithmeticError, ValueError):  # a division by zero, or the logarithm of a negative number
            return math.nan
        return result if math.isfinite(result) else math.nan


def _check(node: ast.expr, text: str) -> None:
    """Refuse everything but arithmetic."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return
    if isinstance(node, ast.Name):
        return
    for part in _parts(node, text):
        _check(part, text)


def _parts(node: ast.expr, text: str) -> list[ast.expr]:
    """Return the operands of an operation that is allowed."""
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp) and type(node.op) in _UNARY:
        return [node.operand]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        name, n = node.func.id, len(node.args)
        least = _MIN_ARGUMENTS.get(name, 1)
        if name in _FUNCTIONS and n >= least and (n == 1 or name in _MIN_ARGUMENTS):
            return list(node.args)
    part = ast.get_source_segment(text.strip(), node) or text
    raise InvalidInputError(f"the utility {text!r} has {part!r}, which is not allowed: write {_ALLOWED}")


def _evaluate(node: ast.expr, numbers: Mapping[str, Any]) -> float:
    if isinstance(node, ast.Constant):
        return float(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.Name):
        return float(numbers[node.id])
    if isinstance(node, ast.BinOp):
        return _BINARY[type(node.op)](_evaluate(node.left, numbers), _evaluate(node.right, numbers))
    if isinstance(node, ast.UnaryOp):
        return _UNARY[type(node.op)](_evaluate(node.operand, numbers))
    assert isinstance(node, ast.Call), "the tree was checked"  # noqa: S101 (for the type)
    assert isinstance(node.func, ast.Name), "the tree was checked"  # noqa: S101 (for the type)
    return _FUNCTIONS[node.func.id](*(_evaluate(argument, numbers) for argument in node.args))
