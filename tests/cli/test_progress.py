"""The progress of a run: a line a trial."""

import os
import pty
import re
import select
import sys

import pytest

from command_output import without_times
from paretune.study import load

pytestmark = pytest.mark.end_to_end


def test_run_prints_each_trial_without_terminal(paretune):
    _, _, err = paretune("run", "analytic", "--trials", 4, "--searcher", "random", "--no-report", "--set", "layers=1")
    trials = load("analytic", "paretune.db").trials
    lines = without_times(err).splitlines()
    assert [int(line.split()[0]) for line in lines] == [0, 1, 2, 3]
    for line, values, reason in zip(lines, trials.values, trials.reasons, strict=True):
        assert f"accuracy {values[0]:.4g}  latency {values[1]:.4g} s" in line or line.split()[1] == f"{reason}:"


def read_terminal(fd, pattern, seconds=120):
    """Read a terminal until a pattern appears or its program ends; return all that was read."""
    text = ""
    while not re.search(pattern, text):
        assert select.select([fd], [], [], seconds)[0], f"nothing for {seconds} s after {text!r}"
        try:
            text += os.read(fd, 65536).decode(errors="replace")
        except OSError:  # the program has ended
            return text
    return text


def test_terminal_shows_a_running_trial_before_it_ends(in_an_empty_folder):
    (in_an_empty_folder / "train.sh").write_text(
        "echo epoch 7; while [ ! -e go ]; do sleep 0.05; done; echo '{\"loss\": 1}'\n"
    )
    (in_an_empty_folder / "study.yaml").write_text(
        "space: {x: {type: float, low: 0, high: 1}}\nobjectives: {loss: {goal: minimize}}\ncommand: [sh, train.sh]\n"
    )
    words = ["paretune", "run", "study.yaml", "--trials", "1", "--searcher", "random", "--no-report"]
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm", COLUMNS="100")
        code = f"import sys; sys.argv = {words!r}; from paretune.cli import main; main()"
        os.execv(sys.executable, [sys.executable, "-c", code])  # noqa: S606
    try:
        before = read_terminal(fd, r"epoch 7")
        assert re.search(r"study: 1 of 1 trials: 0 complete, 0 failed, 1 pending", before)
        assert re.search(r"runs: trial 0: for 0:\d\d:\d\d, worker 0", before)
        (in_an_empty_folder / "go").touch()
        assert "0  loss 1" in read_terminal(fd, r"\d  loss 1")
    finally:
        (in_an_empty_folder / "go").touch()
        read_terminal(fd, r"\Z.^")
        os.close(fd)
        assert os.waitpid(pid, 0)[1] == 0
