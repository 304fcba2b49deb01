"""A study that runs, seen and ended from another terminal."""

import json
import re
import sys
from pathlib import Path

import pytest

from paretune.study import load
from processes import wait_until
from told import told

pytestmark = pytest.mark.end_to_end

SCRIPT = """
import json, os, sys
x = json.loads(os.environ["PARETUNE_PARAMS"])["x"]
print("begun with", x)
print(json.dumps({"loss": 2 * x, "step": 1}))
print("a warning", file=sys.stderr)
if x > 0.6:
    sys.exit("x is too large")
print(json.dumps({"loss": x}))
"""


@pytest.fixture(autouse=True)
def study_file(in_an_empty_folder):
    (in_an_empty_folder / "train.py").write_text(SCRIPT)
    file = in_an_empty_folder / "study.yaml"
    file.write_text(
        "space: {x: {type: float, low: 0, high: 1}}\nobjectives: {loss: {goal: minimize}}\n"
        f"command: [{sys.executable}, train.py]\nrun: {{trials: 5, workers: 2, searcher: sobol}}\n"
    )


def test_the_state_of_a_run_that_is_over(paretune):
    code, _, err = paretune("run", "./study.yaml", "--no-report")
    assert (code, told(err)) == (0, "")
    code, out, _ = paretune("status", "study")
    assert code == 0
    first, second, *rest = out.splitlines()
    trials = load("study", "paretune.db").trials
    n_failed = sum(params["x"] > 0.6 for params in trials.params)
    assert first == f"study: 5 of 5 trials: {5 - n_failed} complete, {n_failed} failed (crashed {n_failed})"
    assert re.fullmatch(r"hypervolume [\d.]+ \(from loss [\d.]+\), [\d.,]+ trials an hour", second)
    assert rest[-1] == "ended: 5 trials"
    assert f"loss {min(params['x'] for params in trials.params):.4g}" in out


def test_the_log_of_a_trial_has_all_that_it_printed_and_why_it_failed(paretune):
    paretune("run", "./study.yaml", "--no-report")
    trials = load("study", "paretune.db").trials
    number = int(trials.numbers[trials.is_failed][0])
    code, out, err = paretune("log", "study", number)
    assert code == 0
    assert f"begun with {trials.params[number]['x']}" in out
    assert "a warning" in out
    assert "ended with exit code 1" in err
    code, out, err = paretune("log", "study", 99)
    assert (code, out, err) == (2, "", "paretune: study 'study' has no trial 99; its last is 4\n")


def test_the_export_has_the_whole_record(paretune):
    paretune("run", "./study.yaml", "--no-report")
    _, out, _ = paretune("export", "study", "--format", "json")
    for row in json.loads(out):
        assert row["record"]["worker"] in (0, 1)
        assert row["record"]["device"] == "cpu"
        assert set(row["record"]["durations"]) >= {"suggest", "evaluate"}
        assert ("error" in row["record"]) == (row["state"] == "failed")
        if row["state"] == "complete":
            assert row["record"]["steps"] == [{"loss": 2 * row["x"], "step": 1}]


def test_a_run_is_asked_to_stop_from_another_terminal_and_finishes_what_it_runs(paretune, start):
    run = start(
        "run",
        "analytic",
        "--searcher",
        "random",
        "--trials",
        "500",
        "--workers",
        "2",
        "--set",
        "seconds=0.3",
        "--no-report",
    )
    wait_until(Path("paretune.db").exists, "there is a storage")
    wait_until(lambda: "worker 1" in paretune("status", "analytic")[1], "both workers are busy")
    code, out, _ = paretune("stop", "analytic")
    assert code == 0
    assert re.match(r"analytic: asked to stop; \d running trials? will be finished", out)
    _, err = run.communicate(timeout=60)
    assert run.returncode == 0, err
    trials = load("analytic", "paretune.db").trials
    assert not trials.is_pending.any()
    assert "ended: paretune stop" in paretune("status", "analytic")[1]
    assert trials.failures().get("lost", 0) <= 1  # the one that was next, and not begun


def test_a_study_that_is_over_is_watched_once(paretune):
    paretune("run", "./study.yaml", "--no-report")
    code, out, _ = paretune("status", "study", "--watch")
    assert code == 0
    assert "ended: 5 trials" in out


@pytest.mark.parametrize("command", [["status", "mine"], ["stop", "mine"], ["log", "mine", "0"]])
def test_a_study_that_is_not_there_is_told(paretune, command):
    paretune("run", "./study.yaml", "--no-report")
    code, out, err = paretune(*command)
    assert (code, out) == (2, "")
    assert err == "paretune: no study 'mine' in this storage; it has study\n"
