"""Parallel coordinates and their axes. Covers `parallel_coordinates`, its drawing and `parameter_axis`."""

import math

import numpy as np
import pytest

from drawings import corners, elements, texts
from paretune import Categorical, Float, Int, Trials
from paretune.figures import draw_parallel_coordinates, parallel_coordinates_view
from paretune.figures.parameter_axis import INACTIVE_POSITION, jitter, ticks
from paretune.figures.scale import Scale
from studies import MIXED, NAN, OBJECTIVES, STORY, trials_of

TRIALS = Trials.from_columns(
    {
        "rate": [1e-5, 1e-2, 1.0, 0.1],
        "layers": [1, 4, 2, 3],
        "optimizer": ["sgd", "adam", "sgd", "adam"],
        "momentum": [0.0, NAN, 0.99, NAN],
        "accuracy": [0.6, 0.8, 0.9, 0.5],
        "time": [0.01, 0.1, 1.0, 5.0],
        "state": ["complete"] * 4,
    },
    MIXED,
    OBJECTIVES,
)


def test_view_has_efficient_trials_sorted_by_first_objective():
    view = parallel_coordinates_view(TRIALS)
    assert view.numbers.tolist() == [2, 1, 0]
    assert view.n_excluded["not efficient"] == 1


def test_positions_follow_parameter_scales_and_objective_ranges():
    view = parallel_coordinates_view(TRIALS)
    assert view.X[:, 0].tolist() == pytest.approx([1.0, 0.6, 0.0])  # decades: -5 to 0
    assert view.X[:, 1].tolist() == pytest.approx([1.5 / 4, 3.5 / 4, 0.5 / 4])
    assert view.X[:, 2].tolist() == [0.25, 0.75, 0.25]
    assert view.X[[0, 2], 3].tolist() == [1.0, 0.0]
    assert math.isnan(view.X[1, 3])
    assert view.Y[:, 0].tolist() == pytest.approx([1.0, 2 / 3, 0.0])
    assert view.Y[:, 1].tolist() == pytest.approx([0.0, 0.5, 1.0])  # two decades of time, the fastest above
    assert view.is_log == (False, True)


def test_configuration_is_a_line_and_inactive_parameter_is_in_the_band():
    view = parallel_coordinates_view(TRIALS)
    drawing = draw_parallel_coordinates(view)
    lines = [*elements(drawing, "pc"), *elements(drawing, "pk")]
    assert len(lines) == 3
    assert len(elements(drawing, "pk")) == 1, "the knee"
    across = {tuple(x for x, _ in corners(line)) for line in lines}
    scale = Scale(INACTIVE_POSITION - 0.05, 1.05)
    expected = scale.positions(np.nan_to_num(np.hstack([view.X, view.Y]), nan=INACTIVE_POSITION)) * drawing.width
    assert across == {tuple(row) for row in expected.round(1).tolist()}
    written = texts(drawing)
    labels = ["rate", "layers", "optimizer", "momentum", "accuracy (higher is better)", "time [s] (lower is better)"]
    assert [text for text in written if text in labels] == labels
    assert {"sgd", "adam", "0.9", "0.6", "0.01", "1"} <= set(written)
    assert len(elements(drawing, "strip")) == 1


def test_only_chosen_parameters_have_an_axis():
    view = parallel_coordinates_view(TRIALS, ["momentum", "rate"], is_log=(False, False))
    assert view.parameters == ("rate", "momentum")
    assert view.X.shape == (3, 2)
    assert "layers" not in texts(draw_parallel_coordinates(view))
    assert view.Y[:, 1].tolist() == pytest.approx([0.0, 1 - 0.09 / 0.99, 1.0])


def test_constant_objective_is_in_the_middle():
    assert parallel_coordinates_view(TRIALS[:1]).Y.tolist() == [[0.5, 0.5]]


def test_close_ends_of_objective_axis_have_different_labels():
    close = trials_of([(0.9996, 1e6 + 1), (0.99999, 1e6 + 3)])
    written = texts(draw_parallel_coordinates(parallel_coordinates_view(close)))
    assert [text for text in written if text[0].isdigit()][-4:] == ["0.9996", "0.99999", "1000003", "1000001"]


def test_picture_without_front_has_a_message():
    drawing = draw_parallel_coordinates(parallel_coordinates_view(STORY[4:]))
    assert texts(drawing) == ["No trial is complete, so there is no efficient one."]


@pytest.mark.parametrize(
    ("parameter", "names"),
    [
        (Float(0, 1), ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (Float(1e-4, 1.0, log=True), ["0.0001", "0.001", "0.01", "0.1", "1"]),
        (Float(3, 3), ["3"]),
        (Float(0, 0.3, step=0.1), ["0", "0.3"]),
        (Int(8, 512, log=True), ["10", "20", "50", "100", "200", "500"]),
        (Int(1, 3), ["1", "2", "3"]),
        (Int(0, 10**12), ["0", "2e11", "4e11", "6e11", "8e11", "1e12"]),
        (Categorical(["a", "$b$", None, True]), ["a", "$b$", "None", "True"]),
        (Categorical([32, 8, 16]), ["8", "16", "32"]),
    ],
    ids=str,
)
def test_ticks_are_round_values_at_encoded_positions(parameter, names):
    found, written = ticks(parameter)
    assert written == names
    values = parameter.decode(found)
    assert parameter.encode(values).tolist() == pytest.approx(found)


def test_some_of_many_choices_are_labelled():
    assert ticks(Categorical([f"c{i}" for i in range(40)]), max_ticks=4)[1] == ["c0", "c13", "c26", "c39"]


def test_jitter_spreads_equal_values_inside_their_cell():
    parameter = Categorical(["a", "b", "c"])
    places = parameter.encode(["b"] * 50)
    moved = jitter(places, parameter, 0.0)
    assert len(set(moved.tolist())) == 50
    assert parameter.decode(moved) == ["b"] * 50
    assert jitter(places, Float(0, 1), 0.0) is places
