"""`paretune run --log`: trials in trackers."""

import re
import sys
from pathlib import Path

import pytest
from mlflow.tracking import MlflowClient
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from command_output import without_trial_lines
from paretune.study import load

pytestmark = pytest.mark.end_to_end

STUDY = """\
space:
  x: {type: float, low: 0.0, high: 1.0}
  k: {type: int, low: 1, high: 3}
objectives:
  accuracy: {goal: maximize}
  latency: {goal: minimize, unit: s}
command: [sh, train.sh]
"""
TRAIN = """\
echo '{"accuracy": 0.125, "step": 1}'
case "$PARETUNE_PARAMS" in
*'"k": 1'*) echo 'wrong shape' >&2; exit 1 ;;
*) echo '{"accuracy": 0.5, "latency": 1.5}' ;;
esac
"""


@pytest.fixture(autouse=True)
def study(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///mlflow.db")
    Path("study.yaml").write_text(STUDY)
    Path("train.sh").write_text(TRAIN)


def run(paretune, n, *words):
    return paretune("run", "study.yaml", "--searcher", "random", "--trials", n, "--no-report", *words)


def in_tensorboard(folder="study-tensorboard"):
    """The accuracy of each trial by number; None where there is none."""
    found = {}
    for run in Path(folder).iterdir():
        events = EventAccumulator(str(run)).Reload()
        has_accuracy = "accuracy" in events.Tags()["scalars"]
        number = int(run.name.split("-")[1])
        assert number not in found
        found[number] = events.Scalars("accuracy")[0].value if has_accuracy else None
    return found


def in_mlflow():
    client = MlflowClient()
    runs = client.search_runs([client.get_experiment_by_name("study").experiment_id])
    found = {int(run.data.tags["number"]): run for run in runs}
    assert len(found) == len(runs)
    return found


def in_the_study():
    trials = load("study", "paretune.db").trials
    return {int(n): v if s == "complete" else None for n, v, s in zip(*_columns(trials), strict=True)}


def _columns(trials):
    return trials.numbers, trials.values[:, 0], trials.states


def test_trackers_have_each_trial_of_study_and_resumed_run_once(paretune):
    code, out, _ = run(paretune, 4, "--log", "tensorboard", "--log", "mlflow")
    assert code == 0
    assert "TensorBoard: tensorboard --logdir study-tensorboard\n" in out
    assert "MLflow: experiment study in sqlite:///mlflow.db\n" in out
    code, _, err = run(paretune, 7, "--workers", 2, "--log", "tensorboard", "--log", "mlflow")
    assert (code, without_trial_lines(err)) == (0, "")
    expected = in_the_study()
    assert len(expected) == 7
    assert None in expected.values()
    assert in_tensorboard() == expected
    runs = in_mlflow()
    assert {n: run.data.metrics.get("accuracy") for n, run in runs.items()} == expected
    assert {n: run.info.status for n, run in runs.items()} == {
        n: "FAILED" if value is None else "FINISHED" for n, value in expected.items()
    }
    assert runs[6].data.tags["worker"] in {"0", "1"}


def test_study_file_may_name_trackers_and_earlier_trials_are_added(paretune):
    assert run(paretune, 2)[0] == 0
    assert not Path("study-tensorboard").exists()
    Path("study.yaml").write_text(f"{STUDY}run: {{log: tensorboard}}\n")
    Path("out").mkdir()
    assert run(paretune, 3, "--out", "out/report")[0] == 0
    assert in_tensorboard("out/study-tensorboard") == in_the_study()
    assert not Path("mlflow.db").exists()


def test_failing_trackers_do_not_end_run_and_are_named_once(paretune, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    Path("study-tensorboard").write_text("no folder")
    code, _, err = run(paretune, 3, "--log", "tensorboard", "--log", "mlflow")
    assert code == 0
    assert len(in_the_study()) == 3
    warnings = re.findall(r"^\S+ WARNING (\w+) failed \(", err, re.MULTILINE)
    assert sorted(warnings) == ["mlflow", "tensorboard"]
    Path("study-tensorboard").unlink()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "nothing://of-that-kind")
    assert run(paretune, 3, "--log", "tensorboard", "--log", "mlflow")[0] == 0
    assert in_tensorboard() == in_the_study()


def test_missing_package_is_named_before_first_trial(paretune, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    code, _, err = run(paretune, 3, "--log", "tensorboard")
    assert code == 2
    assert err.endswith('--log tensorboard needs a package: pip install "tensorboard>=2.20"\n')
    assert not Path("paretune.db").exists()
