"""What the pictures show is computed apart from drawing it."""

import io

import matplotlib.image
import numpy as np
import pytest

from paretune import Float, Maximize, Minimize, Objectives, Space, Trials
from paretune.figures import draw_front, draw_progress, front_view, image, progress_view

SPACE = Space({"x": Float(0, 1)})
WANTED = Objectives([Maximize("accuracy", at_least=0.5), Minimize("time", unit="s")])
NAN = float("nan")


def trials_of(rows, objectives=WANTED):
    columns = {"x": np.linspace(0, 1, len(rows)).tolist()}
    for j, name in enumerate(objectives.names):
        columns[name] = [row[j] for row in rows]
    return Trials.from_columns(columns, SPACE, objectives)


STORY = trials_of([(0.6, 1.0), (0.9, 4.0), (0.7, 2.0), (0.6, 3.0), (0.4, 0.1), (NAN, NAN)])


def test_trials_are_sorted_into_the_front_the_dominated_and_those_outside():
    view = front_view(STORY)
    assert view.front.tolist() == [[0.9, 4.0, 1], [0.7, 2.0, 2], [0.6, 1.0, 0]]
    assert view.dominated.tolist() == [[0.6, 3.0, 3]]
    assert view.outside.tolist() == [[0.4, 0.1, 4]]
    assert view.n_unknown == 1
    assert view.knee.tolist() == [0.7, 2.0, 2]


def test_the_line_of_the_front_steps_by_what_is_worse_of_both_neighbours():
    assert front_view(STORY).steps.tolist() == [[0.9, 4.0], [0.7, 4.0], [0.7, 2.0], [0.6, 2.0], [0.6, 1.0]]


def test_progress_is_the_hypervolume_over_finished_trials_from_one_reference():
    view = progress_view(STORY)
    # The reference: the limit of accuracy, and the slowest complete trial with a tenth of the range, 4.0 + 0.3.
    assert view.reference.tolist() == pytest.approx([0.5, 4.3])
    by_hand = [0.1 * 3.3, 0.1 * 3.3 + 0.3 * 0.3, 0.1 * 3.3 + 0.3 * 0.3 + 0.1 * 2.0]
    assert view.hypervolume.tolist() == pytest.approx([*by_hand, *[by_hand[-1]] * 3])
    assert view.is_failed.tolist() == [False] * 4 + [True] * 2


@pytest.mark.parametrize(
    "trials",
    [
        STORY,
        STORY[:1],
        STORY[:0],
        STORY[4:],
        trials_of([(1.0,), (0.5,), (NAN,)], Objectives([Minimize("loss")])),
        trials_of(np.random.default_rng(0).random((9, 3)), Objectives([Minimize(n) for n in "abc"])),
        trials_of(np.random.default_rng(0).random((9, 4)), Objectives([Minimize(n) for n in "abcd"])),
    ],
    ids=["a story", "one trial", "none", "all failed", "one objective", "three", "four"],
)
def test_every_study_has_its_pictures(trials):
    for fig in (draw_front(front_view(trials)), draw_progress(progress_view(trials))):
        pixels = matplotlib.image.imread(io.BytesIO(image(fig, "png")), format="png")
        assert pixels.std() > 0.01  # something is drawn
        assert b"<svg" in image(fig, "svg")


def test_axes_carry_names_units_and_the_better_direction():
    (ax,) = draw_front(front_view(STORY)).axes
    assert {ax.get_xlabel(), ax.get_ylabel()} == {"accuracy (higher is better)", "time [s] (lower is better)"}


def test_a_single_objective_is_drawn_over_the_trials():
    trials = trials_of([(1.0,), (0.5,), (0.7,)], Objectives([Minimize("loss")]))
    (ax,) = draw_front(front_view(trials)).axes
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("trial", "loss (lower is better)")


def test_a_name_is_drawn_as_it_is_written():
    trials = trials_of([(1.0, 2.0)], Objectives([Minimize(r"$\frac$"), Minimize("a_$1$")]))
    assert b"<svg" in image(draw_front(front_view(trials)), "svg")
