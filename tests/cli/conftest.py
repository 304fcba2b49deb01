"""The command line in an empty folder, in this process or in a process of its own."""

import contextlib
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from functools import partial

import pytest

from forked_command import ForkedCommand
from paretune import cli
from paretune.confidence import compare
from paretune.study import Study, load
from paretune.workloads.builtin.analytic import WORKLOAD


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PARETUNE_DATA", raising=False)
    return tmp_path


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    """Report with a tenth of the draws and resamples; `tests/confidence` and `tests/behaviour` test their numbers."""
    monkeypatch.setattr("paretune.confidence.mixture.N_WARM_UP", 30)
    monkeypatch.setattr("paretune.reports.uncertainty.MAX_DRAWS", 100)
    monkeypatch.setattr("paretune.reports.summary.compare", partial(compare, repeats=100))


@pytest.fixture
def paretune(capsys, monkeypatch):
    """Call the command in this process; return exit code, standard output and standard error."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["paretune", *map(str, words)])
        handlers = {s: signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)}
        try:
            cli.main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def start():
    """Start the command as a process of its own."""
    with contextlib.ExitStack() as processes:

        def call(*words):
            process = processes.enter_context(ForkedCommand(*words))
            processes.callback(process.kill)
            return process

        yield call


@pytest.fixture(scope="module")
def stored_studies(tmp_path_factory):
    """Two studies of random search with different seeds, and one of a Sobol sequence."""
    path = tmp_path_factory.mktemp("stored") / "paretune.db"
    evaluate = WORKLOAD.prepare({"seconds": 0.0}, None).evaluate
    for name, searcher, seed in (("random-1", "random", 1), ("random-2", "random", 2), ("sobol", "sobol", 0)):
        study = Study(WORKLOAD.space, WORKLOAD.objectives, storage=path, name=name, searcher=searcher, seed=seed)
        study.run(evaluate, n_trials=9)
    return path


@pytest.fixture
def studies(stored_studies, in_an_empty_folder):  # noqa: ARG001 (first)
    """The stored studies in the current folder."""
    shutil.copy(stored_studies, "paretune.db")


@pytest.fixture(scope="session")
def finished_search(tmp_path_factory):
    """Path to the storage of `searched`, once the search has run."""
    return tmp_path_factory.mktemp("searched") / "paretune.db"


@pytest.fixture
def searched(paretune, finished_search):
    """Put the study ``before`` of 12 trials, made by the command, into paretune.db; return its trials."""
    if finished_search.exists():
        _copy_database(finished_search, "paretune.db")
    else:
        paretune("run", "analytic", "--searcher", "random", "--trials", "12", "--study", "before", "--no-report")
        _copy_database("paretune.db", finished_search)
    return load("before", "paretune.db").trials


def _copy_database(source, target):
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


_TRAIN_SCRIPT = """
import json, os, sys
x = json.loads(os.environ["PARETUNE_PARAMS"])["x"]
print("begun with", x)
print(json.dumps({"loss": 2 * x, "step": 1}))
print("a warning", file=sys.stderr)
if x > 0.6:
    sys.exit("x is too large")
print(json.dumps({"loss": x}))
"""


@pytest.fixture
def small_study(in_an_empty_folder):
    """study.yaml of five trials: each prints, and some fail."""
    (in_an_empty_folder / "train.py").write_text(_TRAIN_SCRIPT)
    file = in_an_empty_folder / "study.yaml"
    file.write_text(
        "space: {x: {type: float, low: 0, high: 1}}\nobjectives: {loss: {goal: minimize}}\n"
        f"command: [{sys.executable}, train.py]\nrun: {{trials: 5, workers: 2, searcher: sobol}}\n"
    )
