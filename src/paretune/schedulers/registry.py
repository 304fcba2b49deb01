"""The schedulers by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from paretune.schedulers.asha import Asha
from paretune.schedulers.halving import Halving
from paretune.schedulers.hyperband import Hyperband
from paretune.schedulers.median import Median
from paretune.schedulers.startup_halving import StartupHalving

SCHEDULERS: Mapping[str, type[Any]] = MappingProxyType(
    {"asha": Asha, "bayes": StartupHalving, "halving": Halving, "hyperband": Hyperband, "median": Median}
)
