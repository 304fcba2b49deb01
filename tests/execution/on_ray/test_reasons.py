"""Is a worker that died taken for one that wanted too much memory only where Ray says so?"""

import pytest

from paretune.execution.on_ray.cluster import reason_of

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
def test_the_reason_is_what_ray_knows_and_not_what_it_guesses(error, reason):
    assert reason_of(error, exceptions.OutOfMemoryError) == reason
