"""Search path: the values of parameters over the trials, marked by the state of each trial."""

import numpy as np
import pytest

import drawings
from drawings import elements, texts, trials
from paretune.errors import InvalidInputError
from paretune.figures import draw_search_path, importance_view, search_path_view
from studies import STORY, search


def test_trial_is_at_its_position_and_marked_by_its_state():
    table = search(50)
    view = search_path_view(table, ["rate"])
    rates = np.array([params["rate"] for params in table.params])
    assert view.places[:, 0].tolist() == pytest.approx((np.log10(rates) / 5 + 1).tolist())
    drawing = draw_search_path(view)
    assert trials(drawing, "x") == table.numbers[table.is_failed].tolist()
    assert trials(drawing, "e") == table.numbers[view.is_efficient].tolist() != []
    assert trials(drawing, "d") == table.numbers[table.is_complete & ~view.is_efficient].tolist()
    places = drawings.places(drawing, "d")
    assert [x for x, _ in places.values()] == sorted(x for x, _ in places.values()), "over the trial numbers"
    order = sorted(places, key=lambda number: -places[number][1])
    assert order == sorted(places, key=lambda number: rates[number])


def test_each_parameter_has_a_panel_with_its_name():
    drawing = draw_search_path(search_path_view(search(50), ["layers", "rate"]), 1000)
    assert [text for text in texts(drawing) if text in ("rate", "layers")] == ["layers", "rate"]
    assert texts(drawing).count("trial") == 2
    assert {"1", "2", "3", "4"} < set(texts(drawing))


def test_inactive_parameter_is_in_a_band():
    table = search(40)
    view = search_path_view(table, ["momentum"])
    absent = [params["optimizer"] == "adam" for params in table.params]
    assert np.isnan(view.places[:, 0]).tolist() == absent
    drawing = draw_search_path(view)
    (band,) = elements(drawing, "strip")
    is_inside = {number: y > float(band.get("y")) for number, (_, y) in drawings.places(drawing, "d").items()}
    assert all(is_inside[number] == absent[number] for number in is_inside)
    assert "inactive" in texts(drawing)


def test_parameters_are_the_given_ones_or_the_first_four():
    table = search(60, 1)
    important = importance_view(table).most_important(2)
    assert search_path_view(table, important).names == important
    assert search_path_view(table).names == tuple(table.space)
    assert search_path_view(STORY).names == ("x",)


@pytest.mark.parametrize("names", [("rate", "rate"), ("rate", "width")])
def test_invalid_names_are_rejected(names):
    with pytest.raises(InvalidInputError, match="names must be different parameters of rate, layers"):
        search_path_view(search(5), names)
