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
    lines = [line for line in err.splitlines() if penalty in line]
    assert [line.startswith("NOTICE") for line in lines] == [False, True]  # once during the run, once of the report
    assert "10 of 10 trials: 6 complete, 4 failed (crashed 4)\n" in out
    assert f"\n  4 trials, such as 1, {penalty}\n" in out
    assert penalty in Path("study-report/report.md").read_text()


@pytest.mark.end_to_end
def test_names_of_users_cannot_control_the_terminal(paretune):
    Path("t.csv").write_text("x\x1b[31m,acc\x1b]0;title\x07,lat\n0.1,0.5,1\n0.2,0.6,2\n")
    acc = "acc\x1b]0;title\x07"
    goals = ("--maximize", acc, "--minimize", "lat")
    assert paretune("import", "t.csv", "--study", "a\x1b[2J", *goals)[0] == 0
    for words in (("status", "a\x1b[2J"), ("report", "t.csv", *goals, "--title", "b\x07"), ("stop", "a\x1b[2J")):
        code, out, err = paretune(*words)
        assert code == 0
        assert "\x1b" not in out + err
        assert "\x07" not in out + err
