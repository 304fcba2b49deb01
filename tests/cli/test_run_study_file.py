"""`paretune run study.yaml`, with a real command."""

import json
import signal
from pathlib import Path

import pytest

from command_output import without_trial_lines
from paretune.study import load
from process_checks import assert_gone, wait_for_numbers

pytestmark = pytest.mark.end_to_end

STUDY = """\
space:
  x: {type: float, low: 0.0, high: 1.0}
  k: {type: int, low: 1, high: 4}
  c: {type: categorical, choices: [a, b]}
  z: {type: float, low: 0, high: 1, when: {c: a}}
objectives:
  accuracy: {goal: maximize, at_least: 0.25}
  latency: {goal: minimize, unit: s}
command: [sh, train.sh]
"""
TRAIN = """\
echo "$PARETUNE_PARAMS" >> tried
echo '{"accuracy": 0.125, "step": 1}'
x=$(echo "$PARETUNE_PARAMS" | sed 's/.*"x": \\([^,}]*\\).*/\\1/')
echo "{\\"accuracy\\": 0.5, \\"latency\\": $x, \\"latency_se\\": 0.01}"
"""
BY_K = """\
case "$PARETUNE_PARAMS" in
*'"k": 1'*) echo '{"accuracy": 0.5, "latency": 1}' ;;
*'"k": 2'*) echo '{"accuracy": nan, "latency": 1}' ;;
*'"k": 3'*) echo '{"accuracy": 0.1, "latency": 1}' ;;
*) echo 'wrong shape' >&2; exit 1 ;;
esac
"""


@pytest.fixture(autouse=True)
def study():
    Path("study.yaml").write_text(STUDY)
    Path("train.sh").write_text(TRAIN)


def change(old, new):
    assert old in STUDY
    Path("study.yaml").write_text(STUDY.replace(old, new))


def tried():
    return [json.loads(line) for line in Path("tried").read_text().splitlines()]


def run(paretune, n, *words):
    return paretune("run", "study.yaml", "--searcher", "random", "--trials", n, "--no-report", *words)


def test_run_leaves_database_and_report_named_after_file(paretune):
    code, out, err = paretune("run", "study.yaml", "--searcher", "random", "--trials", 8)
    trials = load("study", "paretune.db").trials
    assert (code, without_trial_lines(err)) == (0, "")
    assert out.endswith("Report: study-report/report.html\n")
    assert "| program | command=sh train.sh |" in Path("study-report/report.md").read_text()
    assert list(trials.params) == tried()
    assert trials.values[:, 1].tolist() == [params["x"] for params in tried()]
    assert trials.to_frame()["latency_se"].tolist() == [0.01] * 8
    assert {(params["c"], "z" in params) for params in tried()} == {("a", True), ("b", False)}


def test_resumed_search_equals_uninterrupted_search(paretune):
    for n in (2, 5):
        assert run(paretune, n)[0] == 0
    run(paretune, 5, "--study", "whole")
    resumed, whole = (load(name, "paretune.db").trials for name in ("study", "whole"))
    assert len(resumed) == 5
    assert resumed.params == whole.params


def test_fixed_parameter_is_stored_under_name_in_file(paretune):
    change("command:", "name: nets\ncommand:")
    for n in (1, 2):
        assert run(paretune, n, *(["--set", "k=3"] if n == 1 else []))[0] == 0
    assert [params["k"] for params in tried()] == [3, 3]
    assert len(load("nets", "paretune.db").trials) == 2


DIFFERENCES = [
    ("train.sh", "other.sh", 'has the setting program.command = "sh train.sh", not "sh other.sh"'),
    ("command:", "timeout: 5\ncommand:", "has the setting program.timeout = nothing, not 5.0"),
    ("high: 4", "high: 5", "has the parameter k.high = 4, not 5"),
    ("  k: {type: int, low: 1, high: 4}\n", "", 'has the parameter k.type = "int", not nothing'),
    ("at_least: 0.25", "at_least: 0.3", "has the objective accuracy.at_least = 0.25, not 0.3"),
    ("goal: minimize", "goal: maximize", "has the directions maximize, minimize, not maximize, maximize"),
    ("command:", "name: other\ncommand:", "was made for study, not for other"),
]


