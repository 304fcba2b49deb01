"""Ray on this machine, started once for the tests of a file, and ended: other files have clusters of their own."""

import pytest
import ray


@pytest.fixture(scope="module")
def local_ray():
    ray.init("local", num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.fixture
def quiet_tune(local_ray, tmp_path, monkeypatch):  # noqa: ARG001 (it must be up)
    """Ray Tune without its tables, in a folder of the test's own."""
    monkeypatch.setenv("RAY_AIR_NEW_OUTPUT", "0")
    monkeypatch.setenv("TUNE_GLOBAL_CHECKPOINT_S", "0")
    return {"storage_path": str(tmp_path / "ray_results"), "verbose": 0}
