"""`paretune run --executor ray`: on this machine, and on a cluster that fails."""

import os
import signal
import sys
from collections import Counter
from pathlib import Path

import psutil
import pytest

from paretune.study import load
from process_checks import wait_until
from ray_nodes import ray_nodes

pytestmark = pytest.mark.ray

STUDY = """\
space:
  x: {{type: float, low: 0.0, high: 1.0}}
objectives:
  accuracy: {{goal: maximize}}
  latency: {{goal: minimize, unit: s}}
command: [{program}]
"""
# Each trial notes its parameter in a file that all nodes see; the factor is in a file next to the study file.
TRAIN = """\
# /// script
# requires-python = ">=3.9"
# dependencies = []
# ///
import json, os, time
from pathlib import Path

x = json.loads(os.environ["PARETUNE_PARAMS"])["x"]
with Path({tried!r}).open("a") as file:
    print(x, file=file)
time.sleep({seconds})
factor = float(Path("factor.txt").read_text())
print(json.dumps({{"accuracy": factor * x, "latency": x}}))
"""


@pytest.fixture
def write_study(tmp_path):
    def call(seconds=0.0, program="python, train.py"):
        Path("study.yaml").write_text(STUDY.format(program=program))
        Path("train.py").write_text(TRAIN.format(tried=str(tmp_path / "tried"), seconds=seconds))
        Path("factor.txt").write_text("2.0")
        return tmp_path / "tried"

    return call


def run(paretune, n, *words):
    return paretune(
        "run", "study.yaml", "--searcher", "random", "--trials", n, "--no-report", "--executor", "ray", *words
    )


def assert_whole(tried, n, n_lost=0):
    trials = load("study", "paretune.db").trials
    assert trials.is_complete.sum() == n
    assert sum(trials.failures().values()) == trials.failures().get("lost", 0) == n_lost
    complete = trials[trials.is_complete]
    assert complete.values[:, 0].tolist() == [2 * params["x"] for params in complete.params]
    xs = Counter(params["x"] for params in complete.params)
    assert set(xs.values()) == {1}
    assert {float(line) for line in tried.read_text().splitlines()} == set(xs)


def test_local_ray_ends_with_the_run(paretune, write_study):
    tried = write_study()
    code, _, err = run(paretune, 6, "--log", "tensorboard")
    assert code == 0, err
    assert_whole(tried, 6)
    assert len(list(Path("study-tensorboard").rglob("events.*"))) >= 6
    assert not [p for p in psutil.Process().children(recursive=True) if "raylet" in " ".join(p.cmdline())]


def test_cluster_gets_code_and_data_and_killed_run_is_resumed(
    paretune, start, write_study, tmp_path_factory, monkeypatch
):
    cache = tmp_path_factory.mktemp("uv")
    monkeypatch.setenv("UV_CACHE_DIR", str(cache))  # the nodes inherit it
    tried = write_study(seconds=1.5, program=f"{sys.executable}, -m, uv, run, --offline, --script, train.py")
    Path(".gitignore").write_text("secrets\n")
    words = ("--searcher", "random", "--trials", "10", "--no-report", "--executor", "ray", "--address")
    with ray_nodes() as nodes:
        driver = start("run", "study.yaml", *words, nodes.address)
        wait_until(lambda: tried.exists() and tried.read_text().count("\n") >= 6, "six trials were begun")
        os.kill(driver.pid, signal.SIGKILL)
        driver.communicate()
        n_pending = int(load("study", "paretune.db").trials.is_pending.sum())
        code, _, err = run(paretune, 10, "--address", nodes.address)
    assert code == 0, err
    assert 1 <= n_pending <= 5
    assert 1 <= len(list(cache.glob("environments-*/*/pyvenv.cfg"))) <= 2  # built once a node, not once a trial or run
    trials = load("study", "paretune.db").trials
    assert_whole(tried, 10, n_lost=int((trials.reasons == "lost").sum()))


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--devices", "cuda:0"], "no device cuda:0"),
        (
            ["--per-device", "2"],
            "per_device is not for executor ray: give --cpus-per-trial and --gpus-per-trial to Ray",
        ),
        (["--gpus-per-trial", "1.5"], "gpus_per_trial must be a whole number or a share below 1, but is 1.5"),
        (["--address", "127.0.0.1:1"], "no Ray cluster answers at 127.0.0.1:1"),
    ],
)
def test_wrong_option_is_one_line(paretune, write_study, words, complaint):
    write_study()
    code, out, err = run(paretune, 1, *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert complaint in err


def test_ray_option_needs_ray_executor(paretune, write_study):
    write_study()
    code, _, err = paretune("run", "study.yaml", "--address", "auto")
    assert (code, err) == (2, "paretune: address is not for executor local: add --executor ray\n")
