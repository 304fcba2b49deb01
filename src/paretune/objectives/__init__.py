"""Objectives: metrics to maximise or to minimise, with limits. No other code knows directions."""

from __future__ import annotations

from paretune.objectives.objective import RESERVED_PREFIX, Maximize, Minimize, Objective
from paretune.objectives.objectives import Objectives

__all__ = ["RESERVED_PREFIX", "Maximize", "Minimize", "Objective", "Objectives"]
