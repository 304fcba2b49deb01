"""Pictures as Matplotlib axes, for notebooks and papers: one function for each view of `paretune.figures`.

Only here: Matplotlib, which is the extra ``plots``.
"""

from paretune.plots.front import plot_front
from paretune.plots.growth import plot_growth
from paretune.plots.importance import plot_importance
from paretune.plots.learning_curves import plot_learning_curves
from paretune.plots.study_plots import StudyPlots

__all__ = ["StudyPlots", "plot_front", "plot_growth", "plot_importance", "plot_learning_curves"]
