"""Generated outlines: closed shapes of 37 classes that can be distinguished, but not too easily."""

import numpy as np
import pytest

from paretune.workloads.builtin.diatoms import generated_outlines
from paretune.workloads.builtin.diatoms.generated_outlines import draw_outlines, radii


@pytest.fixture(scope="module")
def drawn():
    return draw_outlines()


def test_every_machine_draws_the_same(drawn):
    assert drawn.sha256 == "0eda3a600e1b4f3b433b7bbdb5382b676abb9f60b5f6bd7d5e0fcaa246bb8a06"


def test_other_seed_draws_other_outlines(drawn):
    assert draw_outlines(1).sha256 != drawn.sha256


@pytest.mark.parametrize("part", ["training", "validation"])
def test_part_has_six_series_of_176_values_in_each_of_37_classes(drawn, part):
    part = getattr(drawn, part)
    assert part.values.shape == (222, 176)
    assert np.bincount(part.labels).tolist() == [6] * 37
    np.testing.assert_allclose(part.values.mean(axis=1), 0, atol=1e-4)
    np.testing.assert_allclose(part.values.std(axis=1), 1, atol=1e-4)


def test_no_series_is_drawn_twice(drawn):
    values = np.concatenate([drawn.training.values, drawn.validation.values])
    assert len(np.unique(values, axis=0)) == len(values)


def test_nearest_neighbour_classifies_most_outlines_but_not_all(drawn):
    gaps = drawn.validation.values[:, None] - drawn.training.values
    nearest = (gaps**2).sum(axis=2).argmin(axis=1)
    accuracy = np.mean(drawn.training.labels[nearest] == drawn.validation.labels)
    assert 0.6 < accuracy < 0.97


def test_every_shape_is_a_closed_curve_that_does_not_cross_itself():
    for shape in generated_outlines._SHAPES:
        points = generated_outlines._outline(*shape)
        assert abs(points[-1] - points[0]) < 1e-6
        upper, lower = np.array_split(points[:-1], 2)
        assert (np.diff(upper.real) <= 0).all() or shape[-1], "the upper side runs from one end to the other"
        assert (np.interp(0.0, upper.real[::-1], upper.imag[::-1]) > np.interp(0.0, lower.real, lower.imag)).all()


def test_circle_has_one_radius_wherever_it_is():
    circle = 5 - 3j + 2 * np.exp(1j * np.linspace(0, 2 * np.pi, 5001))
    np.testing.assert_allclose(radii(circle), 2, atol=1e-5)


def test_points_are_evenly_spaced_along_a_square():
    square = np.array([1 + 1j, -1 + 1j, -1 - 1j, 1 - 1j, 1 + 1j])
    along = np.arange(44) * 2 / 44 - 1  # 176 / 4 places on each side, from corner to corner
    np.testing.assert_allclose(radii(square), np.tile(np.hypot(1, along), 4), atol=1e-12)
