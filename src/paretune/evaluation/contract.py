"""The contract of an evaluation: a function from a configuration to its metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Evaluate: TypeAlias = Callable[[Mapping[str, Any]], Mapping[str, Any]]
STEPS = "paretune:steps"  # the key, among the metrics of an evaluation, of the metrics of its steps: a mapping each
