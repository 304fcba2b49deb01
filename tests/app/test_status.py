"""The state of a stored study."""

import pytest

from paretune.app.status import study_status
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
