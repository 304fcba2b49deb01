"""Checks from outside whether processes still run."""

import time

import psutil


def lives(pid):
    """One that has ended and was not yet collected by its parent does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(holds, what):
    deadline = time.monotonic() + 180
    while not holds():
        assert time.monotonic() < deadline, f"not so in three minutes: {what}"
        time.sleep(0.02)


def wait_for_numbers(file, n):
    """The numbers that processes write into a file, one a line, once there are ``n``."""
    wait_until(lambda: file.exists() and file.read_text().count("\n") >= n, f"{n} lines in {file}")
    return [int(line) for line in file.read_text().splitlines()]


def assert_gone(pids):
    wait_until(lambda: not any(map(lives, pids)), f"{pids} are gone")
