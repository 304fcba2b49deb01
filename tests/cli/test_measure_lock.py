"""`paretune measure-lock` as a user types it."""

import signal
import subprocess
import sys

import pytest

from paretune.measure import exclusive
from paretune.measure.file_lock import Door
from processes import assert_gone, wait_until

pytestmark = [pytest.mark.end_to_end, pytest.mark.skipif(sys.platform == "win32", reason="Windows has no flock")]
HELD = (
    "from paretune.measure.file_lock import Door, lock_folder; "
    "print(Door(lock_folder() / 'paretune-cpu.room').is_closed())"
)


@pytest.fixture(autouse=True)
def lock_folder(tmp_path, monkeypatch):
    folder = tmp_path / "locks"
    folder.mkdir()
    monkeypatch.setenv("PARETUNE_LOCKS", str(folder))
    return folder


def is_held(lock_folder):
    return (lock_folder / "paretune-cpu.room").exists() and Door(lock_folder / "paretune-cpu.room").is_closed()


def test_the_command_has_the_device_alone_and_its_end_frees_it(start, lock_folder):
    process = start("measure-lock", "--", sys.executable, "-c", HELD)
    assert process.communicate() == ("True\n", "")
    assert process.returncode == 0
    assert not is_held(lock_folder)


@pytest.mark.parametrize(("end", "code"), [("exit 7", 7), ("kill -TERM $$", -signal.SIGTERM)])
def test_the_exit_code_is_the_command_s(start, end, code):
    process = start("measure-lock", "--device", "cpu", "--", "sh", "-c", end)
    assert process.wait() == code


def test_what_measures_inside_of_it_waits_for_nothing(start):
    code = "from paretune.measure import latency, shared\nwith shared() as use: use.give_way()\n"
    code += "print(latency(lambda: None, device='cpu').exclusive)"
    again = (sys.executable, "-c", "from paretune.cli import main; main()", "measure-lock", "--")
    process = start("measure-lock", "--", *again, sys.executable, "-c", code)
    assert process.communicate() == ("True\n", "")


def test_it_waits_for_who_has_the_device_and_holds_it_as_long_as_the_command_lives(start, lock_folder):
    with exclusive():
        process = start("measure-lock", "--", "sh", "-c", "echo $$; sleep 60")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(2)
    pid = int(process.stdout.readline())
    assert pid == process.pid
    assert is_held(lock_folder)
    process.kill()
    assert_gone([pid])


def test_what_the_command_left_running_holds_the_device_until_it_ends(start, lock_folder):
    process = start("measure-lock", "--", "sh", "-c", "sleep 2 >&- 2>&- & exit 0")
    process.wait()
    assert is_held(lock_folder)
    wait_until(lambda: not is_held(lock_folder), "the last process has ended")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--", "no-such-program"], "no-such-program cannot be run: No such file or directory"),
        (["--device", "tpu", "--", "true"], "a device is cpu, cuda, cuda:<index> or cuda:<UUID>, but not 'tpu'"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(start, words, expected):
    process = start("measure-lock", *words)
    assert process.communicate() == ("", f"paretune: {expected}\n")
    assert process.returncode == 2
