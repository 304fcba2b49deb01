"""Weights & Biases tracker: the offline runs hold the data of the trials."""

import json
import os
import struct
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from paretune.tracking import Sender, make_tracker
from process_checks import wait_until

ROOT = Path(__file__).parents[2]
HAS_WANDB = find_spec("wandb") is not None
needs_wandb = pytest.mark.skipif(not HAS_WANDB, reason="wandb is not installed; it has its own environment, below")
pytestmark = pytest.mark.end_to_end


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "nets-wandb"


@pytest.fixture
def tracker(study, folder):
    return make_tracker("wandb", study.name, study.space, study.objectives, folder)


def records(path):
    """The records of a file of wandb: a magic word, then a log in the format of LevelDB."""
    from wandb.proto.wandb_internal_pb2 import Record

    data, place, content = path.read_bytes(), 7, b""
    while place + 7 <= len(data):
        if (left := 2**15 - place % 2**15) < 7:  # too few bytes of the block for the head of a record
            place += left
            continue
        _, size, kind = struct.unpack_from("<IHB", data, place)
        content += data[place + 7 : place + 7 + size]
        place += 7 + size
        if kind in (1, 4):  # whole, or the last part
            record = Record()
            record.ParseFromString(content)
            content = b""
            yield record


def values(items):
    return {item.key or "/".join(item.nested_key): json.loads(item.value_json) for item in items}


def read_runs(folder, n):
    """The n runs in a folder by number: the record of the run, its configuration, curves, summary and exit code.

    The server of wandb is another process: it ends its files a moment later.
    """
    paths = list(folder.glob("offline-run-*/*.wandb"))
    wait_until(lambda: all(any(it.HasField("exit") for it in records(path)) for path in paths), "runs have ended")
    assert len(paths) == n
    found = {}
    for path in paths:
        content = list(records(path))
        (run,) = [it.run for it in content if it.HasField("run")]
        config = values(run.config.update)
        curves = [values(it.history.item) for it in content if it.HasField("history")]
        summary = {}
        for it in content:
            summary |= values(it.summary.update) if it.HasField("summary") else {}
        (code,) = [it.exit.exit_code for it in content if it.HasField("exit")]
        assert config["paretune"]["trial"] not in found
        found[config["paretune"]["trial"]] = (run, config, curves, summary, code)
    return dict(sorted(found.items()))


@needs_wandb
def test_each_trial_is_a_run_with_parameters_curves_metrics_and_end(tracker, folder, trials):
    for trial in trials:
        tracker.write(trial)
    runs = read_runs(folder, len(trials))
    assert list(runs) == [trial.number for trial in trials]
    for trial in trials:
        run, config, curves, summary, code = runs[trial.number]
        assert (run.project, run.run_group, run.run_id) == ("nets", "nets", trial.key)
        assert run.display_name == f"trial {trial.number}"
        assert list(run.tags) == [tag for tag in (trial.state, trial.reason) if tag]
        assert run.notes == trial.error
        assert trial.params.items() <= config.items()
        assert trial.details.items() <= config["paretune"].items()
        seconds = {f"seconds/{name}": value for name, value in trial.durations.items()}
        assert {**trial.metrics, **seconds}.items() <= summary.items()
        assert [(it["step"], it["steps/accuracy"]) for it in curves] == [(s, m["accuracy"]) for s, m in trial.steps]
        assert code == (1 if trial.reason else 0)


@needs_wandb
def test_written_trial_is_known_and_is_not_written_twice(tracker, folder, trials, study):
    assert list(tracker.known_keys()) == []
    tracker.write(trials[0])
    again = make_tracker("wandb", study.name, study.space, study.objectives, folder)
    assert list(again.known_keys()) == [trials[0].key]
    again.write(trials[0])  # as another process may
    assert list(read_runs(folder, 1)) == [0]
    assert sorted(path.name for path in folder.parent.iterdir()) == ["nets-wandb"]


@needs_wandb
def test_steps_in_any_order_are_a_curve(tracker, folder, trials):
    steps = [(7, {"loss": 2.0}), (-1, {"loss": 3.0}), (7, {"accuracy": 0.5}), (8, {"loss": 1.0})]
    tracker.write_steps(replace(trials[0], state="pending", steps=steps))
    assert not folder.exists()
    tracker.write(replace(trials[0], steps=steps))
    (_, _, curves, _, _) = read_runs(folder, 1)[0]
    assert [(it["step"], it.get("steps/loss"), it.get("steps/accuracy")) for it in curves] == [
        (-1, 3.0, None),
        (7, 2.0, 0.5),
        (8, 1.0, None),
    ]


@needs_wandb
def test_file_in_place_of_folder_fails_without_remains(tracker, folder, trials):
    folder.write_text("no folder")
    with pytest.raises(FileExistsError):
        tracker.write(trials[0])
    assert [path.name for path in folder.parent.iterdir()] == ["nets-wandb"]


@needs_wandb
def test_next_run_adds_what_is_missing_without_a_network(study, tracker, folder, trials, monkeypatch):
    monkeypatch.setenv("WANDB_BASE_URL", "http://127.0.0.1:9")  # where nobody answers
    monkeypatch.setenv("WANDB_MODE", "online")
    again = make_tracker("wandb", study.name, study.space, study.objectives, folder)
    for each, sent in ((tracker, trials[:2]), (again, trials[:3])):
        with Sender([each], final_wait=300) as sender:
            sender.send(sent)
    assert list(read_runs(folder, 3)) == [0, 1, 2]
    words = [sys.executable, "-m", "wandb", "sync", "--dry-run", *map(str, folder.iterdir())]
    listed = subprocess.run(words, capture_output=True, text=True, check=True)
    assert "Would sync 3 run(s)" in listed.stdout + listed.stderr


@pytest.mark.skipif(HAS_WANDB, reason="wandb is installed: the tests above have run")
def test_tests_of_wandb_pass_in_environment_that_has_it():
    """Wandb is 60 MB, with a server in Go: too heavy for the extra `dev`. It is laid over this environment."""
    with_wandb = [sys.executable, "-m", "uv", "run", "--quiet", "--no-project", "--python", sys.executable]
    with_wandb += ["--with", "wandb>=0.31", "python"]
    environment = {**os.environ, "VIRTUAL_ENV": sys.prefix, "UV_CONSTRAINT": str(ROOT / "constraints.txt")}
    tried = subprocess.run(
        [*with_wandb, "-c", "import wandb"], env=environment, capture_output=True, text=True, check=False
    )
    if tried.returncode:
        pytest.skip(f"wandb cannot be installed: {tried.stderr.strip()[-200:]}")
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "end_to_end", __file__]
    done = subprocess.run([*with_wandb, *words], env=environment, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "5 passed" in done.stdout
