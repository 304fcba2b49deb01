"""`paretune run` with workers, and several runs at once."""

import json
import os
import signal
from collections import Counter
from pathlib import Path

import optuna
import psutil
import pytest

from command_output import without_trial_lines
from paretune.study import load
from process_checks import assert_gone, wait_for_numbers

pytestmark = pytest.mark.end_to_end

STUDY = """\
space:
  x: {type: float, low: 0.0, high: 1.0}
objectives:
  accuracy: {goal: maximize}
  latency: {goal: minimize, unit: s}
command: [sh, train.sh]
"""
TRAIN = """\
echo "$PARETUNE_PARAMS" >> tried
x=$(echo "$PARETUNE_PARAMS" | sed 's/.*"x": \\([^,}]*\\).*/\\1/')
echo "{\\"accuracy\\": $x, \\"latency\\": $x}"
"""


@pytest.fixture(autouse=True)
def study():
    Path("study.yaml").write_text(STUDY)
    Path("train.sh").write_text(TRAIN)


def run(paretune, n, *words):
    return paretune("run", "study.yaml", "--searcher", "random", "--trials", n, "--no-report", *words)


def tried():
    return [json.loads(line)["x"] for line in Path("tried").read_text().splitlines()]


def stored(name="study"):
    return optuna.load_study(study_name=name, storage="sqlite:///paretune.db").get_trials(deepcopy=False)


def assert_whole(n, n_lost=0):
    """The study has its trials, each tried once but for those that were lost."""
    trials = load("study", "paretune.db").trials
    complete = trials[trials.is_complete]
    assert len(complete) == n
    assert trials.failures() == ({"lost": n_lost} if n_lost else {})
    xs = Counter(params["x"] for params in complete.params)
    assert set(xs.values()) == {1}
    assert set(tried()) == set(xs)
    assert complete.values[:, 0].tolist() == [params["x"] for params in complete.params]


def test_two_workers_share_trials_and_leave_logs_and_no_process(paretune):
    code, _, err = run(paretune, 6, "--workers", 2)
    assert (code, without_trial_lines(err)) == (0, "")
    assert_whole(6)
    assert len(tried()) == 6
    assert {trial.user_attrs["paretune:where"]["worker"] for trial in stored()} == {0, 1}
    log = Path(stored()[0].user_attrs["paretune:where"]["log"])
    assert "accuracy" in (log / "stdout").read_text()
    assert not [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]


def test_typed_options_replace_those_of_study_file(paretune):
    Path("study.yaml").write_text(STUDY + "run:\n  trials: 4\n  searcher: sobol\n  workers: 2\n")
    assert paretune("run", "study.yaml", "--no-report")[0] == 0
    assert paretune("run", "study.yaml", "--trials", 5, "--workers", 1, "--no-report")[0] == 0
    first, second = load("study", "paretune.db").origin["runs"]
    assert (first["searcher"], first["workers"], second["workers"]) == ("sobol", 2, 1)
    assert (first["ended"], second["ended"]) == ("4 trials", "5 trials")

    Path("study.yaml").write_text(STUDY + "run:\n  trials: 4\n  worker: 2\n")
    code, _, err = paretune("run", "study.yaml")
    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith("paretune: study.yaml, line 9: run has no 'worker' (did you mean 'workers'?)")


