"""Does a measurement have its device to itself, whoever comes, nests or dies?"""

import os
import signal
import stat
import subprocess
import sys
import threading
import time

import pytest

from paretune.errors import InvalidInputError
from paretune.measure import exclusive, lock, shared
from paretune.measure.file_lock import Door, lock_folder
from processes import wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no flock")

OPENING = "import os, sys, time\nfrom paretune.measure import exclusive, shared\n"
TRAINING = """
with shared() as use, open(sys.argv[1], "a") as log:
    while not os.path.exists(sys.argv[2]):
        start = time.monotonic()
        time.sleep(0.002)
        print("step", start, time.monotonic(), file=log, flush=True)
        use.give_way()
"""
MEASUREMENT = """
with open(sys.argv[1], "a") as log:
    for _ in range(15):
        with exclusive():
            start = time.monotonic()
            time.sleep(0.003)
            print("measurement", start, time.monotonic(), file=log, flush=True)
"""
HOLDER = "with {kind}():\n    print(flush=True)\n    time.sleep(60)"


@pytest.fixture
def start():
    """Starts a process that uses devices."""
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
    """Starts a process that holds the device, and waits until it does."""

    def call(kind):
        process = start(HOLDER.format(kind=kind))
        process.stdout.readline()
        return process

    return call


def is_free(lock_folder, *, alone):
    """Whether the device could be had at once, by whoever asks."""
    doors = [Door(lock_folder / f"paretune-cpu.{name}") for name in ("turnstile", "room")]
    try:
        return all(door.take(alone=alone, wait=False) for door in doors)
    finally:
        for door in doors:
            door.close()


def test_measurements_overlap_nothing_and_are_not_starved_by_a_stream_of_trainings(start, tmp_path):
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
def test_a_killed_holder_holds_nothing(hold, lock_folder, kind):
    process = hold(kind)
    assert not is_free(lock_folder, alone=True)
    assert is_free(lock_folder, alone=False) == (kind == "shared")
    process.send_signal(signal.SIGKILL)
    process.wait()
    with exclusive() as use:
        assert use.waited == 0


def test_a_fork_of_a_holder_holds_nothing(start, lock_folder):
    process = start("with exclusive():\n    if child := os.fork(): print(child, flush=True)\n    time.sleep(60)")
    child = int(process.stdout.readline())
    try:
        assert not is_free(lock_folder, alone=False)
        process.kill()
        process.wait()
        wait_until(lambda: is_free(lock_folder, alone=True), "the child, once it runs, has let go")
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_forked_child_that_leaves_the_block_does_not_unlock_its_parent(start, lock_folder):
    script = (
        "with exclusive():\n    child = os.fork() == 0\n    if not child: os.wait(); print(flush=True); time.sleep(60)"
    )
    start(script).stdout.readline()
    assert not is_free(lock_folder, alone=False)


def test_a_program_started_by_a_holder_holds_nothing(start, lock_folder):
    process = start(
        "import subprocess\nwith exclusive():\n    print(subprocess.Popen(['sleep', '60']).pid, flush=True)"
    )
    pid = int(process.stdout.readline())
    try:
        process.wait()
        assert is_free(lock_folder, alone=True)
    finally:
        os.kill(pid, signal.SIGKILL)


def test_holds_may_stand_inside_of_one_another_in_one_thread(lock_folder):
    with exclusive() as outer:
        with exclusive() as inner, shared() as innermost:
            innermost.give_way()
            assert inner is innermost is outer
        assert not is_free(lock_folder, alone=False)
    with shared() as outer:
        with shared() as inner:
            assert inner is outer
        with exclusive():
            assert not is_free(lock_folder, alone=False)
            outer.give_way()
            with shared():
                pass
            assert not is_free(lock_folder, alone=False)
        assert is_free(lock_folder, alone=False)
        assert not is_free(lock_folder, alone=True)
    assert is_free(lock_folder, alone=True)


def test_two_that_are_in_the_room_may_both_ask_for_it_alone():
    inside, times = threading.Barrier(2), []

    def run():
        with shared():
            inside.wait(60)
            with exclusive():
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


