"""Readers of the value of one run option: from a typed word, or an entry of a study file, to a checked value.

Each reader takes the option's name, for messages, and what the user gave.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from paretune.app.known_names import MAX_WORKERS, SCHEDULERS, SEARCHERS
from paretune.errors import InvalidInputError, did_you_mean

if TYPE_CHECKING:
    from paretune.study.budget import Budget
    from paretune.study.confirmation import Confirm

EXECUTORS = ("local", "ray")
_NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?"
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_BYTES = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def read_count(name: str, value: Any) -> int:
    """Read a whole number of at least 1."""
    return _read_whole_number(name, value, 1, 2**32)


def read_workers(name: str, value: Any) -> int:
    """Read a number of workers."""
    return _read_whole_number(name, value, 1, MAX_WORKERS)


def read_seed(name: str, value: Any) -> int:
    """Read a whole number from 0 to 2**32 - 1."""
    return _read_whole_number(name, value, 0, 2**32 - 1)


def read_text(name: str, value: Any) -> str:
    """Read text that is not empty."""
    if not isinstance(value, str):
        raise InvalidInputError(f"{name} must be text, but is {value!r}")
    if not value.strip():
        raise InvalidInputError(f"{name} is empty (is a shell variable not set?): give a value, or leave it out")
    return value


def read_names(name: str, value: Any) -> tuple[str, ...]:
    """Read names, as a list or one name."""
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, (list, tuple)) or not all(isinstance(word, str) and word.strip() for word in words):
        raise InvalidInputError(f"{name} must be a name, or a list of names, but is {value!r}")
    return tuple(words)


def read_searcher(name: str, value: Any) -> str:
    """Read the name of a searcher."""
    return _read_choice(name, value, SEARCHERS)


def read_searcher_options(name: str, value: Any) -> tuple[tuple[str, Any], ...]:
    """Read options of a searcher: a mapping, or words in which numbers, true and false become values.

    Example:
        >>> read_searcher_options("searcher_option", ["population=20", "mutation=1.5"])
        (('population', 20), ('mutation', 1.5))
    """
    if isinstance(value, Mapping):
        return tuple(value.items())
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, (list, tuple)):
        raise InvalidInputError(f"{name} must be a mapping such as population: 20, but is {value!r}")
    options: dict[str, Any] = {}
    for word in words:
        option, equals, text = str(word).partition("=")
        if not option or not equals:
            raise InvalidInputError(f"{name} must be name=value, such as population=20, but is {word!r}")
        if option in options:
            raise InvalidInputError(f"{name} gives {option} twice: leave one out")
        options[option] = parse_value(text)
    return tuple(options.items())


def parse_value(text: str) -> Any:
    """Parse a word: numbers, true, false and null become values, anything else stays text."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return text
    return text if isinstance(value, (dict, list)) else value


def read_scheduler(name: str, value: Any) -> str:
    """Read the name of a scheduler."""
    return _read_choice(name, value, SCHEDULERS)


def read_budget(name: str, value: Any) -> Budget:  # noqa: ARG001 (the message names the budget)
    """Read a budget, such as ``epochs=600`` or ``hours=2``."""
    from paretune.study.budget import Budget

    return Budget.parse(str(value))


def read_confirm(name: str, value: Any) -> Confirm:  # noqa: ARG001 (the message names it)
    """Read the part of a run that trains the front again, such as ``10%`` or a number of trials."""
    from paretune.study.confirmation import Confirm

    return Confirm.parse(value)


def read_executor(name: str, value: Any) -> str:
    """Read the name of an executor."""
    return _read_choice(name, value, EXECUTORS)


def read_devices(name: str, value: Any) -> tuple[str, ...]:
    """Read names of GPUs of this machine, as a list or separated by commas."""
    from paretune.execution import make_slots

    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, (list, tuple)):
        raise InvalidInputError(f"{name} must be names such as cuda:0,cuda:1, but is {value!r}")
    devices = tuple(str(word).strip() for word in words)
    make_slots(None, devices)  # raises if a device does not exist
    return devices


def read_trackers(name: str, value: Any) -> tuple[str, ...]:
    """Read names of trackers, each once, as a list or one name."""
    from paretune.tracking import TRACKERS, check_tracker

    words = [value] if isinstance(value, str) else value
    if not isinstance(words, (list, tuple)):
        raise InvalidInputError(f"{name} must be names such as {TRACKERS[0]}, but is {value!r}")
    names = tuple(check_tracker(str(word)) for word in words)
    if twice := [each for each in names if names.count(each) > 1]:
        raise InvalidInputError(f"{name} names {twice[0]} twice: leave one out")
    return names


def read_processors(name: str, value: Any) -> float:
    """Read a number of processors: a whole number, or a fraction of one."""
    from paretune.space.values import check_number

    amount = check_number(name, value)
    if amount < 0 or (amount > 1 and amount != int(amount)):
        raise InvalidInputError(f"{name} must be a whole number or a share below 1, but is {value!r}")
    return amount


def read_seconds(name: str, value: Any) -> float:
    """Read a duration with its unit, in seconds.

    Example:
        >>> read_seconds("stop_after", "1.5h")
        5400.0
    """
    return _read_quantity(name, value, _SECONDS, "90, 30m or 2h")


def read_bytes(name: str, value: Any) -> int:
    """Read an amount of memory with its unit, in bytes; less than a megabyte is refused.

    Example:
        >>> read_bytes("memory_limit", "2G")
        2147483648
    """
    size = int(_read_quantity(name, value, _BYTES, "800M or 4G"))
    if size < _BYTES["M"]:
        raise InvalidInputError(f"{name} must be a number such as 800M or 4G, but {value!r} is {size:,} bytes")
    return size


def read_growth(name: str, value: Any) -> tuple[float, int]:
    """Read a growth in percent and a number of trials.

    Example:
        >>> read_growth("stop_growth", "0.5:50")
        (0.5, 50)
    """
    found = re.fullmatch(rf"\s*({_NUMBER})\s*%?\s*:\s*(\d+)\s*", str(value))
    if found is None:
        raise InvalidInputError(f"{name} must be percent and trials, such as 1:50, but is {value!r}")
    return float(found[1]), read_count(name, int(found[2]))


def _read_whole_number(name: str, value: Any, low: int, high: int) -> int:
    if type(value) is not int:  # from a file: text, a float or a boolean
        from paretune.space import Int

        return int(Int(low, high).check(name, value))
    if not low <= value <= high:
        raise InvalidInputError(f"{name} must be between {low} and {high}, but is {value}")
    return value


def _read_choice(name: str, value: Any, choices: Collection[str]) -> str:
    if value not in choices:
        raise InvalidInputError(
            f"{name} must be one of {', '.join(choices)}, but is {value!r}{did_you_mean(value, choices)}"
        )
    return str(value)


def _read_quantity(name: str, value: Any, units: Mapping[str, int], example: str) -> float:
    found = re.fullmatch(rf"\s*({_NUMBER})\s*([A-Za-z]?)(?:i?B)?\s*", str(value))
    if found is None or found[2] not in units:
        raise InvalidInputError(f"{name} must be a number such as {example}, but is {value!r}")
    size = float(found[1]) * units[found[2]]
    if not math.isfinite(size):
        raise InvalidInputError(f"{name} must be finite, but is {value!r}")
    if size <= 0:
        raise InvalidInputError(f"{name} must be more than 0, but is {value!r}")
    return size
