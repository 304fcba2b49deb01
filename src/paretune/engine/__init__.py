"""From trials and a seed to the next configurations: one pure function, `suggest`."""

from paretune.engine.design import grid, sobol
from paretune.engine.suggest import suggest

__all__ = ["grid", "sobol", "suggest"]
