"""The command line as a user types it."""

import contextlib
import csv
import io
import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import optuna
import pandas as pd
import pytest

from paretune.study import load, open_storage
from paretune.workloads.builtin.analytic import WORKLOAD
from told import told

pytestmark = pytest.mark.end_to_end

FEW = ["front.png", "report.html", "report.json", "report.md"]  # of fewer than ten trials
REPORT = sorted(
    [*FEW, "density.png", "feasible.png", "growth.png", "parallel.png", "region.png", "search.gif", "search.png"]
)


def files(folder):
    """Names; SQLite's own are gone once the process has ended, which this one has not."""
    return sorted(path.name for path in Path(folder).iterdir() if not path.name.endswith((".db-wal", ".db-shm")))


def is_training(trial):
    """Whether a trial is past its suggestion and not at its end."""
    return not trial.state.is_finished() and len(trial.params) >= len(WORKLOAD.space) - 1


def wait_for_trials(n, name="analytic"):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if Path("paretune.db").exists():
            try:
                trials = optuna.load_study(study_name=name, storage=open_storage("paretune.db")).trials
            except (KeyError, optuna.exceptions.StorageInternalError):
                trials = []
            if sum(t.state.is_finished() for t in trials) >= n and is_training(trials[-1]):
                return
        time.sleep(0.05)
    raise AssertionError(f"{n} trials were not finished in a minute")


def test_a_run_leaves_a_database_and_a_report_under_default_names(paretune):
    code, out, err = paretune("run", "analytic", "--trials", 10, "--searcher", "sobol")

    assert (code, told(err)) == (0, "")
    assert re.search(r"Of 10 trials, these \d+ configurations are the trade-offs worth having; the knee is number", out)
    assert out.endswith("Report: analytic-report/report.html\n")
    assert files(".") == ["analytic-report", "paretune.db"]
    assert files("analytic-report") == REPORT
    assert len(load("analytic", "paretune.db").trials) == 10


def test_the_same_command_resumes_and_does_nothing_when_the_total_is_reached(paretune):
    words = ("run", "analytic", "--searcher", "random", "--set", "seconds=0.001", "--no-report")
    paretune(*words, "--trials", 4)
    paretune("run", "analytic", "--searcher", "random", "--trials", 6, "--no-report")  # what is left out is as it was
    code, _, err = paretune(*words, "--trials", 6)

    assert (code, err) == (0, "analytic has its 6 trials: nothing to run\n")
    stored = load("analytic", "paretune.db")
    assert len(stored.trials) == 6
    assert stored.origin["options"] == {"seconds": 0.001}


def test_a_run_goes_on_with_its_searcher_and_seed_unless_others_are_named(paretune):
    words = ("run", "analytic", "--no-report", "--trials")
    calls = [(), ("--seed", 5), ("--searcher", "random"), ("--searcher", "sobol"), (), ("--searcher", "random")]
    paretune(*words, 1, "--searcher", "random", "--seed", 3)
    for n, more in enumerate(calls, 2):
        assert paretune(*words, n, *more)[0] == 0
    runs = load("analytic", "paretune.db").origin["runs"]
    assert [(run["searcher"], run["seed"]) for run in runs] == [
        ("random", 3), ("random", 3), ("random", 5), ("random", 5), ("sobol", 0), ("sobol", 0), ("random", 0),
    ]  # fmt: skip


def test_a_killed_run_loses_no_finished_trial_and_is_finished_by_the_same_command(paretune, start):
    words = ["run", "analytic", "--searcher", "random", "--trials", "12", "--set", "seconds=0.4", "--no-report"]
    process = start(*words)
    wait_for_trials(4)
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
    assert (~after.is_lost).sum() == 12
    assert not after.is_pending.any()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_how_to_go_on_and_still_reports(start, number):
    process = start("run", "analytic", "--searcher", "random", "--trials", "50", "--set", "seconds=0.3")
    wait_for_trials(3)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert re.search(r"interrupted with \d+ of 50 trials; the same command goes on from there\n$", err)
    assert "Traceback" not in err
    assert "Report: analytic-report/report.html" in out
    assert not load("analytic", "paretune.db").trials.is_pending.any()


def test_a_parameter_is_fixed_also_outside_its_range_and_stays_a_column(paretune):
    code, _, _ = paretune(
        "run", "analytic", "--trials", 5, "--searcher", "random", "--set", "width=2", "--set", "optimizer=adam"
    )
    _, out, _ = paretune("export", "analytic")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert {row["width"] for row in rows} == {"2"}
    assert {row["optimizer"] for row in rows} == {"adam"}
    assert len({row["layers"] for row in rows}) > 1


