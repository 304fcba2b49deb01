"""Device locks across threads and processes. Covers `device_lock`, `file_lock` and `lock_holders`."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time

import pytest

from paretune.errors import InvalidInputError
from paretune.measure import device_lock, exclusive_device, shared_device
from paretune.measure.file_lock import FileLock, lock_folder
from process_checks import wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no flock")

OPENING = "import os, sys, time\nfrom paretune.measure import exclusive_device, shared_device\n"
TRAINING = """
with shared_device() as use, open(sys.argv[1], "a") as log:
    while not os.path.exists(sys.argv[2]):
        start = time.monotonic()
        time.sleep(0.002)
        print("step", start, time.monotonic(), file=log, flush=True)
        use.give_way()
"""
MEASUREMENT = """
with open(sys.argv[1], "a") as log:
    for _ in range(15):
        with exclusive_device():
            start = time.monotonic()
            time.sleep(0.003)
            print("measurement", start, time.monotonic(), file=log, flush=True)
"""
HOLDER = "with {kind}_device():\n    print(flush=True)\n    time.sleep(60)"


@pytest.fixture
def start():
    """A function that starts a process that uses devices."""
    processes = []

    def call(script, *words):
        command = [sys.executable, "-c", OPENING + script, *map(str, words)]
        processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return processes[-1]

    yield call
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def hold(start):
    """A function that starts a process and waits until it holds the device."""

    def call(kind):
        process = start(HOLDER.format(kind=kind))
        process.stdout.readline()
        return process

    return call


def is_free(lock_folder, *, exclusive):
    """Whether a new user could lock the device at once."""
    locks = [FileLock(lock_folder / f"paretune-cpu.{name}") for name in ("turnstile", "room")]
    try:
        return all(lock.acquire(exclusive=exclusive, wait=False) for lock in locks)
    finally:
        for lock in locks:
            lock.close()


def test_measurements_overlap_nothing_and_are_not_starved_by_trainings(start, tmp_path):
    log, end = tmp_path / "log", tmp_path / "end"
    trainings = [start(TRAINING, log, end) for _ in range(4)]
    wait_until(lambda: log.exists() and log.read_text().count("step") > 40, "trainings run")
    measurements = [start(MEASUREMENT, log) for _ in range(2)]
    assert [process.wait(60) for process in measurements] == [0, 0]
    end.touch()
    assert [process.wait(60) for process in trainings] == [0] * 4

    lines = [line.split() for line in log.read_text().splitlines()]
    spans = sorted((float(begin), float(finish), kind) for kind, begin, finish in lines)
    assert sum(kind == "measurement" for *_, kind in spans) == 30
    latest, together = {"step": 0.0, "measurement": 0.0}, 0
    for begin, finish, kind in spans:
        assert begin >= latest["measurement"]
        assert kind == "step" or begin >= latest["step"]
        together += begin < latest["step"]
        latest[kind] = max(latest[kind], finish)
    assert together > 100  # steps of several trainings ran at once


@pytest.mark.parametrize("kind", ["shared", "exclusive"])
def test_killed_process_holds_nothing(hold, lock_folder, kind):
    process = hold(kind)
    assert not is_free(lock_folder, exclusive=True)
    assert is_free(lock_folder, exclusive=False) == (kind == "shared")
    process.send_signal(signal.SIGKILL)
    process.wait()
    with exclusive_device() as use:
        assert use.seconds_waited == 0


def test_fork_of_a_holder_holds_nothing(start, lock_folder):
    process = start("with exclusive_device():\n    if child := os.fork(): print(child, flush=True)\n    time.sleep(60)")
    child = int(process.stdout.readline())
    try:
        assert not is_free(lock_folder, exclusive=False)
        process.kill()
        process.wait()
        wait_until(lambda: is_free(lock_folder, exclusive=True), "the child has released the lock")
    finally:
        os.kill(child, signal.SIGKILL)


def test_forked_child_that_leaves_the_block_does_not_unlock_its_parent(start, lock_folder):
    script = (
        "with exclusive_device():\n    child = os.fork() == 0\n"
        "    if not child: os.wait(); print(flush=True); time.sleep(60)"
    )
    start(script).stdout.readline()
    assert not is_free(lock_folder, exclusive=False)


def test_program_started_by_a_holder_holds_nothing(start, lock_folder):
    process = start(
        "import subprocess\nwith exclusive_device():\n    print(subprocess.Popen(['sleep', '60']).pid, flush=True)"
    )
    pid = int(process.stdout.readline())
    try:
        process.wait()
        assert is_free(lock_folder, exclusive=True)
    finally:
        os.kill(pid, signal.SIGKILL)


def test_holds_of_one_thread_can_be_nested(lock_folder):
    with exclusive_device() as outer:
        with exclusive_device() as inner, shared_device() as innermost:
            innermost.give_way()
            assert inner is innermost is outer
        assert not is_free(lock_folder, exclusive=False)
    with shared_device() as outer:
        with shared_device() as inner:
            assert inner is outer
        with exclusive_device():
            assert not is_free(lock_folder, exclusive=False)
            outer.give_way()
            with shared_device():
                pass
            assert not is_free(lock_folder, exclusive=False)
        assert is_free(lock_folder, exclusive=False)
        assert not is_free(lock_folder, exclusive=True)
    assert is_free(lock_folder, exclusive=True)


def test_two_shared_holders_can_both_lock_exclusively():
    inside, times = threading.Barrier(2), []

    def run():
        with shared_device():
            inside.wait(60)
            with exclusive_device():
                times.append(time.monotonic())
                time.sleep(0.01)
                times.append(time.monotonic())

    threads = [threading.Thread(target=run, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(times) == 4
    assert times == sorted(times)


def test_device_is_free_after_an_error_and_paused_hold_returns(lock_folder):
    with pytest.raises(ZeroDivisionError), exclusive_device():
        1 / 0  # noqa: B018 (raises)
    assert is_free(lock_folder, exclusive=True)
    with shared_device():
        with pytest.raises(ZeroDivisionError), exclusive_device():
            1 / 0  # noqa: B018 (raises)
        assert not is_free(lock_folder, exclusive=True)


def test_locks_of_different_devices_are_independent(lock_folder):
    gpu = "cuda:00112233-4455-6677-8899-aabbccddeeff"
    with exclusive_device(gpu):
        assert is_free(lock_folder, exclusive=True)
        with exclusive_device("cpu"):
            assert not is_free(lock_folder, exclusive=True)


def test_device_has_finished_before_it_is_released():
    log = []
    with shared_device(synchronize=lambda: log.append("synchronized")) as use:
        use.give_way()
        assert not log  # nobody waits
        with exclusive_device():
            log.append("measured")
        log.append("trained")
    assert log == ["synchronized", "measured", "trained", "synchronized"]


def test_seconds_waited_is_zero_on_a_free_device(hold):
    with exclusive_device() as use:
        assert use.seconds_waited == 0.0
    process = hold("exclusive")
    threading.Timer(0.2, process.kill).start()
    with shared_device() as use:
        assert use.seconds_waited > 0.1


@pytest.mark.skipif(sys.platform != "linux", reason="holders of a file are known on Linux only")
def test_long_wait_warns_about_holder_and_its_stopped_state(hold, monkeypatch, caplog):
    monkeypatch.setattr(device_lock, "WARN_AFTER_SECONDS", 0.2)
    process = hold("shared")
    process.send_signal(signal.SIGSTOP)
    threading.Timer(0.6, process.kill).start()
    with exclusive_device():
        (line,) = caplog.messages
    assert line.startswith(f"waited 0.2 s for the device cpu, held by process {process.pid} ({sys.executable} -c ")
    assert line.endswith("), which is stopped: continue or kill it")


def test_short_wait_gives_no_warning(hold, caplog):
    threading.Timer(0.1, hold("exclusive").kill).start()
    with shared_device():
        assert not caplog.messages


# The files


def test_all_users_can_open_the_files_whatever_the_umask(lock_folder):
    before = os.umask(0o077)
    try:
        with exclusive_device():
            pass
    finally:
        os.umask(before)
    files = sorted(lock_folder.iterdir())
    assert [file.name for file in files] == ["paretune-cpu.room", "paretune-cpu.turnstile"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o666}
    assert all(file.stat().st_size == 0 for file in files)


def test_read_only_file_can_be_locked(lock_folder):
    for name in ("turnstile", "room"):
        (lock_folder / f"paretune-cpu.{name}").touch(0o444)
    with exclusive_device():
        assert not is_free(lock_folder, exclusive=False)


def test_lock_folder_is_tmp_unless_set(monkeypatch, tmp_path):
    assert lock_folder() == tmp_path / "locks"
    monkeypatch.delenv("PARETUNE_LOCKS")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert str(lock_folder()) == "/tmp"  # noqa: S108 (nothing is written)


def test_lock_moves_to_new_file_after_deletion(tmp_path):
    path = tmp_path / "door"
    lock, other = FileLock(path), FileLock(path)
    path.unlink()
    assert lock.acquire(exclusive=True, wait=False)
    assert not other.acquire(exclusive=False, wait=False)
    assert FileLock(path).is_held_exclusively()


def test_links_and_missing_folders_are_rejected_in_one_line(lock_folder, monkeypatch):
    (lock_folder / "paretune-cpu.turnstile").symlink_to(lock_folder / "elsewhere")
    with pytest.raises(InvalidInputError, match=r"paretune-cpu\.turnstile cannot be opened .*: set PARETUNE_LOCKS to"):
        exclusive_device().__enter__()
    monkeypatch.setenv("PARETUNE_LOCKS", str(lock_folder / "missing"))
    with pytest.raises(InvalidInputError, match=r"cannot be opened \(No such file or directory\)"):
        shared_device().__enter__()
