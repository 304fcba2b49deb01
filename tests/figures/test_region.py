"""Confidence region of a front: shares of resampled fronts, in the user's units."""

import itertools

import moocore
import numpy as np
import pytest

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
def test_size_of_draws_follows_the_candidate_and_is_in_the_caption(n_baseline, n_candidate, size, expected):
    candidate = None if n_candidate is None else search(n_candidate)
    view = region_view(search(n_baseline), candidate, size=size, repeats=10)
    assert (view.size, view.replace) == expected
    text = " ".join(draw_region(view).get_supxlabel().split())
    way = "with" if view.replace else "without"
    assert f"10 draws of {view.size} of the {n_baseline} trials" in text
    assert f"{way} replacement" in text
    assert ("does not predict another run" in text) == (candidate is None)


@pytest.mark.parametrize(
    ("quantity", "said"), [("attainment", "reach or beat a point"), ("density", "through a point")]
)
def test_colour_bar_names_the_quantity(pair, quantity, said):
    fig = draw_region(region_view(*pair, repeats=10), quantity)
    ax, bar = fig.axes
    assert said in bar.get_ylabel()
    labels = {text.get_text() for text in fig.legends[0].get_texts()}
    assert {f"attained by {share}% of the draws" for share in (5, 50, 95)} < labels
    assert ax.get_xlabel() == "time [s] (lower is better)"


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
    assert "ignores the others" in " ".join(draw_region(view).get_supxlabel().split())


def test_legend_names_the_visible_one_of_coinciding_lines():
    """A draw keeps each point of the front with 63 % probability, so half of the draws attain the measured front."""
    view = region_view(trials_of([(0.9, 4.0), (0.7, 2.0), (0.6, 1.0), (0.55, 3.0), (NAN, NAN)] * 4, GAIN), repeats=200)
    assert view.panels[0].surfaces[0.5].tolist() == view.panels[0].border.tolist()
    fig = draw_region(view)
    assert [text.get_text() for text in fig.legends[0].get_texts()] == [
        "front of all trials (12), attained by 5%, 50% and 95% of the draws"
    ]
    once = region_view(search(60, 3, seed=1))
    names = [text.get_text() for text in draw_region(once).legends[0].get_texts()]
    assert names == ["attained by 95% of the draws", "front of all trials, attained by 5% and 50% of the draws"]


def test_tick_labels_do_not_overlap():
    trials = search(60, 3, seed=1)
    scaled = trials_of((trials.losses * [1e7, 1e-7, 1] + [0, 0.999, 1e4]).tolist(), minimize("memory", "loss", "c"))
    fig = draw_region(region_view(scaled, repeats=10))
    fig.draw_without_rendering()
    for ax in fig.axes[:3]:
        low, high = ax.get_xlim()
        shown = [t for t in ax.get_xticklabels() if low <= t.get_position()[0] <= high]
        boxes = sorted((t.get_window_extent() for t in shown), key=lambda box: box.x0)
        assert len(boxes) >= 2
        assert all(left.x1 + 3 < right.x0 for left, right in itertools.pairwise(boxes))


def test_picture_without_complete_trial_has_a_message():
    for trials in (STORY[4:], STORY[:0]):
        view = region_view(trials)
        assert view.panels == ()
        (ax,) = draw_region(view).axes
        assert ax.texts[0].get_text() == "No trial is complete, so there is no front."


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
        (lambda: draw_region(region_view(search(5), repeats=2), "both"), "one of attainment, density, but is 'both'"),
    ],
)
def test_invalid_arguments_are_rejected(act, message):
    with pytest.raises(InvalidInputError, match=message):
        act()
