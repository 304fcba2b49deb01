"""Confidence region of a front: shares of resampled fronts, in the user's units."""

import moocore
import numpy as np
import pytest

from drawings import corners, elements, texts
from paretune import Maximize, Minimize, Objectives
from paretune.confidence import bootstrap_fronts
from paretune.errors import InvalidInputError
from paretune.figures import draw_region, region_view
from studies import NAN, STORY, minimize, search, trials_of

GAIN = Objectives([Maximize("accuracy"), Minimize("time", unit="s")])


@pytest.fixture(scope="module")
def pair():
    rng = np.random.default_rng(0)
    return tuple(trials_of((rng.random((n, 2)) + np.array([0, 0.5])).tolist(), GAIN) for n in (200, 20))


def attains(fronts, place):
    """The share of fronts with a point that is not worse in any loss, by definition."""
    return np.mean([(front <= place).all(axis=1).any() for front in fronts])


def test_cells_hold_attainment_and_density_by_definition(pair):
    baseline, candidate = pair
    view = region_view(baseline, candidate, repeats=40, seed=3)
    fronts = bootstrap_fronts(baseline.losses, 20, 40, 3)
    (panel,) = view.panels
    accuracy, time = panel.edges
    for i, j in [(3, 70), (20, 20), (40, 5), (60, 40), (75, 10), (79, 79)]:
        best = [-accuracy[i + 1], time[j]]  # of a cell: the highest accuracy, the least time
        worst = [-accuracy[i], time[j + 1]]
        assert panel.attainment[i, j] == pytest.approx(attains(fronts, best))
        assert panel.density[i, j] == pytest.approx(attains(fronts, worst) - attains(fronts, best))
    assert 0.2 < panel.attainment.mean() < 1


def test_surfaces_contain_the_points_of_moocore(pair):
    baseline, candidate = pair
    (panel,) = region_view(baseline, candidate, repeats=40, seed=3).panels
    fronts = bootstrap_fronts(baseline.losses, 20, 40, 3)
    sets = np.repeat(np.arange(40), [len(front) for front in fronts])
    half = moocore.eaf(np.vstack(fronts), sets, percentiles=[50])[:, :2]
    corners = panel.surfaces[0.5] * [-1, 1]
    assert set(map(tuple, half.tolist())) <= set(map(tuple, corners.tolist()))
    assert set(panel.surfaces) == {0.05, 0.5, 0.95}


def test_panel_has_the_front_of_the_candidate(pair):
    baseline, candidate = pair
    (panel,) = region_view(baseline, candidate, repeats=5).panels
    keep = moocore.is_nondominated(candidate.losses)
    assert sorted(panel.front.tolist()) == sorted(candidate.values[keep].tolist())


@pytest.mark.parametrize(
    ("n_baseline", "n_candidate", "size", "expected"),
    [
        (200, 20, None, (20, False)),  # the candidate's budget, as in the article
        (200, 150, None, (150, True)),  # most of the trials: with replacement, or draws would be alike
        (20, 200, None, (20, True)),
        (200, None, None, (200, True)),
        (200, None, 50, (50, False)),
    ],
)
def test_size_of_draws_follows_the_candidate(n_baseline, n_candidate, size, expected):
    candidate = None if n_candidate is None else search(n_candidate)
    view = region_view(search(n_baseline), candidate, size=size, repeats=10)
    assert (view.size, view.replace) == expected


def test_areas_lie_inside_each_other_and_the_front_has_the_name_of_its_study(pair):
    view = region_view(*pair, repeats=40)
    drawing = draw_region(view, name="bayes-1")
    areas = [min(x for x, _ in corners(element)) for element in elements(drawing, "b3")[1:]]
    assert areas == sorted(areas)
    assert len(areas) == 3
    assert "measured front of bayes-1" in texts(drawing)
    assert "time [s] (lower is better)" in texts(drawing)


def test_three_objectives_give_a_panel_for_each_pair():
    trials = search(60, 3, seed=1)
    view = region_view(trials, size=20, repeats=30, seed=2)
    assert [panel.pair for panel in view.panels] == [(0, 1), (0, 2), (1, 2)]
    rng = np.random.default_rng(2)
    draws = [trials.losses[rng.choice(60, 20, replace=False, shuffle=False)] for _ in range(30)]
    panel = view.panels[1]
    for i, j in [(10, 10), (30, 5), (5, 30), (50, 50)]:
        best = [panel.edges[0][i], panel.edges[1][j]]
        assert panel.attainment[i, j] == pytest.approx(attains([draw[:, [0, 2]] for draw in draws], best))
    assert len(elements(draw_region(view, 1000), "l1")) == 1 + 3, "in the legend and in each panel"


def test_given_axes_are_used():
    assert region_view(search(20), repeats=5, is_log=(True, False)).is_log == (True, False)


def test_picture_without_complete_trial_has_a_message():
    for trials in (STORY[4:], STORY[:0]):
        view = region_view(trials)
        assert view.panels == ()
        assert " ".join(texts(draw_region(view))) == "No trial is complete, so there is no front."


def test_too_large_values_are_left_out_and_counted():
    trials = trials_of([(1.0, 2.0), (2.0, 1.0), (0.5, 1e300), (NAN, NAN)], minimize("a", "b"))
    view = region_view(trials, repeats=10)
    assert view.n_excluded == {"pending": 0, "lost": 0, "with a value beyond 1e+60": 1}
    assert view.n_trials == 4
    assert np.isfinite(view.panels[0].edges).all()


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: region_view(search(5, 1)), "a region needs 2 to 4 objectives, but there are 1"),
        (lambda: region_view(search(5, 5)), "a region needs 2 to 4 objectives, but there are 5"),
        (lambda: region_view(search(5), STORY), "must have the same objectives"),
    ],
)
def test_invalid_arguments_are_rejected(act, message):
    with pytest.raises(InvalidInputError, match=message):
        act()
