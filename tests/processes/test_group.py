"""Process groups that end with their block, or with the process that opened them."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from paretune.processes.group import process_group, stop_group
from process_checks import assert_gone, wait_for_numbers

FAMILY = 'sleep 600 & echo $! >> "$0"; echo $$ >> "$0"; wait'
OPENER = """
import subprocess, sys
from paretune.processes.group import process_group
with process_group() as group:
    subprocess.run(["/bin/sh", "-c", sys.argv[1], sys.argv[2]], process_group=group)
"""


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def start(script, file, group):
    return subprocess.Popen(["/bin/sh", "-c", script, str(file)], process_group=group)


def test_all_members_are_killed_at_end_of_block(tmp_path):
    with process_group() as group:
        process = start(FAMILY, tmp_path / "pids", group)
        pids = wait_for_numbers(tmp_path / "pids", 2)
    process.wait()
    assert_gone(pids)


def test_members_die_with_killed_opener(tmp_path):
    opener = subprocess.Popen([sys.executable, "-c", OPENER, FAMILY, str(tmp_path / "pids")])
    pids = wait_for_numbers(tmp_path / "pids", 2)
    opener.send_signal(signal.SIGKILL)
    opener.wait()
    assert_gone(pids)


def test_process_may_end_itself_within_grace():
    with process_group() as group:
        process = start(
            "trap 'touch saved; exit 1' TERM; echo $$ >> \"$0\"; while :; do sleep 0.05; done", "pids", group
        )
        wait_for_numbers(Path("pids"), 1)
        stop_group(process.wait, group, grace=60.0)
    assert process.returncode == 1
    assert Path("saved").exists()


def test_process_that_ignores_sigterm_is_killed_after_grace():
    with process_group() as group:
        process = start("trap '' TERM; echo $$ >> \"$0\"; while :; do sleep 0.05; done", "pids", group)
        wait_for_numbers(Path("pids"), 1)
        start_time = time.monotonic()
        stop_group(process.wait, group, grace=0.2)
    assert process.returncode == -signal.SIGKILL
    assert time.monotonic() - start_time < 30
