"""The list of a storage's studies."""

import json
from datetime import UTC, datetime

import optuna
import pytest

from paretune import Float, Maximize, Minimize, Study, TrialFailedError
from paretune.errors import InvalidInputError
from paretune.study import list_studies


def evaluate(params):
    if params["x"] > 0.7:
        raise TrialFailedError("crashed", "too large")
    return {"loss": params["x"], "accuracy": params["x"]}


@pytest.fixture
def storage(database):
    objectives = [Minimize("loss"), Maximize("accuracy", at_least=0.3)]
    details = {"name": "ours", "searcher": "sobol", "facts": {"workload": "w"}}
    Study({"x": Float(0, 1)}, objectives, storage=database, **details).run(evaluate, n_trials=8)
    return database


def test_new_running_and_ended_studies_are_listed_latest_first(storage):
    url = f"sqlite:///{storage}"
    optuna.create_study(study_name="new", storage=url, directions=["minimize", "maximize"])
    optuna.create_study(study_name="theirs", storage=url).ask().suggest_float("x", 0, 1)
    listed = list_studies(storage)
    assert [(study.name, study.state) for study in listed] == [("theirs", "running"), ("ours", "ended"), ("new", "new")]
    assert [study.objectives for study in listed] == [
        ("minimize objective_0",),
        ("minimize loss", "maximize accuracy"),
        ("minimize objective_0", "maximize objective_1"),
    ]


def test_trials_are_counted_as_in_the_study(storage):
    (study,) = list_studies(storage)
    trials = Study({"x": Float(0, 1)}, [Minimize("loss"), Maximize("accuracy", at_least=0.3)], storage=storage,
                   name="ours", searcher="sobol", facts={"workload": "w"}).trials  # fmt: skip
    assert study.counts["complete"] == trials.is_complete.sum()
    assert study.counts["failed"] == trials.is_failed.sum()
    assert "outside_limits" in trials.reasons
    assert (study.n_trials, study.ended, study.workload) == (8, "8 trials", "w")


def test_listed_study_becomes_json_with_the_offset_of_its_time(storage):
    described = json.loads(json.dumps([study.to_dict() for study in list_studies(storage)]))
    moment = datetime.fromisoformat(described[0]["last_activity"])
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 3600


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match="there is no file"):
        list_studies(tmp_path / "no.db")
