"""Tests of the record of a study in its storage."""

import optuna
import pytest

from paretune import Categorical, Float, Int, Maximize, Minimize, Objectives, Space
from paretune.errors import InvalidInputError, StudyMismatchError
from paretune.study import EndKind, RunEnd, record

pytestmark = pytest.mark.usefixtures("quiet_optuna")
SPACE = Space(
    {
        "width": Int(1, 64, log=True),
        "optimizer": Categorical(["sgd", "adam"]),
        "momentum": Float(0.0, 0.9, when={"optimizer": "sgd"}),
    }
)
OBJECTIVES = Objectives([Maximize("accuracy", at_least=0.5), Minimize("latency", unit="s")])
FACTS = {"options": {"epochs": 20}, "workload": "nets"}


@pytest.fixture
def study(database):
    directions = ["maximize", "minimize"]
    return optuna.create_study(study_name="study", storage=f"sqlite:///{database}", directions=directions)


@pytest.fixture
def defined(study):
    record.create_or_check(study, SPACE, OBJECTIVES, FACTS)
    return study


def test_definition_is_read_back(defined):
    assert record.space_of(defined) == SPACE
    assert list(record.space_of(defined)) == list(SPACE)
    assert record.facts(defined) == FACTS
    assert defined.metric_names == ["accuracy", "latency"]
    record.create_or_check(defined, SPACE, OBJECTIVES, FACTS)


def test_study_is_undefined_until_it_has_a_definition_or_a_trial(study):
    assert record.is_undefined(study)
    assert record.space_of(study) is None
    study.ask()
    assert not record.is_undefined(study)
    with pytest.raises(StudyMismatchError, match="study 'study' was not made by Paretune: choose another name"):
        record.create_or_check(study, SPACE, OBJECTIVES, FACTS)


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"space": Space({**SPACE, "width": Int(1, 128, log=True)})}, "parameter width.high = 64, not 128"),
        ({"space": Space({"width": SPACE["width"]})}, 'parameter optimizer.type = "categorical", not nothing'),
        ({"objectives": Objectives([OBJECTIVES[0], Minimize("latency")])}, 'objective latency.unit = "s", not'),
        ({"facts": {**FACTS, "options": {"epochs": 10}}}, "setting options.epochs = 20, not 10"),
        ({"facts": {**FACTS, "data": "here"}}, 'setting data = nothing, not "here"'),
        ({"objectives": Objectives(OBJECTIVES[::-1])}, "the directions maximize, minimize, not minimize, maximize"),
    ],
)
def test_other_definition_is_refused_with_the_first_difference(defined, change, difference):
    with pytest.raises(StudyMismatchError) as raised:
        record.create_or_check(defined, **{"space": SPACE, "objectives": OBJECTIVES, "facts": FACTS, **change})
    assert difference in str(raised.value)
    assert "choose another study name" in str(raised.value)


def test_undefined_study_with_other_directions_is_refused(study):
    with pytest.raises(StudyMismatchError, match="has the directions maximize, minimize, not minimize, maximize"):
        record.create_or_check(study, SPACE, Objectives(OBJECTIVES[::-1]), FACTS)


def test_facts_become_what_json_holds():
    assert record.check_facts({1: (2, 3), "a": {"b": None}}) == {"1": [2, 3], "a": {"b": None}}
    with pytest.raises(InvalidInputError, match="facts must be JSON values, such as numbers, strings and lists: "):
        record.check_facts({"path": object()})


def test_runs_are_listed_in_order_with_their_ends(study):
    record.add_run(study, "b", {"started": "2026-01-02", "from_trial": 3})
    record.add_run(study, "a", {"started": "2026-01-01", "from_trial": 0})
    record.end_run(study, "a", RunEnd(EndKind.ALL_TRIALS, {"n_trials": 3}))
    record.end_run(study, "b", None)
    record.end_run(study, "unknown", RunEnd(EndKind.INTERRUPT))
    first, second = record.runs(study)
    assert first == {"started": "2026-01-01", "from_trial": 0, "ended": "3 trials"}
    assert second == {"started": "2026-01-02", "from_trial": 3}
    assert record.origin(study) == {"study": "study", "runs": [first, second]}


def test_stored_end_has_at_most_500_characters(study):
    record.add_run(study, "a", {"started": "2026-01-01", "from_trial": 0})
    record.end_run(study, "a", RunEnd(EndKind.ERROR, {"message": "x" * 9999}))
    assert record.runs(study)[0]["ended"] == "x" * 500


def test_last_heartbeat_of_each_run_is_read(study):
    for run, count in (("a", 0), ("b", 0), ("a", 1), ("a", 2)):
        record.write_heartbeat(study, run, count)
    assert record.read_heartbeats(study) == {"a": 2, "b": 0}


def test_stop_requests_are_counted(study):
    assert record.n_stop_requests(study) == 0
    for _ in range(2):
        record.request_stop(study)
    assert record.n_stop_requests(study) == 2
