"""Pictures: for each, one function computes a view (`front_view`) and one draws it (`draw_front`).

A view consists of plain numbers in the user's units, and its drawing is in the module ``<view>_drawing``. `image_bytes`
writes a drawing as PNG or SVG. The tests of a drawing stand with those of its view in ``tests/figures/test_<view>.py``.
`trial_selection`, `labels` and `style` serve all pictures; they are tested by ``test_every_study.py`` and
``test_style.py``.
"""

from paretune.figures.animation import animate_front
from paretune.figures.feasibility import FeasibilityView, draw_feasibility, feasibility_view
from paretune.figures.front import FrontView, front_view
from paretune.figures.front_drawing import draw_front
from paretune.figures.growth import GrowthView, growth_view
from paretune.figures.growth_drawing import draw_growth
from paretune.figures.importance import ImportanceView, importance_view
from paretune.figures.importance_drawing import draw_importance
from paretune.figures.parallel_coordinates import ParallelCoordinatesView, parallel_coordinates_view
from paretune.figures.parallel_coordinates_drawing import draw_parallel_coordinates
from paretune.figures.region import RegionView, region_view
from paretune.figures.region_drawing import draw_region
from paretune.figures.search_path import SearchPathView, search_path_view
from paretune.figures.search_path_drawing import draw_search_path
from paretune.figures.style import image_bytes

__all__ = [
    "FeasibilityView",
    "FrontView",
    "GrowthView",
    "ImportanceView",
    "ParallelCoordinatesView",
    "RegionView",
    "SearchPathView",
    "animate_front",
    "draw_feasibility",
    "draw_front",
    "draw_growth",
    "draw_importance",
    "draw_parallel_coordinates",
    "draw_region",
    "draw_search_path",
    "feasibility_view",
    "front_view",
    "growth_view",
    "image_bytes",
    "importance_view",
    "parallel_coordinates_view",
    "region_view",
    "search_path_view",
]
