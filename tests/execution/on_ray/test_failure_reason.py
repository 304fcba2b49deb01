"""Tests of the reason of failure of a trial whose actor died."""

import pytest

from paretune.execution.on_ray.failure_reason import failure_reason

exceptions = pytest.importorskip("ray.exceptions")
GUESSES = """The actor died unexpectedly before finishing this task.
Worker unexpectedly exits with a connection error code 2. End of file. There are some potential root causes.
(1) The process is killed by SIGKILL by OOM killer due to high memory usage. (2) ray stop --force is called.
(3) The worker is crashed unexpectedly due to SIGSEGV or other unexpected errors."""
KILLED = "Worker exit type: NODE_OUT_OF_MEMORY: 1 worker(s) were killed due to the node running low on memory."


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (exceptions.RayError(GUESSES), "lost"),
        (exceptions.RayError(KILLED), "out_of_memory"),
        (exceptions.OutOfMemoryError("Task was killed"), "out_of_memory"),
        (exceptions.NodeDiedError("its node is gone"), "lost"),
    ],
)
def test_reason_follows_facts_of_ray_and_not_its_guesses(error, reason):
    assert failure_reason(error, exceptions.OutOfMemoryError) == reason