def test_study_does_not_continue_with_changed_file(paretune):
    run(paretune, 1)
    for old, new, difference in DIFFERENCES:
        change(old, new)
        code, _, err = run(paretune, 2, "--study", "study")
        assert (code, err.count("\n")) == (2, 1)
        assert difference in err
    assert len(tried()) == 1


def test_failures_have_reasons(paretune):
    Path("train.sh").write_text(BY_K)
    paretune("run", "study.yaml", "--searcher", "grid", "--trials", 4, "--set", "x=0.5", "--set", "c=b")
    trials = load("study", "paretune.db").trials
    reasons = {params["k"]: reason for params, reason in zip(trials.params, trials.reasons, strict=True)}
    assert reasons == {1: "", 2: "not_finite", 3: "outside_limits", 4: "crashed"}


def test_command_that_always_fails_stops_run_with_its_log(paretune):
    Path("train.sh").write_text("echo 'no data here' >&2; exit 1")
    code, _, err = run(paretune, 9, "--max-failures", 3)
    assert code == 2
    assert "3 trials in a row have failed" in err
    assert "sh train.sh ended with exit code 1; the last lines of its log: no data here" in err


@pytest.mark.parametrize(
    ("old", "new", "words", "complaint"),
    [
        ("[sh, train.sh]", "[no-such-shell, train.sh]", [], "study.yaml, line 9: there is no program 'no-such-shell'"),
        ("low: 0.0", "low: 2.0", [], "study.yaml, line 2: x: low must not exceed high"),
        ("sh", "sh", ["--set", "q=1"], "study has no option or parameter 'q'; it has x, k, c, z"),
        ("sh", "sh", ["--set", "k=9"], "k must be between 1 and 4, but is 9"),
        ("sh", "sh", ["--set", "c=b", "--set", "z=1"], "z does not exist unless c is 'a'"),
        ("sh", "sh", ["--data-dir", "."], "study.yaml names its data itself: leave --data-dir out"),
        ("sh", "sh", ["--searcher", "magic"], "searcher must be one of"),
    ],
)
def test_wrong_input_is_one_line_and_leaves_nothing(paretune, old, new, words, complaint):
    change(old, new)
    code, out, err = run(paretune, 2, *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert complaint in err
    assert not Path("study-report").exists()
    assert not Path("tried").exists()


def test_missing_file_is_one_line(paretune):
    code, _, err = paretune("run", "stduy.yaml")
    assert (code, err) == (
        2,
        "paretune: there is no file stduy.yaml (did you mean 'study.yaml'?): give the path of a study file\n",
    )
    assert "and files such as ./study.yaml" in paretune("run", "study")[2]


def test_interrupted_run_leaves_no_command_running(start):
    Path("train.sh").write_text("sleep 600 & echo $! >> pids; echo $$ >> pids; wait")
    process = start("run", "study.yaml", "--searcher", "random", "--trials", "3")
    pids = wait_for_numbers(Path("pids"), 2)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=240)
    assert process.returncode == 130
    assert "interrupted with 0 of 3 trials; the same command continues from there" in err
    assert_gone(pids)
    assert load("study", "paretune.db").trials.failures() == {"lost": 1}


def test_command_that_is_stopped_early_is_neither_failed_nor_tried_again(paretune):
    Path("study.yaml").write_text(
        "space:\n  x: {type: float, low: 0.0, high: 1.0}\nobjectives:\n  loss: {goal: minimize}\n"
        "command: [sh, train.sh]\nrun: {scheduler: asha, max_resource: 9, eta: 2}\n"
    )
    Path("train.sh").write_text(
        'echo $$ >> tried\nx=$(echo "$PARETUNE_PARAMS" | sed "s/.*: \\([^,}]*\\)}/\\1/")\n'
        'echo "{\\"step\\": 1, \\"loss\\": $x}"\n'
        'if [ $(wc -l < tried) -gt 8 ]; then sleep 2; fi\necho "{\\"loss\\": $x}"\n'
    )
    _, _, err = run(paretune, 12, "--seed", 1)
    trials = load("study", "paretune.db").trials
    assert len(trials) == 12
    assert trials.is_stopped[8:].any()
    assert (trials.is_complete | trials.is_stopped).all()
    assert trials.is_complete[:8].all()
    assert f"{trials.is_stopped.sum()} stopped early at step 1" in paretune("status", "study")[1]
    assert "stopped early at step 1: place " in err
    assert_gone([int(pid) for pid in Path("tried").read_text().split()])
