"""Words for how a run ended."""

import pytest

from paretune import Float, Minimize, Study
from paretune.cli.log_lines import LogFormat, log_lines
from paretune.cli.run_end import EXIT_INTERRUPTED, describe_run_end, run_end
from paretune.study import EndKind, RunEnd


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (RunEnd(EndKind.ALL_TRIALS, {"n_trials": 3}), ""),
        (RunEnd(EndKind.TIME_LIMIT, {"seconds": 7200.0}), "the time limit of 7200 s is over"),
        (RunEnd(EndKind.TARGET_MET, {"trial": 7, "target": "acc>=1"}), "trial 7 met the target acc>=1"),
        (RunEnd(EndKind.STOP_REQUEST), "paretune stop"),
        (RunEnd(EndKind.EXHAUSTED, {"message": "nothing is left to try"}), "nothing is left to try"),
    ],
)
def test_end_is_described(end, words):
    assert describe_run_end(end) == words


@pytest.fixture
def study():
    return Study({"x": Float(0, 1)}, [Minimize("loss")], name="nets")


def test_hook_gets_state_and_report_of_a_run_that_ended(study, tmp_path):
    with run_end(study, f'echo "$PARETUNE_STATE $PARETUNE_REPORT" > "{tmp_path}/said"', "a.db") as outcome:
        outcome.exit_code, outcome.report = 0, tmp_path / "report.html"
    assert (tmp_path / "said").read_text() == f"complete {tmp_path}/report.html\n"


@pytest.mark.parametrize(("error", "state"), [(KeyboardInterrupt(), "interrupted"), (OSError("disk full"), "failed")])
def test_hook_runs_after_an_error_too(study, tmp_path, error, state):
    with pytest.raises(type(error)), run_end(study, f'echo "$PARETUNE_MESSAGE" > "{tmp_path}/said"', "a.db"):
        raise error
    assert (
        tmp_path / "said"
    ).read_text() == f"nets {state}: 0 of 0 trials complete{'; disk full' * (state == 'failed')}\n"


def test_failed_hook_is_a_line_and_changes_nothing_else(study, capsys):
    with log_lines(LogFormat.plain), run_end(study, "exit 3", "a.db") as outcome:
        outcome.exit_code = EXIT_INTERRUPTED
    assert outcome.exit_code == EXIT_INTERRUPTED
    assert capsys.readouterr().err == "paretune: the command of --on-end failed: exit code 3\n"
