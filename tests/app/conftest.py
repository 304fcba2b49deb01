"""Studies of the analytic workload in an empty folder."""

import shutil

import pytest

from paretune.app.plan import StudyRequest
from paretune.evaluation.contract import call_evaluate, ignore_report
from paretune.study import Study
from paretune.workloads.builtin.analytic import WORKLOAD


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PARETUNE_DATA", raising=False)
    return tmp_path


@pytest.fixture(scope="session")
def stored_random_study(tmp_path_factory):
    """Path of a storage with the study ``random`` of 12 trials, which report no steps."""
    path = tmp_path_factory.mktemp("stored") / "paretune.db"
    facts = {"workload": "analytic", "options": {"seconds": 0.0}, "fixed": {}, "data": None}
    study = Study(
        WORKLOAD.space, WORKLOAD.objectives, storage=path, name="random", searcher="random", facts=facts, command="c"
    )
    evaluate = WORKLOAD.prepare({"seconds": 0.0}, None).evaluate
    study.run(lambda params: call_evaluate(evaluate, params, ignore_report), n_trials=12)
    return path


@pytest.fixture
def random_study(stored_random_study, empty_folder):  # noqa: ARG001 (first)
    """Put the study ``random`` of 12 trials into paretune.db; return its name."""
    shutil.copy(stored_random_study, "paretune.db")
    return "random"


@pytest.fixture
def request_study():
    """Make requests for studies of the analytic workload."""

    def make(study="mine", **details):
        return StudyRequest("analytic", WORKLOAD, study, "paretune.db", None, **details)

    return make
