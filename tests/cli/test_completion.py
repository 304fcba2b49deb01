"""Completion: what each shell gets for a word that is not complete."""

import os
import shutil
import subprocess
import sys

import optuna
import pytest

from paretune.cli import completion

PROGRAM = "from paretune.cli import main; main()"


@pytest.fixture
def complete(in_an_empty_folder):
    """Complete a line as a shell asks for it; return the words."""
    for name in ("nets", "nets-refit", "trees", "a b", "$(touch x)"):
        optuna.create_study(study_name=name, storage=f"sqlite:///{in_an_empty_folder}/paretune.db")
    optuna.create_study(study_name="elsewhere", storage=f"sqlite:///{in_an_empty_folder}/other.db")
    for name in ("study.yaml", "old.csv", "note.txt"):
        (in_an_empty_folder / name).touch()

    def ask(line, **variables):
        words = line.split(" ")
        given = {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1), "_PARETUNE_COMPLETE": "complete_bash"}
        code = f"import sys; sys.argv = ['paretune']; {PROGRAM}"
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, **given, **variables},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.split()

    return ask


@pytest.mark.end_to_end
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("paretune stu", ["studies"]),
        (
            "paretune run ",
            ["analytic", "architecture", "diatoms", "images", "rotten-tomatoes", "tabular", "study.yaml"],
        ),
        ("paretune run analytic --set la", ["layers="]),
        ("paretune run analytic --searcher s", ["sobol"]),
        ("paretune status ", ["nets", "nets-refit", "trees"]),
        ("paretune status --storage other.db e", ["elsewhere"]),
        ("paretune report o", ["old.csv"]),
    ],
)
def test_words_of_the_command_line_are_completed(complete, line, words):
    assert complete(line) == words


@pytest.mark.end_to_end
def test_studies_of_the_storage_in_the_environment_are_completed(complete):
    assert complete("paretune stop ", PARETUNE_STORAGE="other.db") == ["elsewhere"]


def test_name_that_a_shell_would_run_is_not_completed():
    assert completion._starting("", ["$(touch x)", "a b", "-x", "`x`", "a;b", "nets", "a.b:C", "x="]) == [
        "nets",
        "a.b:C",
        "x=",
    ]


@pytest.mark.parametrize("name", ["searcher", "scheduler", "executor", "log"])
def test_known_values_of_a_run_option_are_completed(name):
    assert completion.complete_run_option(name)("") != []


def test_other_run_options_have_no_completion():
    assert completion.complete_run_option("trials") is None


@pytest.mark.end_to_end
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script_is_valid_in_its_shell(shell, tmp_path):
    """A shell that is not installed here is asked for its script only."""
    environment = {**os.environ, "_PARETUNE_COMPLETE": f"source_{shell}"}
    code = f"import sys; sys.argv = ['paretune']; {PROGRAM}"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert f"complete_{shell}" in done.stdout
    if shutil.which(shell):
        (tmp_path / "script").write_text(done.stdout)
        subprocess.run([shell, "-n", str(tmp_path / "script")], check=True)


@pytest.mark.end_to_end
def test_installation_writes_into_the_home_folder_only(tmp_path):
    environment = {**os.environ, "HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    code = f"import sys; sys.argv = ['paretune', '--install-completion', 'bash']; {PROGRAM}"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)
    assert "complete_bash" in (tmp_path / ".bash_completions" / "paretune.sh").read_text()
