"""From trials and a seed to the next configurations: one pure function, `suggest`; and what the models believe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paretune.engine.initial_design import grid, sobol
from paretune.engine.suggest import suggest

if TYPE_CHECKING:
    from paretune.engine.posterior.draws import posterior_draws

__all__ = ["grid", "posterior_draws", "sobol", "suggest"]


def __getattr__(name: str) -> Any:
    if name != "posterior_draws":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from paretune.engine.posterior.draws import posterior_draws  # noqa: PLC0415 (torch is loaded when the models are asked)

    return posterior_draws
