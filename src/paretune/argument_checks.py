"""The check of the arguments of public functions: one error names the argument, what it must be, and what it is."""

from __future__ import annotations

import math
import numbers
import os
import reprlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from paretune.errors import InvalidInputError


@dataclass(frozen=True)
class Expected:
    """A kind of arguments.

    Args:
        words: what the argument must be, for the message.
        accepts: whether a value is of this kind.
    """

    words: str
    accepts: Callable[[Any], bool]


def check_arguments(**arguments: tuple[Any, ...]) -> None:
    """Check arguments of a public function.

    Args:
        **arguments: for each argument its value, then what it may be: kinds, classes or None.

    Raises:
        InvalidInputError: an argument is something else; the message begins with its name.

    Example:
        >>> check_arguments(title=(3, TEXT, None))
        Traceback (most recent call last):
        ...
        paretune.errors.InvalidInputError: title must be text or None, but is 3
    """
    for name, (value, *alternatives) in arguments.items():
        if not any(_accepts(alternative, value) for alternative in alternatives):
            words = " or ".join(_words(alternative) for alternative in alternatives)
            raise InvalidInputError(f"{name} must be {words}, but is {reprlib.repr(value)}")


def list_of(kind: type | Expected) -> Expected:
    """Return the kind of lists and tuples, not empty, with elements of one kind."""
    return Expected(
        f"a list of one or more, each {_words(kind)}",
        lambda value: _is_list(value) and len(value) > 0 and all(_accepts(kind, element) for element in value),
    )


def mapping_to(kind: type | Expected) -> Expected:
    """Return the kind of mappings from names to values of one kind."""
    return Expected(
        f"a mapping of names to {_words(kind)}",
        lambda value: (
            isinstance(value, Mapping)
            and all(isinstance(name, str) and _accepts(kind, each) for name, each in value.items())
        ),
    )


def _accepts(alternative: Expected | type | None, value: Any) -> bool:
    if isinstance(alternative, Expected):
        return alternative.accepts(value)
    return value is None if alternative is None else isinstance(value, alternative)


def _words(alternative: Expected | type | None) -> str:
    if isinstance(alternative, Expected):
        return alternative.words
    return "None" if alternative is None else alternative.__name__


def _is_number(value: Any) -> bool:
    is_real = isinstance(value, numbers.Real) and not isinstance(value, (bool, np.bool_))
    try:
        return is_real and math.isfinite(value)
    except OverflowError:  # a whole number beyond floating point
        return False


def _is_whole(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _are_numbers(value: Any) -> bool:
    if value is None or isinstance(value, (str, bytes, bool, numbers.Real)):
        return False
    try:
        return np.asarray(value).dtype.kind in "iuf" or np.size(np.asarray(value, dtype=float)) == 0
    except (TypeError, ValueError):  # rows of different lengths, or words
        return False


def _is_list(value: Any) -> bool:
    return isinstance(value, (Collection, np.ndarray)) and not isinstance(value, (str, bytes, Mapping))


def _is_path(value: Any) -> bool:
    """Whether a value is a path; a word with a null character is none."""
    is_path = isinstance(value, os.PathLike) or (isinstance(value, str) and value.strip() != "")
    return is_path and "\0" not in os.fspath(value)


def check_regular_file(path: Path) -> None:
    """Check that a path is no device or pipe, which could be read for ever, or only once.

    Raises:
        InvalidInputError: it is one; a missing file and a folder are not checked.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise InvalidInputError(f"{path} is a device or a pipe and no file: save its content in a file, and name that")


COUNT = Expected("a whole number of at least 1", lambda value: _is_whole(value) and value >= 1)
WHOLE = Expected("a whole number of at least 0", lambda value: _is_whole(value) and value >= 0)
SHARE = Expected("between 0 and 1", lambda value: _is_number(value) and 0 < value < 1)
NUMBER = Expected("a number", lambda value: isinstance(value, numbers.Real) and not isinstance(value, (bool, np.bool_)))
FINITE = Expected("a finite number", _is_number)
POSITIVE = Expected("a number greater than 0", lambda value: _is_number(value) and value > 0)
NOT_NEGATIVE = Expected("a number of at least 0", lambda value: _is_number(value) and value >= 0)
NUMBERS = Expected("a table or a list of numbers", _are_numbers)
FLAG = Expected("True or False", lambda value: isinstance(value, (bool, np.bool_)))
TEXT = Expected("text", lambda value: isinstance(value, str))
NAME = Expected("non-empty text", lambda value: isinstance(value, str) and value.strip() != "")
LIST = Expected("a list", _is_list)
NAMES = Expected("a list of names", lambda value: _is_list(value) and all(isinstance(each, str) for each in value))
FLAGS = list_of(FLAG)
EMPTY = Expected("an empty list", lambda value: _is_list(value) and len(value) == 0)
WHOLES = Expected("a list of whole numbers", lambda value: _is_list(value) and all(map(_is_whole, value)))
PATH = Expected("a path", _is_path)
PATHS = Expected("a list of paths", lambda value: _is_list(value) and all(map(_is_path, value)))
FUNCTION = Expected("a function", callable)
MAPPING = Expected("a mapping", lambda value: isinstance(value, Mapping))
