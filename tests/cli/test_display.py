"""Does one line tell why a trial failed?"""

import sys
from pathlib import Path

import pytest

from paretune.cli.display import brief
from paretune.cli.sanitize import one_line

MUST = 'but must print a line such as {"acc": 0.5, "lat": 0.5}'
MISTAKES = [
    ("import sys; print('{\"acc\": 1}', file=sys.stderr)", f'printed no metrics, {MUST} | {{"acc": 1}}'),
    ("print({'acc': 1, 'lat': 2})", f"printed no metrics, {MUST} | {{'acc': 1, 'lat': 2}}"),
    ("print([1, 2])", f"printed no metrics, {MUST} | [1, 2]"),
    ("""print('{"accuracy": 1, "lat": 1}')""", f"printed no 'acc', only accuracy, lat, {MUST}"),
    ("pass", f"printed no metrics, {MUST}"),
    ("print('hi'); raise ValueError('boom \\x1b[31mred')", "ValueError: boom red"),
    ("raise SystemExit(3)", "ended with exit code 3"),
    ("import os; os.kill(os.getpid(), 11)", "was killed by SIGSEGV"),
    ("import time; print('epoch 1', flush=True); time.sleep(60)", "ran longer than its timeout of 2 s | epoch 1"),
]


@pytest.mark.end_to_end
@pytest.mark.parametrize(("script", "shown"), MISTAKES)
def test_a_run_and_its_status_show_what_the_program_did_wrong(paretune, script, shown):
    Path("train.py").write_text(script)
    Path("study.yaml").write_text(
        "space: {x: {type: float, low: 0, high: 1}}\nobjectives: {acc: {goal: maximize}, lat: {goal: minimize}}\n"
        f"command: [{sys.executable}, train.py]\ntimeout: 2\n"
    )
    _, _, err = paretune("run", "study.yaml", "--trials", 1, "--searcher", "random", "--no-report")
    _, out, _ = paretune("status", "study")
    reason = "timed_out" if "timeout" in shown else "crashed"
    assert err == f"    0  {reason}: {shown}\n"
    assert f"  trial 0 {reason}: {shown}\n" in out


@pytest.mark.end_to_end
def test_what_is_lost_twice_is_shown_without_the_programs_name(paretune):
    space, objectives = "space: {x: {type: float, low: 0, high: 1}}", "objectives: {loss: {goal: minimize}}"
    Path("study.yaml").write_text(f"{space}\n{objectives}\ncommand: sh -c 'kill -9 $$'\n")
    _, _, err = paretune("run", "study.yaml", "--trials", 1, "--searcher", "random", "--no-report")
    assert err.endswith(
        "crashed: lost twice, so taken for its configuration's fault: was killed by SIGKILL from outside\n"
    )


def test_an_error_of_several_lines_is_told_from_its_beginning():
    assert brief("RuntimeError: CUDA error: assert\nCompile with DSA (a.py, line 3)").startswith("RuntimeError: CUDA")


def test_a_long_message_keeps_both_ends_and_whole_words():
    words = [f"word{i}" for i in range(99)]
    head, tail = brief(" ".join(words)).split(" ... ")
    assert head.split() == words[: len(head.split())]
    assert tail.split() == words[-len(tail.split()) :]
    assert len(brief("x" * 999)) == 140


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\x1b[1;31mred\x1b[0m and \x1b[?25lhidden", "red and hidden"),
        ("\x1b]8;;http://a.b\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("50 %\r100 %\r\nover", "50 % 100 % over"),
        ("\x1b", ""),
        ("é 漢 \u202e\ud800 x", "é 漢 x"),
    ],
)
def test_nothing_that_a_program_prints_controls_the_terminal(text, line):
    assert one_line(text) == line


@pytest.mark.end_to_end
def test_a_penalty_is_told_of_while_it_runs_in_its_status_and_in_its_report(paretune):
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
    told = "told acc 0 and lat 1000000, which is taken for a penalty: they count as failed"
    assert err.count(told) == 1
    assert "10 of 10 trials: 6 complete, 4 failed (crashed 4)\n" in out
    assert f"\n  4 trials, such as 1, {told}\n" in out
    assert told in Path("study-report/report.md").read_text()
