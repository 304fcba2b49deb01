"""The command line as a user calls it: in an empty folder, in this process or in one of its own."""

import contextlib
import signal
import subprocess
import sys

import pytest

from paretune import cli


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PARETUNE_DATA", raising=False)
    return tmp_path


@pytest.fixture
def paretune(capsys, monkeypatch):
    """Calls the command in this process: exit code, standard output, standard error."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["paretune", *map(str, words)])
        handlers = {s: signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)}
        try:
            cli.main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def start():
    """Starts the command as a process of its own."""
    code = "from paretune.cli import main; main()"
    with contextlib.ExitStack() as processes:

        def call(*words):
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
            process = processes.enter_context(subprocess.Popen([sys.executable, "-c", code, *words], **pipes))
            processes.callback(process.kill)
            return process

        yield call
