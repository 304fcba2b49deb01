"""Conversion of a metric, as any library returns it, to a Python number."""

from __future__ import annotations

from typing import Any


def metric_as_float(value: Any) -> float | None:
    """Convert a metric to a float; None if it is not a single real number.

    Numbers and arrays of one element are converted, also those of NumPy and PyTorch. Booleans, texts and complex
    numbers are not.

    Example:
        >>> metric_as_float(3), metric_as_float("3"), metric_as_float(True)
        (3.0, None, None)
    """
    is_complex = getattr(getattr(value, "dtype", None), "kind", "") == "c"
    if isinstance(value, (bool, str, bytes)) or is_complex or not hasattr(value, "__float__"):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError, RuntimeError):  # an array of several elements
        return None
