"""Descriptions and reasons of exit statuses, of real processes."""

import subprocess

import pytest

from paretune.processes.exit_status import describe_exit, is_plain_exit_code


@pytest.mark.parametrize(
    ("script", "description", "reason"),
    [
        ("exit 3", "ended with exit code 3", "crashed"),
        ("exit 255", "ended with exit code 255", "crashed"),
        ("kill -SEGV $$", "was killed by SIGSEGV", "crashed"),
        ("kill -TERM $$", "was killed by SIGTERM", "crashed"),
        ("kill -KILL $$", "was killed by SIGKILL from outside", "lost"),
        ("sh -c 'kill -ABRT $$'; exit $?", "ended with exit code 134, as if killed by SIGABRT", "crashed"),
        ("sh -c 'kill -KILL $$'; exit $?", "ended with exit code 137, as if killed by SIGKILL from outside", "lost"),
    ],
)
def test_exit_status_has_description_and_reason(script, description, reason):
    code = subprocess.run(["/bin/sh", "-c", script], check=False).returncode
    assert describe_exit(code) == (description, reason)


def test_unknown_signal_is_described_by_its_number():
    assert describe_exit(-120) == ("was killed by signal 120", "crashed")


@pytest.mark.parametrize(("code", "is_plain"), [(3, True), (-11, False), (137, False)])
def test_only_exit_code_without_signal_is_plain(code, is_plain):
    assert is_plain_exit_code(f"train.py {describe_exit(code)[0]}") == is_plain
