"""Pictures: for each, one function that computes what it shows and one that draws it.

A view is made of plain numbers in the user's units; `image` writes a drawing as PNG or SVG.
"""

from paretune.figures.animation import animate_front
from paretune.figures.feasible import FeasibleView, draw_feasible, feasible_view
from paretune.figures.front import FrontView, front_view
from paretune.figures.front_drawing import draw_front
from paretune.figures.growth import GrowthView, growth_view
from paretune.figures.growth_drawing import draw_growth
from paretune.figures.importance import ImportanceView, importance_view
from paretune.figures.importance_drawing import draw_importance
from paretune.figures.parallel import ParallelView, parallel_view
from paretune.figures.parallel_drawing import draw_parallel
from paretune.figures.region import RegionView, region_view
from paretune.figures.region_drawing import draw_region
from paretune.figures.search_path import SearchView, search_view
from paretune.figures.search_path_drawing import draw_search
from paretune.figures.style import image

__all__ = [
    "FeasibleView",
    "FrontView",
    "GrowthView",
    "ImportanceView",
    "ParallelView",
    "RegionView",
    "SearchView",
    "animate_front",
    "draw_feasible",
    "draw_front",
    "draw_growth",
    "draw_importance",
    "draw_parallel",
    "draw_region",
    "draw_search",
    "feasible_view",
    "front_view",
    "growth_view",
    "image",
    "importance_view",
    "parallel_view",
    "region_view",
    "search_view",
]
