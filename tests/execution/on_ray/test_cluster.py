"""The executor on a real Ray cluster: trials end as on one machine, and nodes may die."""

import dataclasses
import logging
import time
from functools import partial
from pathlib import Path

import psutil
import pytest

import trainings
from paretune.errors import InvalidInputError, WorkerError
from paretune.execution import Executor, Pool, make_slots
from paretune.execution.on_ray import Cluster, TrialResources, cluster, ray_connection
from process_checks import assert_gone, wait_for_numbers
from ray_nodes import open_study, ray_nodes

pytestmark = pytest.mark.ray
MIB = 2**20
PACKAGES = [Path(trainings.__file__)]


@pytest.fixture(scope="module")
def nodes():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("OMP_NUM_THREADS", raising=False)  # what a user has set stands
        with ray_nodes() as made:
            yield made


@pytest.fixture(scope="module")
def connection(nodes):
    with ray_connection(nodes.address, packages=PACKAGES):
        yield nodes


@pytest.fixture
def open_cluster(connection, tmp_path):  # noqa: ARG001 (to be connected)
    def call(prepare=trainings.prepare, **settings):
        return Cluster(prepare, trainings.OBJECTIVES, tmp_path / "logs", **{"grace": 1.0, **settings})

    return call


def outcomes(executor, *deeds):
    with executor:
        return trainings.outcomes(executor, *deeds)


DEEDS = [
    {},
    {"deed": "exit_at_once", "code": 3},
    {"deed": "fault"},
    {"deed": "raise_error"},
    {"deed": "kill", "number": 9},
    {"deed": "hold", "mib": 700},
    {"deed": "never_end"},
    {"deed": "complain_of_memory"},
    {"deed": "print_much", "mib": 3},
]


def describe(outcome):
    """What does not differ from process to process."""
    values = {"values": outcome.values, "reason": outcome.reason, "metrics": sorted(outcome.metrics)}
    return {
        **values,
        "message": [line for line in outcome.message.splitlines() if "Mi" not in line and "0x" not in line][:1],
    }


def test_trials_end_on_cluster_as_on_one_machine(open_cluster, tmp_path):
    settings = {"timeout": 12.0, "memory_limit": 500 * MIB, "grace": 1.0}
    here = outcomes(Pool(trainings.prepare, trainings.OBJECTIVES, make_slots(2), tmp_path / "here", **settings), *DEEDS)
    there = outcomes(open_cluster(workers=2, **settings), *DEEDS)
    assert [describe(outcome) for outcome in there] == [describe(outcome) for outcome in here]
    assert [outcome.reason for outcome in there].count("") == 2

    def logs(folder):
        return {path.relative_to(folder): path.stat().st_size for path in folder.rglob("*") if path.is_file()}

    assert logs(tmp_path / "logs").keys() == logs(tmp_path / "here").keys()
    assert "before the end" in (tmp_path / "logs" / "3" / "log").read_text()
    assert (tmp_path / "logs" / "8" / "log").read_text().endswith("the last line\n")


def test_cluster_has_as_many_slots_as_fit(open_cluster):
    assert isinstance(open_cluster(), Executor)
    assert open_cluster().n_slots == 4
    assert open_cluster(resources=TrialResources(cpus=2)).n_slots == 2
    assert open_cluster(workers=3).n_slots == 3


def test_trial_has_location_and_share_of_threads(open_cluster):
    with open_cluster(resources=TrialResources(cpus=2), workers=1) as running:
        while not running.n_free:
            running.wait(1.0)
        where = running.submit(0, {})
        while not (finished := running.wait(1.0)):
            pass
    assert where == {"worker": 0, "device": "cpu", "host": where["host"], "log": str(running._logs / "0")}
    assert finished[0].outcome.metrics["OMP_NUM_THREADS"] == "2"
    assert finished[0].durations.keys() == {"set_up"}


def test_failed_set_up_ends_run_with_cause(open_cluster):
    with pytest.raises(WorkerError, match="^worker 0 could not be set up: FileNotFoundError: no data here"):
        outcomes(open_cluster(trainings.prepare_badly, workers=1), {})


def test_exit_of_cluster_ends_all_processes(open_cluster, tmp_path):
    with open_cluster(workers=2) as running:
        while running.n_free < 2:
            running.wait(1.0)
        running.submit(0, {"deed": "run_command", "ready": str(tmp_path / "pids")})
        running.submit(1, {"deed": "ignore_sigterm", "ready": str(tmp_path / "more")})
        pids = [*wait_for_numbers(tmp_path / "pids", 2), *wait_for_numbers(tmp_path / "more", 1)]
        assert all(map(psutil.pid_exists, pids))
    assert_gone(pids)


