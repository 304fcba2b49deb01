"""The state of a stored study."""

import optuna
import pytest

from paretune.app.status import study_status
from paretune.cli.display import describe_study
from paretune.errors import StudyNotFoundError
from paretune.study import open_storage


def test_finished_study_is_over(random_study):
    status = study_status(random_study, open_storage("paretune.db", must_exist=True))
    assert status.is_over
    assert (status.run.name, len(status.run.trials)) == ("random", 12)
    assert status.activity.n_counted == 12


def test_unknown_study_is_refused(random_study):  # noqa: ARG001 (another one is stored)
    with pytest.raises(StudyNotFoundError, match="no study 'mine'"):
        study_status("mine", "paretune.db")


def test_trial_that_has_just_begun_is_pending():
    study = optuna.create_study(study_name="plain", storage=open_storage("paretune.db"))
    study.tell(ask_with_x(study), 1.0)
    study.ask()
    run = study_status("plain", "paretune.db").run
    assert run.counts | {"complete": 1, "pending": 1, "unfit": 0, "trials": 2} == run.counts
    shown = describe_study(run, study_status("plain", "paretune.db").activity)
    assert "1 complete, 0 failed, 1 pending" in shown
    assert "without the parameters" not in shown


def ask_with_x(study):
    trial = study.ask()
    trial.suggest_float("x", 0, 1)
    return trial
