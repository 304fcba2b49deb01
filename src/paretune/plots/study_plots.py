"""The pictures of one study: ``study.plot.front()``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paretune.plots.front import plot_front
from paretune.plots.growth import plot_growth
from paretune.plots.importance import plot_importance
from paretune.plots.learning_curves import plot_learning_curves
from paretune.trials import Trials

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class StudyPlots:
    """The pictures of a table of trials, as Matplotlib axes.

    Args:
        trials: the trials to draw.
    """

    trials: Trials

    def front(self, baseline: Trials | None = None, ax: Axes | Sequence[Axes] | None = None) -> list[Axes]:
        """Draw the front, as `plot_front`."""
        return plot_front(self.trials, baseline, ax)

    def growth(self, baseline: Trials | None = None, ax: Axes | Sequence[Axes] | None = None) -> Axes:
        """Draw the hypervolume after each trial, as `plot_growth`."""
        return plot_growth(self.trials, baseline, ax)

    def importance(self, ax: Axes | Sequence[Axes] | None = None, *, n: int = 15) -> list[Axes]:
        """Draw the importances of the parameters, as `plot_importance`."""
        return plot_importance(self.trials, ax, n=n)

    def learning_curves(self, ax: Axes | Sequence[Axes] | None = None) -> list[Axes]:
        """Draw the learning curves, as `plot_learning_curves`."""
        return plot_learning_curves(self.trials, ax)
