"""Each example of `examples` runs, with one trial; `make examples` runs them with more, and draws their fronts."""

import json
import os
import runpy
import shutil
import signal
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from paretune import cli
from paretune.study import load

pytestmark = pytest.mark.end_to_end

EXAMPLES = Path(__file__).parents[2] / "examples"
sys.path.insert(0, str(EXAMPLES.parent / "docs" / "site"))

from run_examples import ALL  # noqa: E402

ELSEWHERE = {"ray-cluster", "ask-and-tell"}  # tested below
COSTLY = {"keras-digits"}  # its first training takes half a minute
NAMES = [pytest.param(name, marks=[pytest.mark.slow] * (name in COSTLY)) for name in sorted(ALL.keys() - ELSEWHERE)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the examples, which is the current folder."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / "examples"


def check_study(name, n_trials, reasons=("", "outside_limits")):
    """Check that a study has its trials, and that none failed for another reason."""
    trials = load(name, "examples.db").trials
    assert len(trials) == n_trials
    assert set(trials.reasons) <= set(reasons), trials.to_frame()


def call_command():
    """Call the command line in this process, and return its exit code; the signals are then as before."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        cli.main()
    except SystemExit as end:
        return end.code or 0
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    return 0


@pytest.mark.usefixtures("quiet_optuna")
@pytest.mark.parametrize("name", NAMES)
def test_example_runs(name, folder, monkeypatch):
    example = ALL[name]
    if example.missing:
        pytest.skip(f"it needs {example.missing}")
    path = folder / example.source
    if path.is_dir():
        options = ["--storage", "examples.db", "--trials", "1", "--no-report"]
        monkeypatch.setattr(sys, "argv", ["paretune", "run", str(path / "study.yaml"), *options])
        assert call_command() == 0
    else:
        monkeypatch.setattr(sys, "argv", [str(path), "1"])
        runpy.run_path(str(path), run_name="__main__")
    check_study(name, 1)


@pytest.mark.ray
@pytest.mark.usefixtures("quiet_optuna")
@pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed")
def test_example_runs_on_ray(folder, monkeypatch):
    import ray

    monkeypatch.setattr(sys, "argv", ["ray_cluster.py", "2"])
    try:
        runpy.run_path(str(folder / "ray_cluster.py"), run_name="__main__")
    finally:
        ray.shutdown()
    check_study("ray-cluster", 2)


@pytest.mark.usefixtures("quiet_optuna")
def test_cells_of_notebook_run(folder):
    cells = json.loads((folder / "ask_and_tell.ipynb").read_text())["cells"]
    assert all(not cell.get("outputs") for cell in cells)
    names = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]).replace("n_trials = 12", "n_trials = 3"), names)  # noqa: S102 (our own notebook)
    check_study("ask-and-tell", 3, ("", "outside_limits", "crashed"))  # a burnt cake


def test_each_example_has_page_with_its_front():
    pages = EXAMPLES.parent / "docs" / "examples"
    for name, example in ALL.items():
        text = (pages / f"{name}.md").read_text()
        assert f"({name}.svg)" in text
        assert f"../../examples/{example.source}" in text
        assert (pages / f"{name}.svg").exists(), f"make examples draws {name}.svg"
