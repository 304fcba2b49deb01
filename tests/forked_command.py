"""The `paretune` command as a process of its own that starts at once.

A server process imports what commands need, once, and forks a child for each command. The child is a real process, with
its own arguments, folder, environment, pipes, signals and exit status; only its imports are done. Some tests start
Python itself, such as those of `cli/test_entry_point.py`.
"""

import atexit
import multiprocessing
import os
import signal
import subprocess
import sys
import types
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

IMPORTED = (
    "alembic.command",
    "alembic.migration",
    "alembic.script",
    "fastapi",
    "optuna",
    "paretune.app.plan",
    "paretune.app.run",
    "paretune.cli",
    "paretune.server",
    "paretune.study",
    "paretune.workloads.builtin.analytic",
    "paretune.workloads.set_up",
    "psycopg",
    "rich.console",
    "uvicorn",
)


def fork_context():
    """The context of `multiprocessing` with the server process."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(IMPORTED))
    return context


class ForkedCommand:
    """A command that runs; its interface is that of `subprocess.Popen` with pipes and text.

    Args:
        words: the arguments.
        folder: the current folder of the command; by default that of this process.
    """

    def __init__(self, *words, folder=None):
        context = fork_context()
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        with Connection(out_end, readable=False) as out_side, Connection(err_end, readable=False) as err_side:
            given = (out_side, err_side, words, folder or Path.cwd(), dict(os.environ))
            self._process = context.Process(target=_run, args=given)
            self._process.start()
        self.pid = self._process.pid
        self.stdout, self.stderr = (os.fdopen(end, encoding="utf-8", errors="replace") for end in (out, err))

    @property
    def returncode(self):
        """The exit status; None while the process runs."""
        return self._process.exitcode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stdout.close()
        self.stderr.close()
        self.wait()

    def send_signal(self, number):
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout=None):
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("paretune", timeout)
        return self.returncode

    def communicate(self, timeout=None):
        """The rest of standard output and standard error, once the process has ended."""
        if self.stdout.closed:
            return "", ""
        with ThreadPoolExecutor(2) as readers:
            texts = [readers.submit(pipe.read) for pipe in (self.stdout, self.stderr)]
            try:
                found = tuple(text.result(timeout) for text in texts)
                self.wait(timeout)
            except TimeoutError as error:
                self.kill()
                raise subprocess.TimeoutExpired("paretune", timeout) from error
        self.stdout.close()
        self.stderr.close()
        return found


def _run(out_side, err_side, words, folder, environment):
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for pipe, descriptor in ((out_side, 1), (err_side, 2)):
        os.dup2(pipe.fileno(), descriptor)
        pipe.close()
    sys.argv = ["paretune", *map(str, words)]
    sys.modules["__main__"] = types.ModuleType("__main__")  # as for `python -c`: a worker process imports none
    from paretune.cli import main

    try:
        main()
    finally:
        atexit._run_exitfuncs()
