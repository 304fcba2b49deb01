"""Every picture can be drawn for every study, small, large or odd; the same study gives the same bytes.

This file tests `paretune.figures.trial_selection`, `paretune.figures.labels` and all drawings together.
"""

import io

import matplotlib.image
import numpy as np
import pytest

from paretune import Categorical, Float, Int, Minimize, Objectives, Space, Trials
from paretune.figures import (
    draw_feasibility,
    draw_front,
    draw_growth,
    draw_importance,
    draw_parallel_coordinates,
    draw_region,
    draw_search_path,
    feasibility_view,
    front_view,
    growth_view,
    image_bytes,
    importance_view,
    parallel_coordinates_view,
    region_view,
    search_path_view,
)
from paretune.figures.labels import plain_text
from studies import MIXED, NAN, STORY, minimize, search, trials_of

LONG = "a name that nobody would call short and that goes on and on " * 2
TWENTY = Space(
    {
        f"parameter number {i} ${i}$": [Float(1e-5, 1, log=True), Int(1, 64), Categorical(["a", "$b$", LONG])][i % 3]
        for i in range(20)
    }
)
WIDE = Objectives([Minimize(LONG, unit="$"), Minimize(r"$\frac$", at_most=50)])


def odd(losses):
    n = len(losses)
    params = MIXED.decode(np.random.default_rng(0).random((n, len(MIXED))))
    return Trials(MIXED, minimize("a", "b"), tuple(params), losses=np.array(losses, float))


STUDIES = {
    "a story": STORY,
    "one trial": STORY[:1],
    "none": STORY[:0],
    "all failed": STORY[4:],
    "one objective": search(12, 1),
    "three": search(12, 3),
    "four": search(12, 4),
    "alike": odd([[1.0, 1.0]] * 12),
    "one constant": odd([[1.0, i] for i in range(12)]),
    "huge": odd([[10.0 ** (4 * i), -(10.0 ** (4 * (15 - i)))] for i in range(16)]),
    "tiny": odd([[1e-300 * i, 1e-308] for i in range(1, 12)]),
    "zeros": odd([[0.0, -1.0], [0.0, 0.0], [-1.0, 0.0]] * 4),
    "largest number": odd([[1.0, 2.0], [1.7e308, -1.7e308], [2.0, 1.0]] * 4),
    "odd names": Trials(TWENTY, WIDE, tuple(TWENTY.decode(np.random.default_rng(0).random((30, 20)))),
                        losses=np.random.default_rng(1).random((30, 2)) * 100),
}  # fmt: skip


def value_pictures(trials):
    """The pictures that have objectives on an axis."""
    yield draw_front(front_view(trials))
    if len(trials.objectives) > 1:
        yield draw_region(region_view(trials, repeats=10), "density")
    yield draw_growth(growth_view(trials, repeats=10))
    yield draw_parallel_coordinates(parallel_coordinates_view(trials))


def other_pictures(trials):
    """The pictures that do not depend on the values of the objectives."""
    importance = importance_view(trials)
    yield draw_importance(importance)
    yield draw_search_path(search_path_view(trials, importance.pair))
    yield draw_feasibility(feasibility_view(trials))


def check(fig):
    """Check that the picture is not empty and that drawing gives no warning."""
    pixels = matplotlib.image.imread(io.BytesIO(image_bytes(fig, "png")), format="png")
    assert pixels.std() > 0.01


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_has_pictures_with_objective_axes(name):
    for fig in value_pictures(STUDIES[name]):
        check(fig)


@pytest.mark.parametrize("name", ["a story", "one trial", "none", "all failed", "odd names"])
def test_every_study_has_the_other_pictures(name):
    for fig in other_pictures(STUDIES[name]):
        check(fig)


def test_same_study_gives_same_bytes():
    for first, again in zip(value_pictures(STORY), value_pictures(STORY), strict=True):
        assert image_bytes(first, "svg") == image_bytes(again, "svg")
        assert image_bytes(first, "png") == image_bytes(again, "png")


def test_thousands_of_trials_are_pixels_inside_an_svg():
    trials = search(5000)
    fig = draw_front(front_view(trials))
    svg = image_bytes(fig, "svg")
    assert len(svg) < 1_000_000
    assert f"dominated ({front_view(trials).dominated.shape[0]:,})" in {
        text.get_text() for text in fig.legends[0].get_texts()
    }


def test_name_with_mathematical_signs_is_drawn_literally():
    trials = trials_of([(1.0, 2.0)], Objectives([Minimize(r"$\frac$"), Minimize("a_$1$")]))
    (ax,) = draw_front(front_view(trials)).axes
    assert ax.get_xlabel() == r"a_\$1\$ (lower is better)"
    assert b"<svg" in image_bytes(draw_front(front_view(trials)), "svg")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\nb\tc", "a b c"), (3, "3"), (" ", "' '"), ("x" * 50, "x" * 18 + "…" + "x" * 17), (NAN, "nan")],
)
def test_plain_text_is_one_short_line(text, shown):
    assert plain_text(text) == shown