def test_a_device_is_free_after_an_error_and_held_again_by_who_gave_it_up(lock_folder):
    with pytest.raises(ZeroDivisionError), exclusive():
        1 / 0  # noqa: B018 (raises)
    assert is_free(lock_folder, alone=True)
    with shared():
        with pytest.raises(ZeroDivisionError), exclusive():
            1 / 0  # noqa: B018 (raises)
        assert not is_free(lock_folder, alone=True)


def test_devices_do_not_exclude_each_other(lock_folder):
    gpu = "cuda:00112233-4455-6677-8899-aabbccddeeff"
    with exclusive(gpu):
        assert is_free(lock_folder, alone=True)
        with exclusive("cpu"):
            assert not is_free(lock_folder, alone=True)


def test_the_device_has_finished_before_it_is_left():
    log = []
    with shared(synchronize=lambda: log.append("synchronized")) as use:
        use.give_way()
        assert not log  # nobody waits
        with exclusive():
            log.append("measured")
        log.append("trained")
    assert log == ["synchronized", "measured", "trained", "synchronized"]


def test_what_was_waited_is_told_and_nothing_where_it_was_free(hold):
    with exclusive() as use:
        assert use.waited == 0.0
    process = hold("exclusive")
    threading.Timer(0.2, process.kill).start()
    with shared() as use:
        assert use.waited > 0.1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who holds a file")
def test_who_waits_for_long_is_told_for_whom_also_where_that_one_is_stopped(hold, monkeypatch, caplog):
    monkeypatch.setattr(lock, "PATIENCE_SECONDS", 0.2)
    process = hold("shared")
    process.send_signal(signal.SIGSTOP)
    threading.Timer(0.6, process.kill).start()
    with exclusive():
        (line,) = caplog.messages
    assert line.startswith(f"waited 0.2 s for the device cpu, held by process {process.pid} ({sys.executable} -c ")
    assert line.endswith("), which is stopped: continue or kill it")


def test_who_waits_for_a_moment_is_told_nothing(hold, caplog):
    threading.Timer(0.1, hold("exclusive").kill).start()
    with shared():
        assert not caplog.messages


# The files


def test_any_user_may_open_the_files_whatever_the_umask_of_their_maker(lock_folder):
    before = os.umask(0o077)
    try:
        with exclusive():
            pass
    finally:
        os.umask(before)
    files = sorted(lock_folder.iterdir())
    assert [file.name for file in files] == ["paretune-cpu.room", "paretune-cpu.turnstile"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o666}
    assert all(file.stat().st_size == 0 for file in files)


def test_a_file_that_may_be_read_only_will_do(lock_folder):
    for name in ("turnstile", "room"):
        (lock_folder / f"paretune-cpu.{name}").touch(0o444)
    with exclusive():
        assert not is_free(lock_folder, alone=False)


def test_files_lie_where_all_users_find_them_unless_a_folder_is_named(monkeypatch, tmp_path):
    assert lock_folder() == tmp_path / "locks"
    monkeypatch.delenv("PARETUNE_LOCKS")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert str(lock_folder()) == "/tmp"  # noqa: S108 (nothing is written)


def test_who_held_a_file_that_was_cleaned_away_holds_the_new_one(tmp_path):
    path = tmp_path / "door"
    door, other = Door(path), Door(path)
    path.unlink()
    assert door.take(alone=True, wait=False)
    assert not other.take(alone=False, wait=False)
    assert Door(path).is_closed()


def test_links_and_missing_folders_are_refused_in_one_line(lock_folder, monkeypatch):
    (lock_folder / "paretune-cpu.turnstile").symlink_to(lock_folder / "elsewhere")
    with pytest.raises(InvalidInputError, match=r"paretune-cpu\.turnstile cannot be opened .*: set PARETUNE_LOCKS to"):
        exclusive().__enter__()
    monkeypatch.setenv("PARETUNE_LOCKS", str(lock_folder / "missing"))
    with pytest.raises(InvalidInputError, match=r"cannot be opened \(No such file or directory\)"):
        shared().__enter__()
