"""Pictures: for each, one function that computes what it shows and one that draws it."""

from paretune.figures.front import FrontView, draw_front, front_view
from paretune.figures.progress import ProgressView, draw_progress, progress_view
from paretune.figures.style import image

__all__ = ["FrontView", "ProgressView", "draw_front", "draw_progress", "front_view", "image", "progress_view"]
