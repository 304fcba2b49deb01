"""The log of a trial."""

from pathlib import Path

import pytest

from paretune.app.log import read_trial_log
from paretune.app.plan import StudyRequest, open_study
from paretune.app.run import run_study
from paretune.app.run_options import RunOptions
from paretune.errors import InvalidInputError
from paretune.workloads.set_up import find_workload

STUDY = """\
space: {x: {type: float, low: 0, high: 1}}
objectives: {loss: {goal: minimize}}
command: [sh, -c, "echo hello; exit 3"]
"""


@pytest.mark.end_to_end
def test_log_of_failed_trial_has_output_and_explanation():
    Path("study.yaml").write_text(STUDY)
    workload, options = find_workload("study.yaml"), RunOptions(trials=1, searcher="random")
    study, set_up = open_study(StudyRequest("study.yaml", workload, "s", "paretune.db", None), {}, options)
    run_study(study, set_up, options)
    found = read_trial_log("s", 0, "paretune.db")
    assert "hello" in "".join(path.read_text() for path in found.files)
    assert "ended with exit code 3" in found.explanation


def test_unknown_trial_is_refused(random_study):
    assert read_trial_log(random_study, 0, "paretune.db").files == []
    with pytest.raises(InvalidInputError, match="has no trial 99; its last is 11"):
        read_trial_log(random_study, 99, "paretune.db")
