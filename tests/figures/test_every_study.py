"""Every picture can be drawn for every study, small, large or odd; the same study gives the same bytes.

This file tests `trial_selection`, `labels`, `legend`, `marks`, `style`, `svg` and all drawings together.
"""

import re

import numpy as np
import pytest

from drawings import parse, texts
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
    """The pictures that have objectives on an axis, wide and narrow."""
    front, growth = front_view(trials, trials[:3]), growth_view(trials, repeats=10)
    region = region_view(trials, repeats=10) if len(trials.objectives) > 1 else None
    lines = parallel_coordinates_view(trials)
    for width in (480, 340):
        yield draw_front(front, width)
        yield draw_growth(growth, width)
        yield draw_parallel_coordinates(lines, width)
        if region is not None:
            yield draw_region(region, width)


def other_pictures(trials):
    """The pictures that do not depend on the values of the objectives."""
    importance = importance_view(trials)
    yield draw_importance(importance, 340)
    yield draw_search_path(search_path_view(trials, importance.most_important(4)), 340)
    yield draw_feasibility(feasibility_view(trials), 340)


def check(drawing):
    """Check that the picture is well-formed and not empty, and that everything has a place in it."""
    elements = parse(drawing)
    assert len(elements) > 2
    assert "nan" not in drawing.body
    assert "inf" not in re.sub(">[^<]*<", "><", drawing.body)
    for element in elements:
        if element.tag.endswith(("text", "circle")):
            x = float(element.get("x") or element.get("cx") or 0)
            assert -1 <= x <= drawing.width + 1
            assert float(element.get("y") or element.get("cy") or 0) <= drawing.height + 1


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_has_pictures_with_objective_axes(name):
    for drawing in value_pictures(STUDIES[name]):
        check(drawing)


@pytest.mark.parametrize("name", ["a story", "one trial", "none", "all failed", "odd names"])
def test_every_study_has_the_other_pictures(name):
    for drawing in other_pictures(STUDIES[name]):
        check(drawing)


def test_same_study_gives_same_bytes():
    for first, again in zip(value_pictures(STORY), value_pictures(STORY), strict=True):
        assert first.file_bytes("a") == again.file_bytes("a")


def test_thousands_of_trials_are_one_element():
    trials = search(5000)
    view = front_view(trials)
    drawing = draw_front(view)
    assert len(drawing.body) < 200_000
    assert f"dominated ({len(view.dominated):,})" in texts(drawing)


def test_text_of_a_user_is_escaped_and_has_no_forbidden_character():
    trials = trials_of([(1.0, 2.0)], Objectives([Minimize("<b>&\x00\uffff"), Minimize("b", unit='"')]))
    drawing = draw_front(front_view(trials))
    assert "<b>&\ufffd\ufffd (lower is better)" in texts(drawing)
    assert "<b>" not in drawing.inline('a "<b>"')


def test_file_has_its_own_colours_and_a_title():
    text = draw_front(front_view(STORY)).file_bytes("a <picture>").decode()
    assert "<title>a &lt;picture&gt;</title>" in text
    assert "prefers-color-scheme:dark" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\nb\tc", "a b c"), (3, "3"), (" ", "' '"), ("x" * 50, "x" * 18 + "…" + "x" * 17), (NAN, "nan")],
)
def test_plain_text_is_one_short_line(text, shown):
    assert plain_text(text) == shown
