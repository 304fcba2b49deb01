"""The command at the end of a run."""

import sys

import pytest

from paretune import Float, Minimize, Study, TrialFailedError
from paretune.app.end_hook import RunResult, run_end_hook


def evaluate(params):
    if params["x"] > 0.5:
        raise TrialFailedError("crashed", "too large")
    return {"loss": params["x"]}


@pytest.fixture
def study():
    made = Study({"x": Float(0, 1)}, [Minimize("loss")], searcher="sobol", name="my nets")
    made.run(evaluate, n_trials=4)
    return made


def test_environment_has_state_counts_and_report(study, tmp_path):
    result = RunResult(study, "a.db", 0, "paretune stop", tmp_path / "report.html")
    assert result.environment() == {
        "PARETUNE_STUDY": "my nets",
        "PARETUNE_STORAGE": "a.db",
        "PARETUNE_STATE": "complete",
        "PARETUNE_EXIT_CODE": "0",
        "PARETUNE_TRIALS": "4",
        "PARETUNE_COMPLETE": "2",
        "PARETUNE_FAILED": "2",
        "PARETUNE_EFFICIENT": "1",
        "PARETUNE_REPORT": str(tmp_path / "report.html"),
        "PARETUNE_MESSAGE": "my nets complete: 2 of 4 trials complete; paretune stop",
    }


@pytest.mark.parametrize(("exit_code", "state"), [(0, "complete"), (130, "interrupted"), (2, "failed")])
def test_state_follows_the_exit_code(study, exit_code, state):
    assert RunResult(study, "a.db", exit_code).environment()["PARETUNE_STATE"] == state


def test_command_gets_the_environment(study, tmp_path):
    result = RunResult(study, "a.db", 0)
    assert run_end_hook(f'echo "$PARETUNE_STUDY $PARETUNE_STATE" > "{tmp_path}/said"', result) == ""
    assert (tmp_path / "said").read_text() == "my nets complete\n"


def test_failure_and_endless_command_are_described(study):
    result = RunResult(study, "a.db", 0)
    assert run_end_hook("exit 3", result) == "exit code 3"
    endless = f"exec {sys.executable} -c 'import time; time.sleep(600)'"
    assert run_end_hook(endless, result, seconds=0.2) == "it ran longer than 0.2 s and was killed"
