"""Tests of the entry of a process's runs in the record of a study."""

import datetime as dt
import json

import optuna
import pytest

from paretune.study import EndKind, RunEnd, record
from paretune.study.run_entry import RunEntry

pytestmark = pytest.mark.usefixtures("quiet_optuna")


@pytest.fixture
def study():
    return optuna.create_study(study_name="study")


def test_description_has_settings_time_and_environment(study):
    described = RunEntry(study, "bayes", 3, "paretune run it").describe(7)
    assert (described["searcher"], described["seed"], described["command"]) == ("bayes", 3, "paretune run it")
    assert described["from_trial"] == 7
    started = dt.datetime.fromisoformat(described["started"])
    assert abs((dt.datetime.now(dt.UTC) - started).total_seconds()) < 60
    assert json.loads(json.dumps(described["environment"])) == described["environment"]
    assert record.runs(study) == []


def test_later_runs_extend_the_entry_of_the_first(study):
    entry = RunEntry(study, "random", 0, "")
    entry.begin(0, 4, 1, "first")
    entry.end(RunEnd(EndKind.ALL_TRIALS, {"n_trials": 4}))
    entry.begin(4, 9, 2, "second")
    (run,) = record.runs(study)
    assert (run["from_trial"], run["n_trials"], run["workers"]) == (0, 9, 2)
    assert run["signed"] == ["first", "second"]
    assert "ended" not in run
    entry.end(RunEnd(EndKind.ALL_TRIALS, {"n_trials": 9}))
    assert [run["ended"] for run in record.runs(study)] == ["9 trials"]


def test_entries_of_two_objects_are_separate(study):
    for n_before in (0, 2):
        RunEntry(study, "random", 0, "").begin(n_before, n_before + 2, 1, "name")
    assert [run["from_trial"] for run in record.runs(study)] == [0, 2]


def test_end_before_a_run_is_not_stored(study):
    RunEntry(study, "random", 0, "").end(RunEnd(EndKind.INTERRUPT))
    assert record.runs(study) == []
