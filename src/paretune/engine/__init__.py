"""The optimizer: `suggest`, a pure function from trials and a seed to configurations, and draws of its models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paretune.engine.initial_design import grid, sobol
from paretune.engine.recommend import Recommendation, recommend
from paretune.engine.suggest import suggest

if TYPE_CHECKING:
    from paretune.engine.posterior.draws import posterior_draws

__all__ = ["Recommendation", "grid", "posterior_draws", "recommend", "sobol", "suggest"]


def __getattr__(name: str) -> Any:
    if name != "posterior_draws":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from paretune.engine.posterior.draws import posterior_draws  # noqa: PLC0415 (torch is loaded with the first model)

    return posterior_draws
