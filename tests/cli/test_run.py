"""`paretune run`: what it leaves, and what it refuses."""

import csv
import io
import re
from pathlib import Path

import optuna
import pytest

from command_output import without_trial_lines
from paretune.study import load, open_storage

pytestmark = pytest.mark.end_to_end


SMALL_REPORT = ["front.svg", "report.html", "report.json", "report.md"]  # of a report on fewer than ten trials


REPORT = sorted(
    [
        *SMALL_REPORT,
        "cost.svg",
        "curves.svg",
        "feasible.svg",
        "growth.svg",
        "parallel.svg",
        "region.svg",
        "search.svg",
    ]
)


def list_files(folder):
    """Names of files, without those of SQLite that exist until this process ends."""
    return sorted(path.name for path in Path(folder).iterdir() if not path.name.endswith((".db-wal", ".db-shm")))


def test_run_leaves_database_and_report_with_default_names(paretune):
    code, out, err = paretune("run", "analytic", "--trials", 10, "--searcher", "sobol")

    assert (code, without_trial_lines(err)) == (0, "")
    assert re.search(r"Of 10 trials, \d+ configurations are efficient .*; the knee, .*, is number", out)
    assert out.endswith("Report: analytic-report/report.html\n")
    assert list_files(".") == ["analytic-report", "paretune.db"]
    assert list_files("analytic-report") == REPORT
    assert len(load("analytic", "paretune.db").trials) == 10


def test_fixed_parameter_may_be_outside_its_range_and_stays_a_column(paretune):
    code, _, _ = paretune(
        "run", "analytic", "--trials", 5, "--searcher", "random", "--set", "width=2", "--set", "optimizer=adam"
    )
    _, out, _ = paretune("export", "analytic")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert {row["width"] for row in rows} == {"2"}
    assert {row["optimizer"] for row in rows} == {"adam"}
    assert len({row["layers"] for row in rows}) > 1


def test_repeated_failures_stop_run_and_still_write_report(paretune):
    code, out, err = paretune(
        "run", "analytic", "--trials", 30, "--searcher", "random", "--set", "width=60000", "--max-failures", 3
    )
    assert code == 2
    assert "3 trials in a row have failed; the last, number 2, out_of_memory" in err
    assert "No trial has completed yet, and these failures stay in the study and count: fix the training" in err
    assert "None of 3 trials succeeded" in out
    assert list_files("analytic-report") == SMALL_REPORT


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (("--stop-at", "accuracy>=0"), r"trial \d+ met the target accuracy>=0"),
        (("--stop-growth", "1000:1"), r"the hypervolume grew by no more than 1000 % in the last 1 trials"),
        (("--stop-after", "1e-9"), r"the time limit of 1e-09 s is over"),
    ],
)
def test_stop_rule_is_named_even_if_it_already_holds(paretune, rule, why):
    words = ("run", "analytic", "--searcher", "random", "--trials", 40, "--no-report", *rule)
    for _ in range(2):
        code, _, err = paretune(*words)
        assert code == 0
        assert re.fullmatch(f"paretune: ended: {why}\n", without_trial_lines(err))
    assert not re.search(r"^ *\d+  ", err, re.MULTILINE)


def test_report_of_study_with_unusual_name_is_in_current_folder(paretune, in_an_empty_folder):
    for _ in range(2):
        code, out, _ = paretune("run", "analytic", "--trials", 2, "--searcher", "random", "--study", "../[/b] ü" * 40)
        assert code == 0
    assert [path.parent for path in in_an_empty_folder.glob("*-report")] == [in_an_empty_folder]
    assert Path(out.split("Report: ")[1].strip()).exists()


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # SQLite has no passwords, and says so
def test_password_is_not_in_report(paretune):
    code, _, _ = paretune(
        "run", "analytic", "--trials", 1, "--searcher", "random", "--storage", "sqlite:///p.db?password=secret"
    )
    assert code == 0
    assert "secret" not in Path("analytic-report/report.html").read_text()


def test_pending_trial_of_another_machine_is_named(paretune):
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
    assert without_trial_lines(err) == (
        "paretune: trial 1 is still running elsewhere; if a run has died, the same command repeats its trials\n"
    )
    assert len(load("analytic", "paretune.db").trials) == 3


def test_report_folder_that_is_a_file_is_refused_before_any_trial(paretune, in_an_empty_folder):
    (in_an_empty_folder / "there").write_text("a letter")
    code, _, err = paretune("run", "analytic", "--trials", 2, "--out", "there")
    assert (code, err.count("\n")) == (2, 1)
    assert "--out there cannot be created: there is a file" in err
    assert not Path("paretune.db").exists()
    code, _, err = paretune("run", "analytic", "--trials", 2, "--out", "there/below")
    assert (code, err.count("\n")) == (2, 1)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux has a folder in which nobody can create a file")
def test_unwritable_report_folder_is_refused_before_any_trial_unless_without_report(paretune):
    words = ("run", "analytic", "--searcher", "random", "--trials", 1, "--out", "/proc/report")
    code, _, err = paretune(*words)
    assert (code, err.count("\n")) == (2, 1)
    assert "the report cannot be written to /proc/report: no file can be created in /proc" in err
    assert not Path("paretune.db").exists()
    assert paretune(*words, "--no-report")[0] == 0


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["run", "diatom"], "no workload 'diatom' (did you mean 'diatoms'?); there are analytic, architecture"),
        (["run", "analytic:"], "no workload 'analytic:': expected a location such as package.module:WORKLOAD"),
        (["run", "no.such:X"], "the workload 'no.such:X' cannot be loaded: ModuleNotFoundError: No module named 'no'"),
        (["run", "paretune:X"], "AttributeError: module 'paretune' has no attribute 'X'"),
        (
            ["run", "paretune:Study"],
            "the entry point 'paretune:Study' of paretune.workloads must be a Workload, but is <class",
        ),
        (["run", "analytic", "--executor", "ray", "--cpus-per-trial", "0"], "a trial must"),
        (["run", "analytic", "--searcher", "magic"], "searcher must be one of bayes, random"),
        (["run", "analytic", "--set", "seconds"], "--set takes name=value, such as epochs=20, but got 'seconds'"),
        (
            ["run", "analytic", "--set", "second=1"],
            "analytic has no option or parameter 'second' (did you mean 'seconds'?); it has seconds, layers",
        ),
        (["run", "analytic", "--set", "seconds=-1"], "seconds must be between 0 and 3600, but is -1"),
        (["run", "analytic", "--set", "width=wide"], "width must be a number, but is 'wide'"),
        (["run", "analytic", "--set", "width=0"], "width must be between 1 and 65536, but is 0"),
        (["run", "analytic", "--set", "width=2", "--set", "width=3"], "--set gives width twice: 2 and 3"),
        (["run", "analytic", "--set", "optimizer=adam", "--set", "momentum=0.5"], "momentum does not exist unless"),
        (["run", "analytic", "--data-dir", "."], "the analytic workload has no data"),
        (["run", "analytic", "--storage", "no/where.db"], "there is no folder"),
        (["run", "analytic", "--study", ""], "--study is empty (is a shell variable not set?): give a name"),
        (["run", "diatoms", "--data-dir", "nowhere"], "nowhere"),
    ],
)
def test_wrong_input_is_one_line_and_leaves_nothing(paretune, words, complaint):
    code, out, err = paretune(*words)
    assert (code, out) == (2, "")
    assert complaint in err
    assert err.count("\n") == 1
    assert err.startswith("paretune: ")
    assert not Path("analytic-report").exists()
