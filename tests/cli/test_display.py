"""The description of a study."""

import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.end_to_end


@pytest.mark.end_to_end
def test_penalties_are_shown_by_run_status_and_report(paretune):
    Path("train.py").write_text(
        "import json, os\n"
        "x = json.loads(os.environ['PARETUNE_PARAMS'])['x']\n"
        "print(json.dumps({'acc': 0, 'lat': 1e6} if x > 0.5 else {'acc': x, 'lat': x**2}))\n"
    )
    Path("study.yaml").write_text(
        "space: {x: {type: float, low: 0, high: 1}}\nobjectives: {acc: {goal: maximize}, lat: {goal: minimize}}\n"
        f"command: [{sys.executable}, train.py]\n"
    )
    _, _, err = paretune("run", "study.yaml", "--trials", 10, "--workers", 1)
    _, out, _ = paretune("status", "study")
    penalty = "reported acc 0 and lat 1000000, which is taken for a penalty: they count as failed"
    assert err.count(penalty) == 1
    assert "10 of 10 trials: 6 complete, 4 failed (crashed 4)\n" in out
    assert f"\n  4 trials, such as 1, {penalty}\n" in out
    assert penalty in Path("study-report/report.md").read_text()
