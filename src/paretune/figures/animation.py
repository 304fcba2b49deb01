"""The search as an animation, in which the front grows trial by trial."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from paretune.confidence.input_checks import check_count
from paretune.figures.front import FrontView, front_view
from paretune.figures.front_drawing import draw_marks, name_axes
from paretune.figures.style import fallback_fonts, new_figure
from paretune.figures.trial_selection import finished_trials
from paretune.trials import Trials

_PANEL_DPI = 84  # resolution of a single panel; several panels get less
_LAST_FRAME_MS = 2500  # milliseconds that the last frame stays
_N_COLOURS = 32
_MAX_PANELS = 120  # of all frames together: these take seconds to draw and stay below two megabytes


def animate_front(trials: Trials, *, frames: int = 60, seconds: float = 10.0) -> bytes:
    """Make an animated GIF in which trials appear in the order of their numbers.

    The axes are those of the last frame. The title counts the failed trials.

    Args:
        trials: what was tried.
        frames: maximal number of frames; in a longer study each frame adds several trials. Three objectives have at
            most 40 frames and four have 20, since each frame has more panels.
        seconds: duration before the last frame, which stays for another 2.5 seconds.

    Raises:
        InvalidInputError: frames is below 1.
    """
    shown = finished_trials(trials)
    last = front_view(shown)
    n_frames = min(check_count(frames, "frames"), max(_MAX_PANELS // len(last.pairs), 1))
    counts = np.unique(np.linspace(min(1, len(shown)), len(shown), n_frames).round().astype(int)).tolist()
    renderer = _FrameRenderer(last, len(shown))
    pictures = [renderer.frame(front_view(shown[:k]), k) for k in counts]
    return _gif(pictures, round(1000 * seconds / len(pictures)))


class _FrameRenderer:
    """Axes that are drawn once; each frame adds its marks to them.

    Args:
        last: the view of the last frame; it defines the axes.
        n: number of trials.
    """

    def __init__(self, last: FrontView, n: int) -> None:
        self._is_log, self._n = last.is_log, n
        self._figure, self._axes = new_figure(len(last.pairs), width=6.4, height=4.4)
        self._figure.set_dpi(_PANEL_DPI if len(last.pairs) == 1 else 0.75 * _PANEL_DPI)
        self._canvas = FigureCanvasAgg(self._figure)
        self._title = self._figure.suptitle(" ", fontsize=10)
        name_axes(last, self._axes)
        draw_marks(last, self._axes)
        with fallback_fonts(self._figure):
            self._canvas.draw()
            for ax in self._axes:
                ax.autoscale(enable=False)
                _remove_marks(ax)
            self._canvas.draw()
        self._empty = self._canvas.copy_from_bbox(self._figure.bbox)

    def frame(self, view: FrontView, k: int) -> Image.Image:
        """Draw the state after ``k`` trials."""
        self._canvas.restore_region(self._empty)
        failed = len(view.outside) + len(view.unknown)
        self._title.set_text(f"{k:,} of {self._n:,} trials: {len(view.front):,} efficient, {failed:,} failed")
        self._figure.draw_artist(self._title)
        draw_marks(replace(view, is_log=self._is_log), self._axes)
        for ax in self._axes:
            for mark in sorted([*ax.collections, *ax.lines], key=lambda mark: mark.get_zorder()):
                ax.draw_artist(mark)
            _remove_marks(ax)
        return Image.fromarray(np.asarray(self._canvas.buffer_rgba())[..., :3].copy())


def _remove_marks(ax: Axes) -> None:
    ax.containers.clear()  # containers of error bars; their parts are among the marks
    for mark in [*ax.collections, *ax.lines]:
        if mark.get_label() != "limit":
            mark.remove()


def _gif(pictures: list[Image.Image], duration: int) -> bytes:
    """Encode the frames with the palette of the last one, which has every colour; MAXCOVERAGE keeps white exact."""
    palette = pictures[-1].quantize(_N_COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    frames = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    durations = [duration] * (len(frames) - 1) + [_LAST_FRAME_MS]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=False)
    return buffer.getvalue()
