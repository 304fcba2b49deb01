"""Draw the pictures of docs/concepts.md and the README in docs/images: `make pictures`.

The ready searches have their trials in CSV files beside the pictures. All other trials are computed by a formula in
place of trainings: a net of some width and learning rate, with its true accuracy and latency, and with the luck of its
seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from paretune import Float, Int, Maximize, Minimize, Objectives, Space, Trials, figures, pareto
from paretune.figures.legend import draw_legend
from paretune.figures.marks import Mark, circle, cross, diamond
from paretune.figures.panel import Axis, Box, Panel, bottom_of
from paretune.figures.scale import Scale
from paretune.figures.staircase import staircase
from paretune.figures.svg import Drawing, line, text
from paretune.trials import Curves, trials_from_csv

IMAGES = Path(__file__).parents[1] / "images"
SPACE = Space({"width": Int(8, 512, log=True), "rate": Float(1e-3, 1.0, log=True)})
OBJECTIVES = Objectives([Maximize("accuracy"), Minimize("latency", unit="ms")])
NOISE = 0.02  # standard deviation of an accuracy over seeds
PAGE, HEIGHT = 560, 360  # pixels
ACCURACY, LATENCY = Axis(Scale(0.55, 1), "accuracy"), Axis(Scale(0, 11), "latency (ms)")
LOG_LATENCY = Axis(Scale(0.15, 12, is_log=True), "latency (ms)")
REFERENCE = np.array([-0.6, 10.0])  # losses
Array = NDArray[np.float64]


def draw_trials(n: int, *, noise: float = 0.0, memory: int = 512, seed: int = 1) -> Trials:
    """Return ``n`` random trials; a net wider than ``memory`` has failed."""
    rng = np.random.default_rng(seed)
    params = SPACE.decode(rng.random((n, 2)))
    width, rate = np.array([[each["width"], each["rate"]] for each in params], float).T
    accuracy = 0.94 - 0.9 / width**0.6 - 0.05 * np.log10(rate / 0.03) ** 2
    losses = np.column_stack([-accuracy, 0.02 * width])
    losses[:, 0] += noise * np.random.default_rng(seed + 1).normal(size=n)
    losses[width > memory] = np.nan
    reasons = np.where(width > memory, "out_of_memory", "").astype(object)
    return Trials(SPACE, OBJECTIVES, tuple(params), losses, reasons=reasons)


def front() -> Drawing:
    """Trials and their front."""
    return figures.draw_front(figures.front_view(draw_trials(40, memory=400)), PAGE)


def hypervolume() -> Drawing:
    """The area between a front and the reference point."""
    points = sorted_front(draw_trials(40).losses)
    legend, panel = start([("b1", "hypervolume"), ("e", "efficient"), ("k", "reference point")], LATENCY, ACCURACY)
    corners = staircase(points, REFERENCE)
    x, y = places(panel, REFERENCE[None])[0]
    return finish(
        legend,
        panel,
        outline(panel, np.vstack([corners, REFERENCE]), "b1", is_closed=True),
        outline(panel, corners, "l1"),
        marks(panel, points, circle, 5, "e"),
        circle(x, y, 7, "k") + text(x - 12, y - 8, "nothing worse counts", "s", "end"),
    )


def attainment() -> Drawing:
    """Where resampled fronts are, and the measured one."""
    return figures.draw_region(figures.region_view(draw_trials(40, noise=NOISE)), PAGE)


def winners_curse() -> Drawing:
    """The measured front of noisy trials, and what its configurations are truly worth."""
    measured, true = draw_trials(60, noise=NOISE).losses, draw_trials(60).losses
    is_best = pareto.is_nondominated(measured)
    entries = [("e", "measured as efficient"), ("p", "its mean over many seeds"), ("d", "other trials")]
    legend, panel = start(entries, LOG_LATENCY, ACCURACY)
    falls = (outline(panel, np.stack(pair), "whisker") for pair in zip(measured[is_best], true[is_best], strict=True))
    return finish(
        legend,
        panel,
        marks(panel, measured[~is_best], circle, 3.6, "d"),
        outline(panel, staircase(sorted_front(measured)), "l1"),
        *falls,
        marks(panel, measured[is_best], circle, 5, "e"),
        marks(panel, true[is_best], diamond, 4.6, "p"),
    )


def noise() -> Drawing:
    """Five configurations, each trained twelve times."""
    rng = np.random.default_rng(3)
    means = [0.71, 0.78, 0.83, 0.845, 0.85]
    names = [(float(n), f"{n}") for n in range(1, 6)]
    entries = [("d", "a training with its own seed"), ("k", "the mean")]
    legend, panel = start(entries, Axis(Scale(0.4, 5.6), "configuration", names), Axis(Scale(0.65, 0.93), "accuracy"))
    drawn = []
    for n, mean in enumerate(means, start=1):
        luck = rng.normal(mean, NOISE, 12)
        sides = n + rng.uniform(-0.12, 0.12, 12)
        drawn += [circle(float(panel.px(x)), float(panel.py(y)), 3.6, "d") for x, y in zip(sides, luck, strict=True)]
        drawn.append(circle(float(panel.px(n)), float(panel.py(luck.mean())), 7, "k"))
    return finish(legend, panel, *drawn)


def failures() -> Drawing:
    """Where trainings fail, over the two parameters."""
    trials = draw_trials(60, memory=160)
    width, rate = np.array([[each["width"], each["rate"]] for each in trials.params], float).T
    entries = [("d", "complete"), ("x", "out of memory")]
    axes = Axis(Scale(7, 600, is_log=True), "width"), Axis(Scale(8e-4, 1.2, is_log=True), "rate")
    legend, panel = start(entries, *axes)
    drawn = [
        (cross(x, y, 3.8, "x") if failed else circle(x, y, 3.6, "d"))
        for x, y, failed in zip(panel.px(width).tolist(), panel.py(rate).tolist(), trials.is_failed, strict=True)
    ]
    return finish(legend, panel, *drawn)


def curves() -> Drawing:
    """Losses of trials over epochs; three of four are stopped at a rung."""
    trials = draw_trials(24, seed=4)
    ends = -trials.losses[:, 0]
    order = np.argsort(np.argsort(-ends))
    lasts = np.select([order < 3, order < 8], [27, 9], 3)
    reports = {
        n: [{"step": t, "error": float(1 - end * (1 - 0.7 ** (t + 1)))} for t in range(1, last + 1)]
        for n, (end, last) in enumerate(zip(ends.tolist(), lasts.tolist(), strict=True))
    }
    states = np.where(lasts < 27, "stopped", "complete").astype(object)
    seen = Trials(SPACE, OBJECTIVES, trials.params, trials.losses, states=states, curves=Curves.from_steps(reports))
    return figures.draw_learning_curves(figures.learning_curves_view(seen), PAGE)


def ready_tabular() -> Drawing:
    """The trials of `paretune run tabular --data breast_cancer`."""
    return ready_front("ready-tabular", Objectives([Maximize("balanced_accuracy"), Minimize("batch_time", unit="s")]))


def ready_images() -> Drawing:
    """The trials of `paretune run images --data digits`, with nets and epochs that take minutes."""
    return ready_front("ready-images", Objectives([Maximize("accuracy"), Minimize("latency", unit="s")]))


def ready_front(name: str, objectives: Objectives) -> Drawing:
    """The front of the trials in a CSV file."""
    trials = trials_from_csv(IMAGES / f"{name}.csv", objectives)
    return figures.draw_front(figures.front_view(trials), PAGE)


def start(entries: Sequence[tuple[str, str]], x: Axis, y: Axis) -> tuple[str, Panel]:
    """Return a legend, and the panel below it."""
    legend, top = draw_legend(entries, PAGE)
    return legend, Panel(Box(0, top, PAGE, HEIGHT), x, y)


def finish(legend: str, panel: Panel, *content: str) -> Drawing:
    """Return the drawing of a panel with content."""
    return Drawing(PAGE, round(bottom_of([panel.box])), legend + panel.frame() + panel.clipped("".join(content)))


def places(panel: Panel, losses: Array) -> list[tuple[float, float]]:
    """Return where losses are in a panel of accuracy over latency."""
    return list(zip(panel.px(losses[:, 1]).tolist(), panel.py(-losses[:, 0]).tolist(), strict=True))


def marks(panel: Panel, losses: Array, mark: Mark, size: float, css_class: str) -> str:
    """Draw a mark for each trial."""
    return "".join(mark(x, y, size, css_class) for x, y in places(panel, losses))


def outline(panel: Panel, losses: Array, css_class: str, *, is_closed: bool = False) -> str:
    """Draw a line through losses."""
    return line(panel.px(losses[:, 1]), panel.py(-losses[:, 0]), css_class, is_closed=is_closed)


def sorted_front(losses: Array) -> Array:
    """Return the nondominated losses, sorted by the first one."""
    found = losses[pareto.is_nondominated(losses)]
    return found[np.argsort(found[:, 0])]


PICTURES: dict[str, tuple[Callable[[], Drawing], str]] = {
    "front": (front, "40 trials, accuracy against latency; the efficient ones form a staircase"),
    "hypervolume": (hypervolume, "The area between the front and the reference point is shaded"),
    "attainment": (attainment, "Three nested areas that 5, 50 and 95 % of resampled fronts reach"),
    "winners-curse": (winners_curse, "The measured front; most of its configurations are truly worse"),
    "noise": (noise, "Five configurations with twelve trainings each; their accuracies overlap"),
    "failures": (failures, "Trials over width and rate; those to the right have failed"),
    "curves": (curves, "Errors over epochs; most trials were stopped at epochs 3 and 9"),
    "ready-tabular": (ready_tabular, "Models of breast_cancer: balanced accuracy against the time of a prediction"),
    "ready-images": (ready_images, "Nets of the digits: accuracy against latency"),
}


def main() -> None:
    """Draw all pictures."""
    IMAGES.mkdir(exist_ok=True)
    for name, (draw, shows) in PICTURES.items():
        (IMAGES / f"{name}.svg").write_bytes(draw().file_bytes(shows))


if __name__ == "__main__":
    main()
