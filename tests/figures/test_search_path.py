"""Search path: each trial at its position, marked by its state."""

import numpy as np
import pytest

from paretune.errors import InvalidInputError
from paretune.figures import draw_search_path, importance_view, search_path_view
from studies import MIXED, STORY, search


def offsets(ax, label):
    return np.vstack([np.asarray(c.get_offsets()) for c in ax.collections if c.get_label().startswith(label)])


def test_trial_is_at_its_position_and_marked_by_its_state():
    trials = search(50)
    view = search_path_view(trials, pair=("rate", "layers"))
    rates = np.array([params["rate"] for params in trials.params])
    assert view.places[:, 0].tolist() == pytest.approx((np.log10(rates) / 5 + 1).tolist())
    ax = draw_search_path(view).axes[0]
    assert len(offsets(ax, "failed")) == trials.is_failed.sum()
    assert offsets(ax, "complete")[:, 0].tolist() == pytest.approx(view.places[trials.is_complete, 0].tolist())
    assert len(offsets(ax, "efficient")) == view.is_efficient.sum() > 0
    layers = offsets(ax, "complete")[:, 1]
    assert MIXED["layers"].decode(layers) == [trials.params[i]["layers"] for i in np.flatnonzero(trials.is_complete)]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("rate", "layers")
    assert [text.get_text() for text in ax.get_yticklabels()] == ["1", "2", "3", "4"]


def test_shade_shows_the_trial_number():
    trials = search(30)
    ax, bar = draw_search_path(search_path_view(trials, ("rate", "layers"))).axes
    complete = next(c for c in ax.collections if c.get_label().startswith("complete"))
    assert complete.get_array().tolist() == trials.numbers[trials.is_complete].tolist()
    assert bar.get_ylabel() == "trial"


def test_inactive_parameter_is_in_a_band():
    trials = search(40)
    view = search_path_view(trials, ("rate", "momentum"))
    ax = draw_search_path(view).axes[0]
    absent = [params["optimizer"] == "adam" for params in trials.params]
    assert np.isnan(view.places[:, 1]).tolist() == absent
    assert (offsets(ax, "complete")[:, 1] < 0).sum() == (np.array(absent) & trials.is_complete).sum()
    assert ax.get_yticklabels()[0].get_text() == "inactive"


def test_pair_is_the_given_one_or_the_first_two():
    trials = search(60, 1)
    assert search_path_view(trials, importance_view(trials).pair).pair == importance_view(trials).pair is not None
    assert search_path_view(trials).pair == ("rate", "layers")


def test_single_parameter_is_drawn_over_time():
    view = search_path_view(STORY)
    assert view.pair == ("x", None)
    ax = draw_search_path(view).axes[0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x", "trial")
    assert offsets(ax, "failed").tolist() == [[0.8, 4.0], [1.0, 5.0]]


@pytest.mark.parametrize("pair", [("rate", "rate"), ("rate", "width"), ("rate",)])
def test_invalid_pair_is_rejected(pair):
    with pytest.raises(InvalidInputError, match="two different parameters of rate, layers"):
        search_path_view(search(5), pair)
