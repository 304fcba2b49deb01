"""The `paretune` program: a cheap start, exit codes, and one line for each error."""

import contextlib
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from running_studies import wait_for_trials

pytestmark = pytest.mark.end_to_end


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--version"], r"paretune \d+\.\d+\.\d+\n"),
        (["--help"], r"Usage: paretune .*measure-lock .*"),
        (["run", "--help"], r"Usage: paretune run .*--trial-timeout .*"),
    ],
)
def test_version_and_help_load_no_heavy_package(words, shown):
    code = (
        f"import sys\nfrom paretune.cli import main\nsys.argv = ['paretune', *{words!r}]\n"
        "try: main()\nexcept SystemExit: pass\n"
        "assert not {'torch', 'optuna', 'pandas', 'matplotlib', 'moocore'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert re.fullmatch(shown, done.stdout, re.DOTALL)


@pytest.mark.parametrize("words", [["run", "analytic", "--trials", "0"], ["run", "analytic", "--trials", "x"], ["rum"]])
def test_unknown_command_and_wrong_option_type_exit_with_2(paretune, words):
    code, out, err = paretune(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("paretune: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rum"], "No such command 'rum' (did you mean 'run'?); `paretune -h` shows how to use it"),
        (["run"], "Missing argument 'WORKLOAD'; `paretune run -h` shows how to use it"),
        (
            ["run", "analytic", "--trials", "x"],
            "Invalid value for '--trials': it must be a whole number; `paretune run",
        ),
        (["run", "analytic", "--gpus-per-trial", "x"], "Invalid value for '--gpus-per-trial': it must be a number;"),
        (["run", "analytic", "--sede", "3"], "No such option: --sede (did you mean --"),
        (["run", "analytic", "--log-format", "xml"], "'--log-format': 'xml' is not one of 'plain', 'text', 'json';"),
        (["status", "s", "--storage", " "], "--storage is empty (is a shell variable not set?): give a file"),
    ],
)
def test_wrong_word_is_named_with_a_remedy(paretune, words, said):
    assert said in paretune(*words)[2]


NUMBERS, HEAVY = {"numpy"}, {"torch", "optuna", "pandas", "scipy", "sqlalchemy", "matplotlib"}


@pytest.mark.parametrize(
    ("words", "avoided"),
    [
        (["run", "nosuch"], NUMBERS | HEAVY),
        (["run", "no.yaml"], NUMBERS | HEAVY),
        (["run", "analytic", "--trials", "0"], NUMBERS | HEAVY),
        (["run", "analytic", "--searcher", "bayse"], NUMBERS | HEAVY),
        (["run", "analytic", "--stop-after", "5x"], NUMBERS | HEAVY),
        (["run", "analytic", "--set", "seconds"], NUMBERS | HEAVY),
        (["run", "analytic", "--set", "secnds=1"], HEAVY),
        (["run", "analytic", "--at-least", "acuracy=1"], HEAVY),
        (["status", "nosuch"], NUMBERS | HEAVY),
        (["report", "nosuch"], NUMBERS | HEAVY),
        (["compare", "a", "b.csv"], NUMBERS | HEAVY),
        (["export", "nosuch", "-o", "x.json"], NUMBERS | HEAVY),
        (["import", "no.csv"], NUMBERS | HEAVY),
    ],
)
def test_wrong_argument_is_refused_before_heavy_packages_are_loaded(words, avoided):
    code = (
        f"import sys\nfrom paretune.cli import main\nsys.argv = ['paretune', *{words!r}]\n"
        "try: main()\nexcept SystemExit as stop: assert stop.code == 2\n"
        f"assert not set({sorted(avoided)!r}) & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a file that is always full")
def test_output_that_cannot_be_written_is_one_line(paretune):
    Path("study.yaml").write_text(
        "name: analytic\nspace: {x: {type: int, low: 1, high: 9}}\nobjectives: {loss: {goal: minimize}}\n"
        "command: [sh, -c, 'echo here; echo {\\\"loss\\\": 1}']\n"
    )
    assert paretune("run", "study.yaml", "--searcher", "random", "--trials", 1, "--no-report")[0] == 0
    message = r"paretune: the output cannot be written \(.*\): free some space, or write elsewhere.*\n"
    for words in (("export", "analytic"), ("status", "analytic"), ("log", "analytic", "0"), ("workloads",)):
        code = "from paretune.cli import main; main()"
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-c", code, *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )
        assert done.returncode == 2, words
        assert re.fullmatch(message, done.stderr), words


def test_storage_that_disappears_is_one_line_without_traceback(start):
    process = start("run", "analytic", "--searcher", "random", "--trials", "40", "--set", "seconds=0.2")
    wait_for_trials(3)
    with contextlib.closing(sqlite3.connect("paretune.db", timeout=60)) as database:
        database.execute("drop table trials")
    _, err = process.communicate(timeout=240)
    assert process.returncode == 2
    assert "the storage no longer answers" in err
    assert "Traceback" not in err


def test_package_runs_as_a_module():
    done = subprocess.run([sys.executable, "-m", "paretune", "--version"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"paretune \d+\.\d+.*\n", done.stdout)
