"""Pictures: for each, one function computes a view (`front_view`) and one draws it (`draw_front`).

A view consists of plain numbers in the user's units, and its drawing is in the module ``<view>_drawing``. A drawing is
SVG in the colours of the page: `Drawing.inline` for a page, `Drawing.file_bytes` for a file. The tests of a drawing
stand with those of its view in ``tests/figures/test_<view>.py``. `trial_selection`, `labels`, `style`, `svg` and
`marks` serve all pictures; they are tested by ``test_every_study.py``.
"""

from paretune.figures.cost import CostView, cost_view
from paretune.figures.cost_drawing import draw_cost
from paretune.figures.feasibility import FeasibilityView, feasibility_view
from paretune.figures.feasibility_drawing import draw_feasibility
from paretune.figures.film import draw_film
from paretune.figures.front import FrontView, front_view
from paretune.figures.front_drawing import draw_front
from paretune.figures.growth import GrowthView, growth_view
from paretune.figures.growth_drawing import draw_growth
from paretune.figures.importance import ImportanceView, importance_view
from paretune.figures.importance_drawing import draw_importance
from paretune.figures.learning_curves import LearningCurvesView, learning_curves_view
from paretune.figures.learning_curves_drawing import draw_learning_curves
from paretune.figures.parallel_coordinates import ParallelCoordinatesView, parallel_coordinates_view
from paretune.figures.parallel_coordinates_drawing import draw_parallel_coordinates
from paretune.figures.region import RegionView, region_view
from paretune.figures.region_drawing import draw_region
from paretune.figures.schedules import SchedulesView, schedules_view
from paretune.figures.schedules_drawing import draw_schedules
from paretune.figures.search_path import SearchPathView, search_path_view
from paretune.figures.search_path_drawing import draw_search_path
from paretune.figures.signals import SignalsView, signals_view
from paretune.figures.signals_drawing import draw_signals
from paretune.figures.style import NARROW, THEME, WIDE
from paretune.figures.svg import Drawing

__all__ = [
    "NARROW",
    "THEME",
    "WIDE",
    "CostView",
    "Drawing",
    "FeasibilityView",
    "FrontView",
    "GrowthView",
    "ImportanceView",
    "LearningCurvesView",
    "ParallelCoordinatesView",
    "RegionView",
    "SchedulesView",
    "SearchPathView",
    "SignalsView",
    "cost_view",
    "draw_cost",
    "draw_feasibility",
    "draw_film",
    "draw_front",
    "draw_growth",
    "draw_importance",
    "draw_learning_curves",
    "draw_parallel_coordinates",
    "draw_region",
    "draw_schedules",
    "draw_search_path",
    "draw_signals",
    "feasibility_view",
    "front_view",
    "growth_view",
    "importance_view",
    "learning_curves_view",
    "parallel_coordinates_view",
    "region_view",
    "schedules_view",
    "search_path_view",
    "signals_view",
]
