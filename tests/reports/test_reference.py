"""The reference point of the hypervolume and its description."""

import math

import pytest

from paretune import Float, Maximize, Minimize, Objectives, Space, Trials
from paretune.errors import InvalidInputError
from paretune.reports.reference import choose_reference

SPACE = Space({"x": Float(0, 1)})


def trials(values, objectives):
    columns = {"x": [0.5] * len(values)}
    columns |= {name: [row[i] for row in values] for i, name in enumerate(objectives.names)}
    return Trials.from_columns(columns, SPACE, objectives)


OBJECTIVES = Objectives([Maximize("accuracy", at_least=0.5), Minimize("time"), Minimize("size")])
FIRST = trials([(0.6, 1.0, 5.0), (0.4, 99.0, 99.0), (math.nan, 9.0, 9.0)], OBJECTIVES)
SECOND = trials([(0.9, 3.0, 5.0)], OBJECTIVES)


def test_value_is_given_one_else_limit_else_worst_with_a_margin():
    chosen = choose_reference([FIRST, SECOND], {"size": 7.0})
    assert dict(chosen.values) == pytest.approx({"accuracy": 0.5, "time": 3.2, "size": 7.0})
    assert chosen.point.tolist() == pytest.approx([-0.5, 3.2, 7.0])
    assert dict(chosen.sources) == {"accuracy": "limit", "time": "nadir", "size": "given"}
    assert chosen.text == (
        "accuracy = 0.5 (the limit), time = 3.2 (a tenth of their range beyond the worst of 2 feasible trials), "
        "size = 7 (as given)"
    )


def test_objectives_with_the_same_source_are_grouped():
    assert choose_reference([FIRST]).text.endswith(
        "time = 1.1, size = 5.5 (a tenth beyond the only value of 1 feasible trial)"
    )


def test_text_of_constant_objective_names_no_range():
    constant = trials([(0.6, 1.0, 5.0), (0.7, 2.0, 5.0)], OBJECTIVES)
    assert choose_reference([constant]).text.endswith(
        "time = 2.1 (a tenth of their range beyond the worst of 2 feasible trials), "
        "size = 5.5 (a tenth beyond the only value of 2 feasible trials)"
    )


def test_reference_is_written_differently_from_the_best_value():
    close = choose_reference([trials([(0.6, 1e6 + x, 1234567.0) for x in (0.001, 0.002)], OBJECTIVES)])
    assert "time = 1000000.0021 (" in close.text
    assert "size = 1358024 (" in close.text
    assert close.best == {"accuracy": 0.6, "time": 1e6 + 0.001, "size": 1234567.0}


def test_text_counts_outliers():
    table = trials([(0.5 + i / 40, 1.0 + i, 1.0) for i in range(9)] + [(0.5, 1e6, 1.0)], OBJECTIVES)
    chosen = choose_reference([table])
    assert chosen.values["time"] < 200
    assert "beyond the worst of 10 feasible trials, outliers left out: 1)" in chosen.text


def test_given_value_replaces_a_limit():
    assert choose_reference([FIRST], {"accuracy": 0.1}).sources["accuracy"] == "given"


def test_text_says_that_nothing_is_feasible():
    chosen = choose_reference([FIRST[2:]])
    assert dict(chosen.sources) == {"accuracy": "limit", "time": "unknown", "size": "unknown"}
    assert "time = 1, size = 1 (no trial is feasible)" in chosen.text


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"tiem": 1}, "the reference names 'tiem', but the objectives are accuracy"),
        ({"time": math.inf}, "must be a finite"),
    ],
)
def test_unfit_reference_is_rejected(given, complaint):
    with pytest.raises(InvalidInputError, match=complaint):
        choose_reference([FIRST], given)
