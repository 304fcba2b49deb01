"""The contract of an evaluation: a function from a configuration to its metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Evaluate: TypeAlias = Callable[[Mapping[str, Any]], Mapping[str, Any]]
STEPS_METRIC = "paretune:steps"  # the metric that holds the intermediate metrics: a sequence with one mapping per step
LOG_FOLDER_VARIABLE = "PARETUNE_LOG_FOLDER"  # the environment variable that names the folder of the trial's log
