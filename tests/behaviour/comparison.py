"""Differences between recorded and found values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

TOLERANCE = 1e-5  # of numbers, relative and absolute: machines differ in the last digits


def differences(recorded: Any, found: Any, tolerance: float = TOLERANCE, path: str = "") -> Iterator[str]:
    """Yield a line for each place where two JSON values differ; numbers may differ by the tolerance, whole ones not."""
    if isinstance(recorded, Mapping) and isinstance(found, Mapping):
        for key in [*recorded, *(key for key in found if key not in recorded)]:
            if key not in found or key not in recorded:
                yield f"{path}/{key}: {'missing' if key in recorded else 'new'}"
            else:
                yield from differences(recorded[key], found[key], tolerance, f"{path}/{key}")
    elif isinstance(recorded, list) and isinstance(found, list) and len(recorded) == len(found):
        for i, (before, now) in enumerate(zip(recorded, found, strict=True)):
            yield from differences(before, now, tolerance, f"{path}/{i}")
    elif not is_same(recorded, found, tolerance):
        yield f"{path}: recorded {recorded!r}, found {found!r}"


def is_same(recorded: Any, found: Any, tolerance: float) -> bool:
    """Return whether two values are of the same type and equal, or two numbers that differ by the tolerance."""
    if isinstance(recorded, float) and isinstance(found, float):
        return recorded == found or math.isclose(recorded, found, rel_tol=tolerance, abs_tol=tolerance)
    return type(recorded) is type(found) and recorded == found