def test_an_export_has_the_documented_columns_in_the_users_units(paretune):
    paretune("run", "analytic", "--trials", 12, "--searcher", "random", "--no-report")
    _, out, _ = paretune("export", "analytic")
    header = out.splitlines()[0]
    assert header == (
        "number,state,reason,layers,width,learning_rate,activation,optimizer,momentum,"
        "accuracy,latency,latency_se,started,duration"
    )
    table = pd.read_csv(io.StringIO(out))
    theirs = optuna.load_study(study_name="analytic", storage="sqlite:///paretune.db").trials
    done = [t for t in theirs if t.values]
    assert table.accuracy.dropna().tolist() == [t.values[0] for t in done]
    assert set(table.state) == {"complete", "failed"}
    assert set(table.reason.dropna()) <= {"out_of_memory", "not_finite", "outside_limits"}
    assert (table.latency.dropna() > 0).all()


def test_an_export_of_the_front_as_json_into_a_file(paretune):
    paretune("run", "analytic", "--trials", 12, "--searcher", "random", "--no-report")
    code, out, _ = paretune("export", "analytic", "--format", "json", "--front", "-o", "front.json")
    records = json.loads(Path("front.json").read_text())
    trials = load("analytic", "paretune.db").trials
    points = {(r["accuracy"], r["latency"]) for r in records}
    assert (code, out) == (0, "")
    assert points
    for accuracy, latency in trials.values[trials.is_complete]:
        beaten = any(a >= accuracy and t <= latency and (a, t) != (accuracy, latency) for a, t in points)
        assert beaten != ((accuracy, latency) in points)


def test_a_report_is_made_again_from_the_storage(paretune):
    paretune("run", "analytic", "--trials", 3, "--searcher", "random", "--study", "mine", "--out", "first")
    code, out, _ = paretune("report", "mine", "--out", "second")
    assert code == 0
    assert out.endswith("Report: second/report.html\n")
    assert Path("first/report.md").read_text() == Path("second/report.md").read_text()


def test_the_workloads_are_listed_with_their_options(paretune):
    _, out, _ = paretune("workloads")
    assert "analytic: " in out
    assert "diatoms: " in out
    assert "--set epochs=500" in out
    assert "\n  learning_rate: 1e-05 to 1, log\n" in out
    assert "\n  optimizer: sgd or adam\n" in out
    assert "\n  momentum: 0 to 0.99, where optimizer is sgd\n" in out
    assert re.search(r"--set framework=.*: .* \(tensorflow or torch\)\n", out)


def test_the_version_is_shown_without_waiting_for_torch():
    code = (
        "import sys\nfrom paretune.cli import main\nsys.argv = ['paretune', '--version']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "assert not {'torch', 'optuna', 'pandas', 'matplotlib'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"paretune \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["run", "diatom"], "no workload 'diatom'; there are analytic, diatoms"),
        (["run", "analytic:"], "no workload 'analytic:': expected a place such as package.module:WORKLOAD"),
        (["run", "no.such:X"], "the workload 'no.such:X' cannot be loaded: ModuleNotFoundError: No module named 'no'"),
        (["run", "paretune:X"], "AttributeError: module 'paretune' has no attribute 'X'"),
        (
            ["run", "paretune:Study"],
            "the entry point 'paretune:Study' of paretune.workloads is no Workload, but <class",
        ),
        (["run", "analytic", "--executor", "ray", "--cpus-per-trial", "0"], "a trial must take something of its node"),
        (["run", "analytic", "--searcher", "magic"], "searcher must be one of bayes, random"),
        (["run", "analytic", "--set", "seconds"], "--set takes name=value, such as epochs=20, but got 'seconds'"),
        (
            ["run", "analytic", "--set", "second=1"],
            "analytic has no option or parameter 'second'; it has seconds, layers",
        ),
        (["run", "analytic", "--set", "seconds=-1"], "seconds must be between 0 and 3600, but is -1"),
        (["run", "analytic", "--set", "width=wide"], "width must be a number, but is 'wide'"),
        (["run", "analytic", "--set", "width=0"], "width must be between 1 and 65536, but is 0"),
        (["run", "analytic", "--set", "width=2", "--set", "width=3"], "--set gives width twice: 2 and 3"),
        (["run", "analytic", "--set", "optimizer=adam", "--set", "momentum=0.5"], "momentum does not exist unless"),
        (["run", "analytic", "--data-dir", "."], "the analytic workload has no data"),
        (["run", "analytic", "--storage", "no/where.db"], "there is no folder"),
        (["run", "analytic", "--study", ""], "--study is empty, as an unset variable of a shell is: give a name"),
        (["import", "trials.csv", "--minimize", "loss", "--study", " "], "--study is empty, as an unset variable"),
        (["run", "diatoms", "--data-dir", "nowhere"], "nowhere"),
        (["export", "analytic"], "there is no file paretune.db"),
        (["export", "analytic", "--storage", "nowhere.db"], "there is no file nowhere.db"),
        (["report", "analytic"], "there is no file paretune.db"),
    ],
)
def test_a_users_mistake_is_one_line_that_says_what_to_do(paretune, words, complaint):
    code, out, err = paretune(*words)
    assert (code, out) == (2, "")
    assert complaint in err
    assert err.count("\n") == 1
    assert err.startswith("paretune: ")
    assert not Path("analytic-report").exists()


