"""The plan of a study: from a workload, settings and what is stored."""

import pytest

from paretune.app.plan import open_study, plan_study, study_name
from paretune.app.run_options import RunOptions
from paretune.errors import InvalidInputError, StudyMismatchError, StudyNotFoundError
from paretune.study import load


def test_plan_has_settings_limits_and_command_but_creates_no_study(request_study, empty_folder):
    request = request_study(limits=({"accuracy": 0.6}, {}), command="paretune run analytic")
    plan, set_up = plan_study(request, {"width": 16, "layers": "1:2"})
    assert (plan.name, plan.command) == ("mine", "paretune run analytic")
    assert plan.facts["fixed"] == {"width": 16}
    assert plan.facts["ranges"] == {"layers": "1:2"}
    assert plan.facts["limits"]["at_least"] == {"accuracy": 0.6}
    assert plan.objectives[0].at_least == 0.6
    assert set_up.objectives == plan.objectives
    with pytest.raises(StudyNotFoundError, match="no study 'mine'"):
        load("mine", empty_folder / "paretune.db")


def test_stored_study_keeps_settings_that_are_not_given(request_study):
    open_study(request_study(), {"width": 16}, RunOptions())
    plan, _ = plan_study(request_study(), {})
    assert plan.facts["fixed"] == {"width": 16}


def test_opened_study_keeps_last_searcher_and_its_seed(request_study):
    given = [("random", 3), (None, None), (None, 5), ("sobol", None)]
    for n, (searcher, seed) in enumerate(given, 1):
        study, set_up = open_study(request_study(), {}, RunOptions(searcher=searcher, seed=seed))
        study.run(set_up(), n_trials=n)
    runs = load("mine", "paretune.db").origin["runs"]
    assert [(run["searcher"], run["seed"]) for run in runs] == [
        ("random", 3),
        ("random", 3),
        ("random", 5),
        ("sobol", 0),
    ]


def test_opened_study_keeps_options_of_last_searcher(request_study):
    given = [("pshe2", {"population": 3}), (None, {"alpha": 0.25}), ("random", {}), ("pshe2", {})]
    for n, (searcher, options) in enumerate(given, 1):
        chosen = RunOptions(searcher=searcher, searcher_option=tuple(options.items()))
        study, set_up = open_study(request_study(), {}, chosen)
        study.run(set_up(), n_trials=n)
    runs = load("mine", "paretune.db").origin["runs"]
    assert [run.get("searcher_options") for run in runs] == [
        {"population": 3},
        {"population": 3, "alpha": 0.25},
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("settings", "details", "message"),
    [
        ({"seconds": 0.5}, {}, "study 'mine' has seconds=0.0, not 0.5: choose another --study"),
        ({"width": 16}, {}, "study 'mine' searches the whole range of width, but --set gives 16"),
        ({}, {"limits": ({"accuracy": 0.9}, {})}, "study 'mine' requires accuracy to be at least"),
        ({"widht": 16}, {}, "analytic has no option or parameter 'widht'"),
    ],
)
def test_other_settings_and_limits_than_stored_are_refused(request_study, settings, details, message):
    open_study(request_study(), {}, RunOptions())
    with pytest.raises((StudyMismatchError, InvalidInputError), match=message):
        plan_study(request_study(**details), settings)


def test_password_in_command_is_not_stored(request_study):
    request = request_study(command="paretune run --storage postgresql://me:secret@h/d")
    study, set_up = open_study(request, {}, RunOptions(searcher="random"))
    study.run(set_up(), n_trials=1)
    assert "me:***@h/d" in study.origin["runs"][0]["command"]


def test_empty_study_name_is_refused():
    assert (study_name(None, "analytic"), study_name("mine", "analytic")) == ("analytic", "mine")
    with pytest.raises(InvalidInputError, match="--study is empty"):
        study_name(" ", "analytic")
