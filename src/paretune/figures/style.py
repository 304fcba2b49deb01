"""The common style of all figures: readable in black and white and by colour-blind readers."""

from __future__ import annotations

import contextlib
import io
import math
import textwrap
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, Locator, LogLocator, MaxNLocator, NullFormatter

# Okabe and Ito (2008), "Color universal design".
BLUE, ORANGE, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
GREY, BLACK = "#8A8A8A", "#222222"
# One colour from dark to light. The order is visible in grey too, and the lightest shade is visible on white.
COLORMAP = LinearSegmentedColormap.from_list("shades", ["#08244A", "#0072B2", "#6BB3DC", "#A9D0E8"])
MARK_STYLES: dict[str, dict[str, Any]] = {
    "dominated": {"s": 22, "facecolors": "none", "edgecolors": BLUE},
    "efficient": {"s": 34, "color": ORANGE, "edgecolors": BLACK, "linewidths": 0.6, "zorder": 4},
    "failed": {"marker": "x", "s": 26, "color": GREY, "linewidths": 1},
    "knee": {"s": 150, "facecolors": "none", "edgecolors": BLACK, "linewidths": 1.3, "zorder": 5},
}
# Fonts for Chinese, Japanese and Korean, which Matplotlib's own font lacks; used if they are installed.
FALLBACK_FONTS = [
    *(f"Noto Sans CJK {region}" for region in ("SC", "JP", "KR", "TC")),
    *("Source Han Sans SC", "WenQuanYi Zen Hei", "IPAexGothic", "Droid Sans Fallback"),
    *("PingFang SC", "Hiragino Sans", "Apple SD Gothic Neo", "Microsoft YaHei", "Yu Gothic", "Malgun Gothic"),
]
MARGIN_WIDTH = 0.028  # width of the margin panel, as a share of the other panels' width
MAX_VECTOR_MARKS = 2000  # more marks are embedded as pixels: as vectors they would take megabytes


def new_figure(
    n_panels: int = 1, width: float = 7.0, height: float = 4.6, *, margin: bool = False
) -> tuple[Figure, list[Axes]]:
    """Make a figure with at most two panels in a row; with a margin, the last axes are a narrow panel at the right."""
    columns = min(n_panels, 2)
    rows = -(-n_panels // columns)
    size = (width, height) if columns == 1 else (4.4 * columns, 3.7 * rows)
    fig = Figure(figsize=size, layout="constrained")
    grid = fig.add_gridspec(rows, columns + margin, width_ratios=[1] * columns + [MARGIN_WIDTH * columns] * margin)
    axes = [fig.add_subplot(grid[i // columns, i % columns]) for i in range(n_panels)]
    for ax in axes:
        hide_frame(ax)
        ax.grid(visible=True, color="#E4E4E4", linewidth=0.6)
    if margin:
        axes.append(fig.add_subplot(grid[:, -1]))
    return fig, axes


def hide_frame(ax: Axes) -> None:
    """Hide the upper and the right line of the frame, and draw the grid below the data."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_axisbelow(True)


def add_legend(fig: Figure, handles: Sequence[Artist], labels: Sequence[str], columns: int = 3) -> None:
    """Put a legend above all panels, with each label once; none if there are no labels."""
    unique = dict(zip(labels, handles, strict=True))
    if unique:
        fig.legend(unique.values(), unique.keys(), loc="outside upper center", ncols=columns, frameon=False, fontsize=9)


def add_caption(fig: Figure, *sentences: str) -> None:
    """Write sentences in small type below the panels."""
    text = " ".join(sentence for sentence in sentences if sentence)
    if text:
        width = int(15.5 * fig.get_figwidth())
        fig.supxlabel(textwrap.fill(text, width), fontsize=8, color=BLACK, x=0.01, ha="left", linespacing=1.3)


def excluded_text(n_excluded: Mapping[str, int]) -> str:
    """A sentence that counts the trials outside the picture; empty if the picture shows all."""
    counts = ", ".join(f"{n:,} {why}" for why, n in n_excluded.items() if n)
    return f"Not shown: {counts}." if counts else ""


def set_scale(ax: Axes, which: Literal["x", "y"], *, is_log: bool) -> None:
    """Choose the scale and the tick labels of an axis.

    A logarithmic axis shows plain numbers, not powers; a short one also shows round numbers between the powers of ten.
    Labels that would overlap are thinned out, on both scales. Call this after drawing: it needs the axis limits.
    """
    axis = ax.xaxis if which == "x" else ax.yaxis
    coarser: list[Locator] = [MaxNLocator(n, steps=[1, 2, 2.5, 5, 10]) for n in (6, 5, 4, 3, 2)]
    if is_log:
        ax.set(**{f"{which}scale": "log"})
        low, high = ax.get_xlim() if which == "x" else ax.get_ylim()
        decades = abs(math.log10(high) - math.log10(low))
        subs = [(1, 2, 5)] * (decades < 2.2) + [(1, 3)] * (decades < 3.2) + [(1,)]
        axis.set_major_locator(LogLocator(subs=subs[0]))
        coarser = [LogLocator(subs=between) for between in subs[1:]]
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(NullFormatter())
    for locator in coarser if which == "x" else ():
        if _has_room(ax):
            break
        axis.set_major_locator(locator)


def _has_room(ax: Axes) -> bool:
    """Whether the tick labels of the horizontal axis leave gaps; an estimate, since the layout is not done yet."""
    low, high = sorted(ax.get_xlim())
    values = [value for value in ax.xaxis.get_majorticklocs() if low <= value <= high]
    lengths = np.array([len(text) + 1 for text in ax.xaxis.get_major_formatter().format_ticks(values)])
    character = 0.62 * 10 * ax.figure.dpi / 72  # width in pixels of a character of ten points
    places = ax.transData.transform([(value, 1.0) for value in values])[:, 0] if values else np.empty(0)
    return bool((np.diff(places) >= character * (lengths[1:] + lengths[:-1]) / 2).all())


def show_message(ax: Axes, text: str) -> None:
    """Write in the middle of an empty panel why it is empty."""
    ax.set_xticks([])
    ax.set_yticks([])
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color=BLACK, wrap=True)


@contextlib.contextmanager
def fallback_fonts(fig: Figure) -> Iterator[None]:
    """Use the installed fallback fonts for letters that the main font lacks.

    A box replaces a letter that no font has; Matplotlib's warning about it is suppressed.
    """
    installed = {font.name for font in fontManager.ttflist}
    fallbacks = [name for name in FALLBACK_FONTS if name in installed]
    for text in fig.findobj(Text):
        text.set_fontfamily(list(dict.fromkeys([*text.get_fontfamily(), *fallbacks])))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph .* missing from", UserWarning)
        yield


def image_bytes(fig: Figure, kind: str) -> bytes:
    """The bytes of a ``png`` or ``svg`` file of a figure; equal figures give equal bytes."""
    buffer = io.BytesIO()
    metadata = {"Date": None} if kind == "svg" else {"Software": None}
    with (
        fallback_fonts(fig),
        mpl.rc_context({"svg.hashsalt": "paretune"}),
    ):  # else ids are random
        if fig.get_layout_engine() is not None:  # else each save would repeat the layout
            fig.draw_without_rendering()
            fig.set_layout_engine("none")
        fig.savefig(buffer, format=kind, dpi=150, metadata=metadata)
    return buffer.getvalue()
