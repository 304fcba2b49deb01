"""`paretune measure-lock` with real commands."""

import signal
import subprocess
import sys

import pytest

from paretune.measure import exclusive_device
from paretune.measure.file_lock import FileLock
from process_checks import assert_gone, wait_until

pytestmark = [pytest.mark.end_to_end, pytest.mark.skipif(sys.platform == "win32", reason="Windows has no flock")]
HOLD_SCRIPT = (
    "from paretune.measure.file_lock import FileLock, lock_folder; "
    "print(FileLock(lock_folder() / 'paretune-cpu.room').is_held_exclusively())"
)


@pytest.fixture(autouse=True)
def lock_folder(tmp_path, monkeypatch):
    folder = tmp_path / "locks"
    folder.mkdir()
    monkeypatch.setenv("PARETUNE_LOCKS", str(folder))
    return folder


def is_held(lock_folder):
    return (lock_folder / "paretune-cpu.room").exists() and FileLock(
        lock_folder / "paretune-cpu.room"
    ).is_held_exclusively()


def test_command_holds_the_lock_until_it_ends(start, lock_folder):
    process = start("measure-lock", "--", sys.executable, "-c", HOLD_SCRIPT)
    assert process.communicate() == ("True\n", "")
    assert process.returncode == 0
    assert not is_held(lock_folder)


@pytest.mark.parametrize(("end", "code"), [("exit 7", 7), ("kill -TERM $$", -signal.SIGTERM)])
def test_exit_code_is_that_of_command(start, end, code):
    process = start("measure-lock", "--device", "cpu", "--", "sh", "-c", end)
    assert process.wait() == code


def test_measurement_inside_command_does_not_wait(start):
    code = "from paretune.measure import latency, shared_device\nwith shared_device() as use: use.give_way()\n"
    code += "print(latency(lambda: None, device='cpu').is_exclusive)"
    again = (sys.executable, "-c", "from paretune.cli import main; main()", "measure-lock", "--")
    process = start("measure-lock", "--", *again, sys.executable, "-c", code)
    assert process.communicate() == ("True\n", "")


def test_command_waits_for_device_and_holds_it_until_killed(start, lock_folder):
    with exclusive_device():
        process = start("measure-lock", "--", "sh", "-c", "echo $$; sleep 60")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(2)
    pid = int(process.stdout.readline())
    assert pid == process.pid
    assert is_held(lock_folder)
    process.kill()
    assert_gone([pid])


def test_child_left_running_holds_device_until_it_ends(start, lock_folder):
    process = start("measure-lock", "--", "sh", "-c", "sleep 5 >&- 2>&- & exit 0")
    process.wait()
    assert is_held(lock_folder)
    wait_until(lambda: not is_held(lock_folder), "the last process has ended")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--", ""], "the command is empty: give a program and its arguments after --"),
        (["--", "no-such-program"], "no-such-program cannot be run: No such file or directory"),
        (["--device", "tpu", "--", "true"], "device must be cpu, cuda, cuda:<index> or cuda:<UUID>, but is 'tpu'"),
    ],
)
def test_wrong_input_is_one_line(start, words, expected):
    process = start("measure-lock", *words)
    assert process.communicate() == ("", f"paretune: {expected}\n")
    assert process.returncode == 2