@pytest.mark.parametrize("words", [["run", "analytic", "--trials", "0"], ["run", "analytic", "--trials", "x"], ["rum"]])
def test_an_option_of_the_wrong_kind_exits_with_2(paretune, words):
    code, _, err = paretune(*words)
    assert code == 2
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (["--set", "seconds=0.5"], "study 'analytic' has seconds=0.0, not 0.5"),
        (["--set", "width=8"], "study 'analytic' searches width as the workload does, but --set has 8"),
        (["--set", "widht=8"], "analytic has no option or parameter 'widht'"),
    ],
)
def test_a_setting_that_differs_from_the_studys_is_refused_with_the_difference(paretune, change, complaint):
    paretune("run", "analytic", "--trials", 2, "--searcher", "random", "--no-report")
    code, _, err = paretune("run", "analytic", "--trials", 3, "--searcher", "random", *change)
    assert code == 2
    assert complaint in err
    assert len(load("analytic", "paretune.db").trials) == 2


def test_a_study_of_another_workload_is_refused(paretune):
    paretune("run", "analytic", "--trials", 2, "--searcher", "random", "--study", "mine", "--no-report")
    code, _, err = paretune("run", "diatoms", "--study", "mine")
    assert (code, err) == (2, "paretune: study 'mine' was made for analytic, not for diatoms: choose another --study\n")


def test_failures_without_end_stop_the_run_with_the_last_reason_and_a_report(paretune):
    code, out, err = paretune(
        "run", "analytic", "--trials", 30, "--searcher", "random", "--set", "width=60000", "--max-failures", 3
    )
    assert code == 2
    assert "3 trials in a row have failed; the last, number 2, out_of_memory" in err
    assert "No trial has completed yet, and these failures stay and count: after mending" in err
    assert "None of 3 trials succeeded" in out
    assert files("analytic-report") == FEW


def test_a_run_shows_each_trial_where_there_is_no_terminal(paretune):
    _, _, err = paretune("run", "analytic", "--trials", 4, "--searcher", "random", "--no-report", "--set", "layers=1")
    trials = load("analytic", "paretune.db").trials
    lines = err.splitlines()
    assert [int(line.split()[0]) for line in lines] == [0, 1, 2, 3]
    for line, values, reason in zip(lines, trials.values, trials.reasons, strict=True):
        assert f"accuracy {values[0]:.4g}  latency {values[1]:.4g} s" in line or line.split()[1] == f"{reason}:"


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (("--stop-at", "accuracy>=0"), r"trial \d+ met the target accuracy>=0"),
        (("--stop-growth", "1000:1"), r"the hypervolume grew by no more than 1000 % in the last 1 trials"),
        (("--stop-after", "1e-9"), r"the time limit of 1e-09 s is over"),
    ],
)
def test_a_rule_that_ends_a_run_is_told_also_where_it_holds_already(paretune, rule, why):
    words = ("run", "analytic", "--searcher", "random", "--trials", 40, "--no-report", *rule)
    for _ in range(2):
        code, _, err = paretune(*words)
        assert code == 0
        assert re.fullmatch(f"paretune: ended: {why}\n", told(err))
    assert not re.search(r"^ *\d+  ", err, re.MULTILINE)


def test_an_export_as_json_has_null_for_what_is_not_finite(paretune):
    study = optuna.create_study(study_name="plain", directions=["minimize"] * 2, storage=open_storage("paretune.db"))
    for i in range(2):
        trial = study.ask()
        trial.suggest_float("x", 0, 1)
        trial.set_user_attr("loss", [float("nan"), {"a": float("inf")}])
        study.tell(trial, [float("inf") if i else 1.0, 2.0])
    _, out, _ = paretune("export", "plain", "--format", "json")
    rows = json.loads(out, parse_constant=pytest.fail)
    assert [row["metrics"] for row in rows] == [{"loss": [None, {"a": None}]}] * 2


