"""Runs on clusters whose head dies or whose nodes cannot start a worker."""

from functools import partial
from pathlib import Path

import pytest

import trainings
from paretune.errors import WorkerError
from paretune.execution.on_ray import Cluster, cluster, ray_connection
from ray_nodes import open_study, ray_nodes

pytestmark = pytest.mark.ray
PACKAGES = [Path(trainings.__file__)]


def test_search_can_go_on_after_head_was_killed(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(cluster, "_REFRESH_SECONDS", 0.2)
    monkeypatch.setattr(cluster, "HEAD_TIMEOUT_SECONDS", 1.0)
    study, done = open_study(tmp_path), []
    with ray_nodes(1) as nodes:

        def on_trial(asked, _outcome):
            done.append(asked.number)
            if len(done) == 3:
                nodes.kill_head()

        message = "the head of the Ray cluster has not answered for .* start it again"
        with pytest.raises(WorkerError, match=message), ray_connection(nodes.address, packages=PACKAGES):
            study.run(
                Cluster(partial(trainings.prepare_sleeping, 0.4), study.objectives, study.logs), 20, on_trial=on_trial
            )
    assert "running trials may still end" in caplog.text
    before = study.trials
    assert 3 <= before.is_complete.sum() < 20
    with ray_nodes(1) as nodes, ray_connection(nodes.address, packages=PACKAGES):
        study.run(Cluster(partial(trainings.prepare_sleeping, 0.0), study.objectives, study.logs), 20)
    after = study.trials
    assert after.is_complete.sum() == 20
    assert set(before.numbers[before.is_complete]) <= set(after.numbers[after.is_complete])
    assert len({params["x"] for params in after[after.is_complete].params}) == 20
    assert not (after.reasons == "crashed").any()


def test_node_without_needed_package_ends_run_with_cause(tmp_path):
    broken = tmp_path / "numpy.py"
    broken.write_text("raise ImportError('this node has no numpy')\n")
    with ray_nodes(1) as nodes, ray_connection(nodes.address, packages=[*PACKAGES, broken]):
        study = open_study(tmp_path)
        message = "workers cannot be started on the Ray cluster: .*this node has no numpy"
        with pytest.raises(WorkerError, match=message):
            study.run(Cluster(trainings.prepare, study.objectives, study.logs), 3)
    assert not study.trials.is_pending.any()
