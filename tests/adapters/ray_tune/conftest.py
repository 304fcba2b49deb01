"""Fixtures for the tests of Ray Tune: Ray on this machine, started once for each test module."""

import pytest
import ray


@pytest.fixture(scope="module")
def local_ray():
    ray.init("local", num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.fixture
def quiet_tune(local_ray, tmp_path, monkeypatch):  # noqa: ARG001 (for its effect)
    """Settings of Ray Tune without tables, and with a temporary folder."""
    monkeypatch.setenv("RAY_AIR_NEW_OUTPUT", "0")
    monkeypatch.setenv("TUNE_GLOBAL_CHECKPOINT_S", "0")
    return {"storage_path": str(tmp_path / "ray_results"), "verbose": 0}