def test_a_report_folder_that_is_a_file_is_told_before_anything_runs(paretune, in_an_empty_folder):
    (in_an_empty_folder / "there").write_text("a letter")
    code, _, err = paretune("run", "analytic", "--trials", 2, "--out", "there")
    assert (code, err.count("\n")) == (2, 1)
    assert "--out there cannot be made: there is a file" in err
    assert not Path("paretune.db").exists()
    code, _, err = paretune("run", "analytic", "--trials", 2, "--out", "there/below")
    assert (code, err.count("\n")) == (2, 1)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="of Linux alone is known where nobody can make a file")
def test_a_report_that_cannot_be_written_is_told_before_anything_runs_unless_none_is_wanted(paretune):
    words = ("run", "analytic", "--searcher", "random", "--trials", 1, "--out", "/proc/report")
    code, _, err = paretune(*words)
    assert (code, err.count("\n")) == (2, 1)
    assert "the report cannot be written to /proc/report: no file can be made in /proc" in err
    assert not Path("paretune.db").exists()
    assert paretune(*words, "--no-report")[0] == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="of Linux alone is known a file that is always full")
@pytest.mark.parametrize(
    "words", [("export", "analytic"), ("status", "analytic"), ("log", "analytic", "0"), ("workloads",)]
)
def test_an_output_that_cannot_be_written_is_one_line(paretune, words):
    Path("study.yaml").write_text(
        "name: analytic\nspace: {x: {type: int, low: 1, high: 9}}\nobjectives: {loss: {goal: minimize}}\n"
        "command: [sh, -c, 'echo here; echo {\\\"loss\\\": 1}']\n"
    )
    assert paretune("run", "study.yaml", "--searcher", "random", "--trials", 1, "--no-report")[0] == 0
    with Path("/dev/full").open("w") as full:
        code = "from paretune.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert re.fullmatch(
        r"paretune: the output cannot be written \(.*\): make room, or write elsewhere.*\n", done.stderr
    )


def test_workloads_of_other_packages_are_found_by_entry_point(monkeypatch):
    from paretune.workloads import load as load_workload
    from paretune.workloads import workload

    class Point:
        name, value = "theirs", "theirs:WORKLOAD"

        def load(self):
            return WORKLOAD

    monkeypatch.setattr(workload, "entry_points", lambda group: [Point()] if group == "paretune.workloads" else [])
    assert load_workload("theirs") is WORKLOAD


def test_a_storage_that_goes_away_for_good_is_one_line_and_no_traceback(start):
    process = start("run", "analytic", "--searcher", "random", "--trials", "40", "--set", "seconds=0.2")
    wait_for_trials(3)
    with contextlib.closing(sqlite3.connect("paretune.db", timeout=60)) as database:
        database.execute("drop table trials")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "the storage no longer answers" in err
    assert "Traceback" not in err


def test_a_study_of_any_name_has_its_report_in_the_current_folder(paretune, in_an_empty_folder):
    for _ in range(2):
        code, out, _ = paretune("run", "analytic", "--trials", 2, "--searcher", "random", "--study", "../[/b] ü" * 40)
        assert code == 0
    assert [path.parent for path in in_an_empty_folder.glob("*-report")] == [in_an_empty_folder]
    assert Path(out.split("Report: ")[1].strip()).exists()


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # SQLite has no passwords, and says so
def test_a_password_does_not_reach_the_report(paretune):
    code, _, _ = paretune(
        "run", "analytic", "--trials", 1, "--searcher", "random", "--storage", "sqlite:///p.db?password=secret"
    )
    assert code == 0
    assert "secret" not in Path("analytic-report/report.html").read_text()


def test_a_trial_that_another_machine_runs_is_told_of(paretune):
    paretune("run", "analytic", "--trials", 1, "--searcher", "random", "--no-report")
    theirs = optuna.load_study(study_name="analytic", storage=open_storage("paretune.db")).ask()
    theirs.set_user_attr("paretune:runner", {"host": "elsewhere", "pid": 1, "born": 0.0})
    theirs.suggest_int("layers", 1, 4)
    theirs.suggest_int("width", 8, 512, log=True)
    theirs.suggest_float("learning_rate", 1e-5, 1.0, log=True)
    theirs.suggest_categorical("activation", ["relu", "tanh"])
    if theirs.suggest_categorical("optimizer", ["sgd", "adam"]) == "sgd":
        theirs.suggest_float("momentum", 0.0, 0.99)
    code, _, err = paretune("run", "analytic", "--trials", 3, "--searcher", "random")
    assert code == 0
    assert told(err) == (
        "paretune: trial 1 is under way elsewhere; where a runner has died, the same command tries its trials again\n"
    )
    assert len(load("analytic", "paretune.db").trials) == 3
