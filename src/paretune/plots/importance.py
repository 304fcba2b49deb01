"""The importances of the parameters as Matplotlib axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from paretune.argument_checks import COUNT, check_arguments
from paretune.figures import importance_view
from paretune.figures.labels import plain_text
from paretune.plots.axes import axes_for
from paretune.trials import Trials

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_importance(trials: Trials, ax: Axes | Sequence[Axes] | None = None, *, n: int = 15) -> list[Axes]:
    """Draw how much worse each outcome is predicted when a parameter is shuffled; one panel for each outcome.

    An outcome that the parameters do not predict has an empty panel with the reason.

    Args:
        trials: the trials to analyse.
        ax: axes to draw on, one for each objective and one for failures; by default those of a new figure.
        n: the maximal number of parameters, the most important first.

    Returns:
        The axes.
    """
    check_arguments(trials=(trials, Trials), n=(n, COUNT))
    view = importance_view(trials)
    shown = view.order[:n][::-1]
    axes = axes_for(len(view.outcomes), ax)
    for panel, (name, found) in zip(axes, view.outcomes.items(), strict=True):
        panel.set_title(plain_text(name))
        if found.is_predicted:
            labels = [plain_text(view.parameters[i], 24) for i in shown]
            panel.barh(labels, found.mean[shown], xerr=found.spread[shown])
            panel.set_xlabel("importance")
        else:
            why = found.why_not or "not predicted better than by the mean"
            panel.text(0.5, 0.5, why, ha="center", va="center", wrap=True, transform=panel.transAxes)
            panel.set_axis_off()
    return axes
