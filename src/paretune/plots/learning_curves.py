"""Learning curves as Matplotlib axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from paretune.errors import InvalidInputError
from paretune.figures import learning_curves_view
from paretune.figures.labels import plain_text
from paretune.plots.axes import FAILED, FRONT, OTHER, axes_for, set_scale
from paretune.trials import Trials

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STYLES: dict[str, dict[str, Any]] = {
    "other": {"color": FAILED, "alpha": 0.4},
    "stopped": {"color": OTHER, "alpha": 0.6},
    "complete": {"color": "0.4", "alpha": 0.6},
    "efficient": {"color": FRONT, "linewidth": 2},
}


def plot_learning_curves(trials: Trials, ax: Axes | Sequence[Axes] | None = None) -> list[Axes]:
    """Draw what the trials reported while they ran; one panel for each metric, efficient trials coloured.

    Args:
        trials: the trials to draw.
        ax: axes to draw on, one for each metric that changes within a trial, at most four; by default those of a new
            figure.

    Returns:
        The axes.

    Raises:
        InvalidInputError: no trial has a curve.
    """
    view = learning_curves_view(trials)
    if not view.metrics:
        raise InvalidInputError("no trial has reported steps, so there are no learning curves; see docs/curves.md")
    axes = axes_for(len(view.metrics), ax)
    for panel, name, is_log in zip(axes, view.metrics, view.is_log, strict=True):
        for group, style in _STYLES.items():
            numbers = [number for number, found in view.groups.items() if found == group]
            for i, number in enumerate(numbers):
                curve = view.curves.of(number)
                label = f"{group} ({len(numbers):,})" if i == 0 else "_"
                panel.plot(curve.steps, curve.metrics[name], label=label, **style)
        panel.set(xlabel="step", ylabel=plain_text(name))
        set_scale(panel, y_is_log=is_log)
    axes[0].legend()
    return axes
