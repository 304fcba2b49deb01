"""The line that says why a trial failed."""

import sys
from pathlib import Path

import pytest

from paretune.cli.failures import shorten_message

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
def test_run_and_status_show_why_program_failed(paretune, script, shown):
    Path("train.py").write_text(script)
    Path("study.yaml").write_text(
        "space: {x: {type: float, low: 0, high: 1}}\nobjectives: {acc: {goal: maximize}, lat: {goal: minimize}}\n"
        f"command: [{sys.executable}, train.py]\ntimeout: 2\n"
    )
    _, _, err = paretune("run", "study.yaml", "--trials", 1, "--searcher", "random", "--no-report")
    _, out, _ = paretune("status", "study")
    reason = "timed_out" if "timeout" in shown else "crashed"
    assert err.endswith(f"    0  {reason}: {shown}\n")
    assert err.count("\n") == 1
    assert f"  trial 0 {reason}: {shown}\n" in out


@pytest.mark.end_to_end
def test_trial_lost_twice_is_shown_without_program_name(paretune):
    space, objectives = "space: {x: {type: float, low: 0, high: 1}}", "objectives: {loss: {goal: minimize}}"
    Path("study.yaml").write_text(f"{space}\n{objectives}\ncommand: sh -c 'kill -9 $$'\n")
    _, _, err = paretune("run", "study.yaml", "--trials", 1, "--searcher", "random", "--no-report")
    assert err.endswith("crashed: lost twice, which counts as crashed: was killed by SIGKILL from outside\n")


def test_error_of_several_lines_is_shown_from_its_beginning():
    assert shorten_message("RuntimeError: CUDA error: assert\nCompile with DSA (a.py, line 3)").startswith(
        "RuntimeError: CUDA"
    )


def test_long_message_keeps_both_ends_and_whole_words():
    words = [f"word{i}" for i in range(99)]
    head, tail = shorten_message(" ".join(words)).split(" ... ")
    assert head.split() == words[: len(head.split())]
    assert tail.split() == words[-len(tail.split()) :]
    assert len(shorten_message("x" * 999)) == 140
