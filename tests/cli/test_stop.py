"""`paretune stop`: end a run from another terminal."""

import re
from pathlib import Path

import pytest

from paretune.study import load
from process_checks import wait_until

pytestmark = pytest.mark.end_to_end


def test_stopped_run_finishes_its_running_trials(paretune, start):
    run = start(
        "run",
        "analytic",
        "--searcher",
        "random",
        "--trials",
        "500",
        "--workers",
        "2",
        "--set",
        "seconds=0.3",
        "--no-report",
    )
    wait_until(Path("paretune.db").exists, "there is a storage")
    wait_until(lambda: "worker 1" in paretune("status", "analytic")[1], "both workers are busy")
    code, out, _ = paretune("stop", "analytic")
    assert code == 0
    assert re.match(r"analytic: asked to stop; \d running trials? will be finished", out)
    _, err = run.communicate(timeout=240)
    assert run.returncode == 0, err
    trials = load("analytic", "paretune.db").trials
    assert not trials.is_pending.any()
    assert "ended: paretune stop" in paretune("status", "analytic")[1]
    assert trials.failures().get("lost", 0) <= 1  # the one that was next, and not begun
