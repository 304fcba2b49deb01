"""The search as a film: an SVG file in which the front grows trial by trial, again and again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np

from paretune.argument_checks import COUNT, POSITIVE, check_arguments
from paretune.confidence.input_checks import check_count
from paretune.figures.front import FrontView, front_view
from paretune.figures.front_drawing import draw_limits, draw_marks, front_panel, has_marks, legend_entries
from paretune.figures.legend import draw_legend
from paretune.figures.panel import Panel, bottom_of, grid_boxes
from paretune.figures.svg import Drawing, element, text
from paretune.figures.trial_selection import finished_trials
from paretune.trials import Trials

_LAST_SECONDS = 2.5  # that the last frame stays
_MAX_PANELS = 120  # of all frames together
_TITLE = 24  # height of the line that counts the trials
Window = tuple[int, int]  # the first frame with an element, and the first one without it


def draw_film(trials: Trials, *, width: int = 640, frames: int = 60, seconds: float = 10.0) -> Drawing:
    """Draw a film in which trials appear in the order of their numbers.

    The axes are those of the last frame. A line above them counts the trials. A reader who asked for no motion sees the
    last frame.

    Args:
        trials: what was tried.
        width: width in pixels.
        frames: maximal number of frames; in a longer study each frame adds several trials. Three objectives have at
            most 40 frames and four have 20, since each frame has more panels.
        seconds: duration before the last frame, which stays for another 2.5 seconds.

    Raises:
        InvalidInputError: frames is below 1.
    """
    check_arguments(trials=(trials, Trials), width=(width, COUNT), frames=(frames, COUNT), seconds=(seconds, POSITIVE))
    shown = finished_trials(trials)
    last = front_view(shown)
    n_frames = min(check_count(frames, "frames"), max(_MAX_PANELS // len(last.pairs), 1))
    counts = np.unique(np.linspace(min(1, len(shown)), len(shown), n_frames).round().astype(int)).tolist()
    views = [replace(front_view(shown[:k]), is_log=last.is_log, n_last=last.n_last) for k in counts]
    legend, top = draw_legend([(mark, name.split(" (")[0]) for mark, name in legend_entries(last, "")], width)
    height = 0.72 * min(width, 560) if len(last.pairs) == 1 else 280
    boxes = grid_boxes(len(last.pairs), width, _TITLE + top, height)
    parts = [f'<g transform="translate(0 {_TITLE})">{legend}</g>'] if has_marks(last) else []
    windows: dict[Window, list[str]] = defaultdict(list)
    for box, (y, x) in zip(boxes, last.pairs, strict=True):
        panel = front_panel(last, box, x, y)
        parts += [panel.frame(), draw_limits(last, panel, x, y)]
        for window, content in _panel_windows(views, panel, x, y):
            windows[window].append(content)
    for i, (view, k) in enumerate(zip(views, counts, strict=True)):
        windows[i, i + 1].append(text(0, 14, _counts(view, k, len(shown)), "b"))
    body = _style(list(windows), len(views), seconds) + "".join(parts)
    body += "".join(element("g", "".join(each), css_class=_css_class(w, len(views))) for w, each in windows.items())
    return Drawing(width, round(bottom_of(boxes) + 4), body)


def _panel_windows(views: list[FrontView], panel: Panel, x: int, y: int) -> list[tuple[Window, str]]:
    """Return the marks of a panel, and the frames in which each is there; a mark stays until it changes."""
    found: list[tuple[Window, str]] = []
    since: dict[str, int] = {}
    for i, view in enumerate(views):
        now = dict.fromkeys(_pieces(view, panel, x, y))
        found += [((since.pop(piece), i), piece) for piece in [piece for piece in since if piece not in now]]
        since = {piece: since.get(piece, i) for piece in now}
    return found + [((start, len(views)), piece) for piece, start in since.items()]


def _pieces(view: FrontView, panel: Panel, x: int, y: int) -> list[str]:
    """Return the elements of a frame."""
    drawn = draw_marks(view, panel, x, y).replace(' tabindex="0" role="button"', "")
    return [f"{piece}/>" for piece in drawn.split("/>") if piece]


def _counts(view: FrontView, k: int, n: int) -> str:
    failed = len(view.outside) + len(view.unknown)
    return f"{k:,} of {n:,} trials: {len(view.front):,} efficient, {failed:,} failed"


def _css_class(window: Window, n: int) -> str:
    return f"v v{window[0]}_{window[1]}" + (" last" if window[1] == n else "")


def _style(windows: list[Window], n: int, seconds: float) -> str:
    """Return the style sheet that shows each element in its frames."""
    whole = seconds + _LAST_SECONDS
    rules = [f".v{{visibility:hidden;animation:{whole:g}s step-end infinite}}"]
    for start, end in sorted(windows):
        steps = [f"{100 * seconds * start / n / whole:.2f}%{{visibility:visible}}"]
        if start:
            steps.insert(0, "0%{visibility:hidden}")
        if end < n:
            steps.append(f"{100 * seconds * end / n / whole:.2f}%{{visibility:hidden}}")
        name = f"v{start}_{end}"
        rules.append(f"@keyframes {name}{{{''.join(steps)}}}.{name}{{animation-name:{name}}}")
    rules.append("@media (prefers-reduced-motion:reduce){.v{animation:none}.v.last{visibility:visible}}")
    return element("style", "".join(rules))