def test_missing_device_is_one_line_and_leaves_nothing(paretune, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    code, out, err = run(paretune, 2, "--devices", "cuda:0")
    assert (code, out, err) == (2, "", "paretune: no device cuda:0: there is no NVIDIA GPU\n")
    assert not Path("paretune.db").exists()


def test_parallel_runs_share_the_total_exactly(start):
    words = ["run", "study.yaml", "--searcher", "random", "--trials", "9", "--workers", "2", "--no-report"]
    processes = [start(*words, "--out", f"report-{i}") for i in range(2)]
    for process in processes:
        _, err = process.communicate(timeout=240)
        assert process.returncode == 0, err
    assert_whole(9)
    assert len(tried()) == 9


def test_run_with_other_space_is_refused_with_the_difference(paretune):
    run(paretune, 1)
    Path("study.yaml").write_text(STUDY.replace("high: 1.0", "high: 2.0"))
    code, _, err = run(paretune, 2)
    assert (code, err.count("\n")) == (2, 1)
    assert "study 'study' has the parameter x.high = 1.0, not 2.0: choose another study name" in err
    assert len(tried()) == 1


FAMILY = "sleep 600 & echo $! >> pids; echo $$ >> pids; wait"


def test_killed_run_ends_its_workers_and_commands_and_next_run_repeats_trials(paretune, start):
    Path("train.sh").write_text(f"if [ -e go ]; then {TRAIN} else {FAMILY}; fi\n")
    runner = start("run", "study.yaml", "--searcher", "random", "--trials", "4", "--workers", "2", "--no-report")
    pids = wait_for_numbers(Path("pids"), 4)
    workers = [child.pid for child in psutil.Process(runner.pid).children()]
    runner.kill()
    assert_gone([*pids, *workers])  # although nobody has collected the runner

    Path("go").touch()
    lost = [trial.params["x"] for trial in stored()]
    assert run(paretune, 4, "--workers", 2)[0] == 0
    assert set(lost) <= set(tried())
    assert_whole(4, n_lost=len(lost))


def test_trial_of_killed_worker_is_repeated_and_run_continues(start):
    Path("train.sh").write_text(f"if [ -e go ]; then {TRAIN} else {FAMILY}; fi\n")
    runner = start("run", "study.yaml", "--searcher", "random", "--trials", "4", "--no-report")
    pids = wait_for_numbers(Path("pids"), 2)
    Path("go").touch()
    command = next(pid for pid in pids if "train.sh" in " ".join(psutil.Process(pid).cmdline()))
    os.kill(psutil.Process(command).ppid(), signal.SIGKILL)
    _, err = runner.communicate(timeout=120)
    assert runner.returncode == 0, err
    assert_gone(pids)
    assert_whole(4, n_lost=1)
    assert "SIGKILL" in stored()[0].user_attrs["paretune:error"]


def test_first_ctrl_c_finishes_running_trials_and_second_stops_at_once(start):
    Path("train.sh").write_text(f"echo $$ >> pids; while [ ! -e go ]; do sleep 0.05; done\n{TRAIN}")
    words = ["run", "study.yaml", "--searcher", "random", "--trials", "9", "--workers", "2", "--no-report"]
    first = start(*words)
    wait_for_numbers(Path("pids"), 2)
    first.send_signal(signal.SIGINT)
    assert "finishing 2 running trials; press Ctrl-C again to stop now" in first.stderr.readline()
    Path("go").touch()
    _, err = first.communicate(timeout=120)
    assert first.returncode == 130, err
    assert "interrupted with 2 of 9 trials; the same command continues from there" in err

    Path("go").unlink()
    Path("pids").unlink()
    second = start(*words)
    pids = wait_for_numbers(Path("pids"), 2)
    second.send_signal(signal.SIGINT)
    assert "finishing 2 running trials" in second.stderr.readline()
    second.send_signal(signal.SIGINT)
    _, err = second.communicate(timeout=120)
    assert second.returncode == 130, err
    assert_gone(pids)
    assert "interrupted with 2 of 9 trials" in err


def test_endless_trial_is_timed_out_and_run_continues(paretune):
    Path("train.sh").write_text(f"echo $$ >> pids; [ -e go ] || {{ touch go; sleep 600; }}\n{TRAIN}")
    code, _, err = run(paretune, 3, "--trial-timeout", "3s")
    assert (code, without_trial_lines(err)) == (0, "")
    trials = load("study", "paretune.db").trials
    assert list(trials.reasons) == ["timed_out", "", ""]
    assert_gone(wait_for_numbers(Path("pids"), 3))


def test_trial_above_memory_limit_is_out_of_memory(paretune):
    Path("hold.py").write_text("import time; held = bytearray(b'x') * 2**30; time.sleep(600)")
    Path("study.yaml").write_text(STUDY.replace("[sh, train.sh]", "[python3, hold.py]"))
    code, _, err = run(paretune, 9, "--memory-limit", "700M", "--max-failures", "1")
    assert code == 2
    assert "1 trial has failed; the last, number 0, out_of_memory: held" in err
    assert "above its limit of 700 MiB" in err


METRICS = [
    ('{"accuracy": 0.5}', "crashed", "printed no 'latency', only accuracy"),
    ('{"acuracy": 0.5, "latency": 1}', "crashed", "printed no 'accuracy', only acuracy, latency"),
    ('{"accuracy": "high", "latency": 1}', "crashed", "but accuracy must be a number"),
    ('{"accuracy": Infinity, "latency": 1}', "not_finite", "accuracy is inf"),
    ('{"accuracy": "(1+2j)", "latency": 1}', "crashed", "but accuracy must be a number"),
    ('{"accuracy": [1, 2], "latency": 1}', "crashed", "but accuracy must be a number"),
]


def test_wrong_metrics_fail_their_trial_and_run_continues(paretune):
    lines = "\n".join(f"{i}) echo '{line}' ;;" for i, (line, _, _) in enumerate(METRICS))
    Path("train.sh").write_text(f"n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) > n\ncase $n in\n{lines}\nesac\n")
    code, _, err = run(paretune, len(METRICS))
    assert (code, without_trial_lines(err)) == (0, "")
    for trial, (_, reason, message) in zip(stored(), METRICS, strict=True):
        assert trial.user_attrs["reason"] == reason
        assert message in trial.user_attrs["paretune:error"]


def test_log_of_earlier_database_gives_no_metrics(paretune):
    run(paretune, 1)
    for file in Path().glob("paretune.db*"):
        if file.is_file():
            file.unlink()
    Path("train.sh").write_text("true")
    run(paretune, 1)
    assert load("study", "paretune.db").trials.failures() == {"crashed": 1}
