"""How did the front grow? The search as a film."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from paretune.confidence.check import check_count
from paretune.figures.front import FrontView, front_view
from paretune.figures.front_drawing import draw_marks, name_axes
from paretune.figures.shown import finished
from paretune.figures.style import figure, legible
from paretune.trials import Trials

_DPI = 84  # of one panel; more are drawn smaller
_HOLD = 2500  # milliseconds that the last picture stands
_COLOURS = 32
_MOST_PANELS = 120  # of all pictures: so many are drawn in seconds and stay below two megabytes


def animate_front(trials: Trials, *, frames: int = 60, seconds: float = 10.0) -> bytes:
    """An animated GIF in which trials appear in the order of their numbers and the front grows.

    Axes stay as the last picture has them. Failed trials without a place are counted in the title.

    Args:
        trials: what was tried.
        frames: the most pictures; of longer studies each shows several trials more than the one before. Of three
            and four objectives there are at most 40 and 20, since each has so many more panels.
        seconds: how long it runs before the last picture, which stands for two and a half more.

    Raises:
        InvalidInputError: frames is below 1.
    """
    shown = finished(trials)
    last = front_view(shown)
    most = min(check_count(frames, "frames"), max(_MOST_PANELS // len(last.pairs), 1))
    counts = np.unique(np.linspace(min(1, len(shown)), len(shown), most).round().astype(int)).tolist()
    film = _Film(last, len(shown))
    pictures = [film.picture(front_view(shown[:k]), k) for k in counts]
    return _gif(pictures, round(1000 * seconds / len(pictures)))


class _Film:
    """Axes, drawn once; each picture draws its marks upon them.

    Args:
        last: what the last picture shows: it fits the axes.
        n: how many trials there are.
    """

    def __init__(self, last: FrontView, n: int) -> None:
        self._is_log, self._n = last.is_log, n
        self._figure, self._axes = figure(len(last.pairs), width=6.4, height=4.4)
        self._figure.set_dpi(_DPI if len(last.pairs) == 1 else 0.75 * _DPI)
        self._canvas = FigureCanvasAgg(self._figure)
        self._title = self._figure.suptitle(" ", fontsize=10)
        name_axes(last, self._axes)
        draw_marks(last, self._axes)
        with legible(self._figure):
            self._canvas.draw()
            for ax in self._axes:
                ax.autoscale(enable=False)
                _wipe(ax)
            self._canvas.draw()
        self._empty = self._canvas.copy_from_bbox(self._figure.bbox)

    def picture(self, view: FrontView, k: int) -> Image.Image:
        """What is known after ``k`` trials."""
        self._canvas.restore_region(self._empty)
        failed = len(view.outside) + len(view.unknown)
        self._title.set_text(f"{k:,} of {self._n:,} trials: {len(view.front):,} efficient, {failed:,} failed")
        self._figure.draw_artist(self._title)
        draw_marks(replace(view, is_log=self._is_log), self._axes)
        for ax in self._axes:
            for mark in sorted([*ax.collections, *ax.lines], key=lambda mark: mark.get_zorder()):
                ax.draw_artist(mark)
            _wipe(ax)
        return Image.fromarray(np.asarray(self._canvas.buffer_rgba())[..., :3].copy())


def _wipe(ax: Axes) -> None:
    ax.containers.clear()  # of error bars, whose parts are among the marks
    for mark in [*ax.collections, *ax.lines]:
        if mark.get_label() != "limit":
            mark.remove()


def _gif(pictures: list[Image.Image], duration: int) -> bytes:
    """One palette for all, that of the last picture, which has every colour; coverage keeps white white."""
    palette = pictures[-1].quantize(_COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    frames = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    durations = [duration] * (len(frames) - 1) + [_HOLD]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=False)
    return buffer.getvalue()
