"""`paretune run` again: the same command resumes a study, and refuses other settings."""

import re
import signal

import pytest

from paretune.study import load
from running_studies import wait_for_trials

pytestmark = pytest.mark.end_to_end


def test_same_command_resumes_study_and_does_nothing_at_its_total(paretune):
    words = ("run", "analytic", "--searcher", "random", "--set", "seconds=0.001", "--no-report")
    paretune(*words, "--trials", 4)
    paretune("run", "analytic", "--searcher", "random", "--trials", 6, "--no-report")  # what is left out is as it was
    code, _, err = paretune(*words, "--trials", 6)

    assert (code, err.count("\n")) == (0, 1)
    assert err.endswith("analytic already has 6 trials: nothing to run\n")
    stored = load("analytic", "paretune.db")
    assert len(stored.trials) == 6
    assert stored.origin["options"] == {"seconds": 0.001}


def test_resumed_run_keeps_searcher_and_seed_unless_others_are_given(paretune):
    words = ("run", "analytic", "--no-report", "--trials")
    calls = [(), ("--seed", 5), ("--searcher", "random"), ("--searcher", "sobol"), (), ("--searcher", "random")]
    paretune(*words, 1, "--searcher", "random", "--seed", 3)
    for n, more in enumerate(calls, 2):
        assert paretune(*words, n, *more)[0] == 0
    runs = load("analytic", "paretune.db").origin["runs"]
    assert [(run["searcher"], run["seed"]) for run in runs] == [
        ("random", 3), ("random", 3), ("random", 5), ("random", 5), ("sobol", 0), ("sobol", 0), ("random", 0),
    ]  # fmt: skip


def test_killed_run_keeps_finished_trials_and_same_command_completes_it(paretune, start):
    words = ["run", "analytic", "--searcher", "random", "--trials", "8", "--set", "seconds=0.4", "--no-report"]
    process = start(*words)
    wait_for_trials(3)
    process.kill()
    process.communicate()
    before = load("analytic", "paretune.db").trials

    code, _, _ = paretune(*words)
    after = load("analytic", "paretune.db").trials
    finished = before[~before.is_pending]
    assert code == 0
    assert before.is_pending.sum() == 1
    assert [after.params[i] for i in finished.numbers] == list(finished.params)
    assert after.failures()["lost"] == 1
    assert (~after.is_lost).sum() == 8
    assert not after.is_pending.any()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_run_says_how_to_continue_and_writes_report_if_asked(start, number):
    words = ["--report"] if number == signal.SIGINT else []
    process = start("run", "analytic", "--searcher", "random", "--trials", "50", "--set", "seconds=0.3", *words)
    wait_for_trials(3)
    process.send_signal(number)
    out, err = process.communicate(timeout=240)

    assert process.returncode == 130
    assert re.search(r"interrupted with \d+ of 50 trials; the same command continues from there\n", err)
    assert "Traceback" not in err
    assert ("Report: analytic-report/report.html" in out) is bool(words)
    assert not load("analytic", "paretune.db").trials.is_pending.any()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (["--set", "seconds=0.5"], "study 'analytic' has seconds=0.0, not 0.5"),
        (["--set", "width=8"], "study 'analytic' searches the whole range of width, but --set gives 8"),
        (["--set", "widht=8"], "analytic has no option or parameter 'widht'"),
    ],
)
def test_setting_that_differs_from_study_is_refused_with_the_difference(paretune, change, complaint):
    paretune("run", "analytic", "--trials", 2, "--searcher", "random", "--no-report")
    code, _, err = paretune("run", "analytic", "--trials", 3, "--searcher", "random", *change)
    assert code == 2
    assert complaint in err
    assert len(load("analytic", "paretune.db").trials) == 2


def test_study_of_another_workload_is_refused(paretune):
    paretune("run", "analytic", "--trials", 2, "--searcher", "random", "--study", "mine", "--no-report")
    code, _, err = paretune("run", "diatoms", "--study", "mine")
    assert (code, err) == (2, "paretune: study 'mine' was made for analytic, not for diatoms: choose another --study\n")
