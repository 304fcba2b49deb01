"""Tests of the form for a new study."""

import pytest

from paretune.errors import InvalidInputError
from paretune.server.pages.run_form import form_fields, read_run_form
from paretune.server.runs.allowed import read_allowed
from paretune.server.runs.request import RunRequest

ALLOWED = read_allowed(["analytic"])["analytic"]


def defaults():
    """What a browser sends if nobody changes anything."""
    fields = form_fields(ALLOWED, ["analytic", "analytic-2"])
    values = {"workload": "analytic", "study": fields["study"], "searcher": "bayes", "trials": fields["trials"]}
    values |= {each.name: each.value for _, pair, _ in fields["parameters"] for each in pair}
    return values | {each.name: each.value for each in fields["options"]}


def test_ready_defaults_ask_for_nothing_but_a_new_name():
    request = read_run_form(defaults(), ALLOWED)
    assert request == RunRequest("analytic", "analytic-3", run={"trials": 30, "searcher": "bayes"})
    request.check(ALLOWED)


def test_all_fields_are_read():
    typed = {
        "option-0": "0.5",
        "low-0": "2",
        "high-0": "2",
        "low-1": "16",
        "high-1": "64",
        "choice-3": "tanh",
        "limit-0": "0.5",
        "limit-1": "0.25",
        "n_startup_trials": "12",
        "searcher_options": "prefer=accuracy>=0.9",
        "budget": "2.5",
        "budget-unit": "hours",
        "scheduler": "asha",
        "workers": "2",
        "stop_after": "24h",
        "seed": "7",
    }
    request = read_run_form({**defaults(), "trials": "", **typed}, ALLOWED)
    assert request.settings == {"seconds": 0.5, "layers": 2, "width": "16:64", "activation": "tanh"}
    assert (request.at_least, request.at_most) == ({"accuracy": 0.5}, {"latency": 0.25})
    assert request.run == {
        "seed": 7,
        "workers": 2,
        "searcher": "bayes",
        "stop_after": "24h",
        "scheduler": "asha",
        "budget": "hours=2.5",
        "searcher_option": {"n_startup_trials": 12, "prefer": "accuracy>=0.9"},
    }


@pytest.mark.parametrize("typed", [{"low-0": "few"}, {"limit-0": "much"}, {"searcher_options": "population"}])
def test_wrong_field_is_named(typed):
    with pytest.raises(InvalidInputError, match=r"layers takes|accuracy takes|is like population=20"):
        read_run_form({**defaults(), **typed}, ALLOWED)
