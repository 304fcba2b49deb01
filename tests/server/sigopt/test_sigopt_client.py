"""The unmodified clients of SigOpt, in environments of their own, since they need an old urllib3."""

import json
import os
import subprocess
from pathlib import Path

import pytest
import uv

pytestmark = pytest.mark.end_to_end
FOLDER = Path(__file__).parent


@pytest.fixture
def run_client(start, tmp_path):
    """Run a program over a client against a service; skip where its environment cannot be made."""

    def run(program):
        script = ["--quiet", "--script", str(FOLDER / program)]
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("SIGOPT", "VIRTUAL_ENV"))}
        made = subprocess.run(
            [uv.find_uv_bin(), "sync", *script], env=plain, capture_output=True, text=True, check=False
        )
        if made.returncode:
            pytest.skip(f"uv cannot make the client's environment: {made.stderr[-500:]}")
        _, port, token = start("--storage", "studies.db")
        variables = {"SIGOPT_API_URL": f"http://127.0.0.1:{port}", "SIGOPT_API_TOKEN": token, "SIGOPT_PROJECT": "demo"}
        environment = {**plain, **variables, "SIGOPT_HOME": str(tmp_path)}
        done = subprocess.run(
            [uv.find_uv_bin(), "run", *script], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


def test_both_interfaces_of_the_last_client(run_client):
    found = run_client("sigopt_loop.py")
    core = found["core"]
    assert core["was_queued"]
    assert core["observed"] >= 8
    assert core["failed"] == ["out_of_memory"]
    assert core["open"] == 0
    assert core["largest_sum"] <= 0.8 + 1e-6
    assert core["best"] == len(core["widths"]) >= 1
    assert max(core["widths"]) <= 200  # the constraint
    assert found["module"]["states"] == ["completed", "completed", "failed", "failed"]
    assert found["module"]["best"] >= 1
    assert found["module"]["alone"] == 0.5


def test_client_of_2017(run_client):
    assert run_client("old_sigopt_loop.py") == {"count": 3, "is_best": True}