def test_function_defined_in_script_is_sent(open_cluster):
    factor = 3.0

    def prepare():
        return lambda params: {"gain": params["x"] * factor, "cost": 1.0}

    (outcome,) = outcomes(open_cluster(prepare, workers=1), {"x": 2.0})
    assert outcome.values == (6.0, 1.0)


def test_trials_of_dead_node_are_lost_and_tried_again(connection, tmp_path):
    study = open_study(tmp_path)
    seen = []

    def on_trial(_asked, outcome):
        seen.append(outcome)
        if len(seen) == 4:
            connection.kill()

    executor = Cluster(partial(trainings.prepare_sleeping, 1.0), study.objectives, study.logs)
    study.run(executor, 14, on_trial=on_trial)
    connection.add()
    trials = study.trials
    lost = trials[trials.reasons == "lost"]
    assert 1 <= len(lost) <= 3  # two ran there, and one more may have been sent
    assert trials.is_complete.sum() == 14
    complete = [params["x"] for params in trials[trials.is_complete].params]
    assert len(set(complete)) == 14
    assert {params["x"] for params in lost.params} <= set(complete)
    assert all("the worker on" in outcome.message for outcome in seen if outcome.reason == "lost")


def test_slots_come_and_go_with_nodes(connection, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_REFRESH_SECONDS", 0.2)
    with Cluster(partial(trainings.prepare_sleeping, 0.1), trainings.OBJECTIVES, tmp_path / "logs") as running:

        def wait_for(n_slots):
            deadline = time.monotonic() + 60
            while not running.n_slots == running.n_free == n_slots:
                running.wait(0.5)
                assert time.monotonic() < deadline, (running.n_slots, running.n_free)

        wait_for(4)
        connection.add()
        wait_for(6)
        connection.kill()
        wait_for(4)


def test_warning_names_missing_resources(open_cluster, monkeypatch, caplog):
    monkeypatch.setattr(cluster, "_REFRESH_SECONDS", 0.1)
    monkeypatch.setattr(cluster, "_WARN_SECONDS", 0.5)
    with open_cluster(resources=TrialResources(cpus=64), workers=1) as running, caplog.at_level(logging.WARNING):
        for _ in range(10):
            assert running.wait(0.2) == []
    assert "no slot yet: a trial takes 64 CPUs, and the Ray cluster has 4 CPU free" in caplog.text


def test_trial_that_fits_on_no_node_is_an_error_at_once(open_cluster):
    with pytest.raises(InvalidInputError, match="no node of the Ray cluster has 1 CPUs and 4 GPUs for a trial"):
        open_cluster(resources=TrialResources(gpus=4))


def test_outcome_of_worker_arrives_unchanged(open_cluster):
    (found,) = outcomes(open_cluster(workers=1), {"deed": "lose"})
    assert (found.reason, found.message) == ("lost", "the node is gone")
    assert dataclasses.is_dataclass(found)


def test_reports_arrive_while_a_trial_runs_and_once(open_cluster):
    seen = []
    with open_cluster(trainings.prepare_reporting, workers=1) as running:
        outcome = run_one(running, {"n": 6, "seconds": 0.5}, lambda progress: seen.append((time.monotonic(), progress)))
    assert [progress.step for _, progress in seen] == [1, 2, 3, 4, 5, 6]
    assert seen[-1][0] - seen[0][0] > 1.0
    assert [step["step"] for step in outcome.steps] == [1, 2, 3, 4, 5, 6]


def test_refused_report_stops_a_trial(open_cluster):
    with open_cluster(trainings.prepare_reporting, workers=1) as running:
        outcome = run_one(running, {"n": 2, "waits": 60.0}, lambda _progress: None, goes_on=False)
        assert outcome.values == (0.5, 2.0)
        assert run_one(running, {"n": 3}, lambda _progress: None).metrics["n_done"] == 3


def run_one(running, params, see, *, goes_on=True):
    """The outcome of one trial."""
    deadline = time.monotonic() + 120
    while not running.n_free:
        running.wait(1.0)
    running.submit(0, params)
    while time.monotonic() < deadline:
        for finished in running.wait(2.0, lambda progress: see(progress) is not None or goes_on):
            return finished.outcome
    raise AssertionError("the trial has not ended")
