"""Clusters whose head dies or whose nodes are not fit: a run ends with a line, loses nothing, and can go on."""

from functools import partial
from pathlib import Path

import pytest

import trainings
from paretune.errors import WorkerError
from paretune.execution.on_ray import Cluster, cluster, connected
from ray_nodes import open_study, ray_nodes

pytestmark = pytest.mark.ray
PACKAGES = [Path(trainings.__file__)]


def test_the_search_goes_on_where_its_head_was_killed(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(cluster, "_LOOK_SECONDS", 0.2)
    monkeypatch.setattr(cluster, "SECONDS", 1.0)
    study, done = open_study(tmp_path), []
    with ray_nodes(1) as nodes:

        def on_trial(asked, _outcome):
            done.append(asked.number)
            if len(done) == 3:
                nodes.kill_head()

        told = "the head of the Ray cluster has not answered for .* start it anew"
        with pytest.raises(WorkerError, match=told), connected(nodes.address, packages=PACKAGES):
            study.run(
                Cluster(partial(trainings.prepare_sleeping, 0.4), study.objectives, study.logs), 20, on_trial=on_trial
            )
    assert "what runs may still end" in caplog.text
    before = study.trials
    assert 3 <= before.is_complete.sum() < 20
    with ray_nodes(1) as nodes, connected(nodes.address, packages=PACKAGES):
        study.run(Cluster(partial(trainings.prepare_sleeping, 0.0), study.objectives, study.logs), 20)
    after = study.trials
    assert after.is_complete.sum() == 20
    assert set(before.numbers[before.is_complete]) <= set(after.numbers[after.is_complete])
    assert len({params["x"] for params in after[after.is_complete].params}) == 20
    assert not (after.reasons == "crashed").any()


def test_nodes_that_lack_what_a_worker_needs_end_the_run_with_the_cause(tmp_path):
    broken = tmp_path / "numpy.py"
    broken.write_text("raise ImportError('this node has no numpy')\n")
    with ray_nodes(1) as nodes, connected(nodes.address, packages=[*PACKAGES, broken]):
        study = open_study(tmp_path)
        told = "workers cannot be started on the Ray cluster: .*this node has no numpy"
        with pytest.raises(WorkerError, match=told):
            study.run(Cluster(trainings.prepare, study.objectives, study.logs), 3)
    assert not study.trials.is_pending.any()
