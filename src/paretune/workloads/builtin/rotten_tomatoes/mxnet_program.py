"""How does MXNet run, which can't share our environment? As a program in one of its own, which uv makes from PyPI."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import uv

from paretune.errors import DataError, InvalidInputError
from paretune.workloads.builtin.data import cache_folder, notice
from paretune.workloads.builtin.rotten_tomatoes.corpus import Split
from paretune.workloads.commands.command import Command, find_program

SCRIPT = Path(__file__).with_name("mxnet_training.py")
_OR = "or train in PyTorch: --set framework=torch"


def program(split: Split, objectives: tuple[str, ...]) -> Command:
    """What trains configurations on this split, ready to run: its environment is set up, its data are written.

    Raises:
        InvalidInputError: there is no Python below 3.12, or no environment could be made.
        DataError: the data cannot be written into the cache.
    """
    set_up()
    words = (_uv(), "run", "--offline", "--quiet", "--script", str(SCRIPT), str(_written(split)))
    return Command(words, Path.cwd(), objectives)


def set_up() -> None:
    """Make the environment that `SCRIPT` names in its head, if it is not there yet.

    Raises:
        InvalidInputError: there is no Python below 3.12, PyPI is out of reach, or it has no MXNet for this machine.
    """
    if _run("python", "find", "--no-python-downloads").returncode:
        raise InvalidInputError(
            f"MXNet needs Python 3.10 or 3.11, and none is found: install one (uv python install 3.11), {_OR}"
        )
    if _run("sync", "--quiet", "--check", "--offline").returncode == 0:
        return
    notice("Setting up MXNet 1.9.1 from PyPI, once, in an environment of its own.")
    done = _run("sync", "--quiet", "--no-python-downloads")
    if done.returncode:
        why = textwrap.shorten(done.stderr, 300, placeholder=" ...") or f"uv ended with exit code {done.returncode}"
        raise InvalidInputError(f"MXNet's environment could not be set up from PyPI ({why}): mend that, {_OR}")


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    """Run uv for the script. Our own Python is looked at last, in case it is one below 3.12."""
    folders = (os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent))
    return subprocess.run(  # noqa: S603 (a fixed command)
        [_uv(), *words, "--script", str(SCRIPT)],
        env={**os.environ, "PATH": os.pathsep.join(folders)},
        capture_output=True,
        text=True,
        check=False,
    )


def _uv() -> str:
    try:
        return find_program(uv.find_uv_bin(), Path.cwd())
    except (FileNotFoundError, InvalidInputError) as error:
        raise InvalidInputError(f"MXNet cannot be run without uv ({error}): mend that, {_OR}") from error


def _written(split: Split) -> Path:
    """A file with the split's arrays in the cache, named by its content, whole at any time."""
    path = cache_folder() / "rotten_tomatoes" / f"{split.sha256}.npz"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=path.parent) as folder:
            file = Path(folder) / path.name
            np.savez(
                file,
                training_tokens=split.training.tokens,
                training_labels=split.training.labels,
                dev_tokens=split.dev.tokens,
                dev_labels=split.dev.labels,
                n_words=split.n_words,
            )
            file.replace(path)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error}; set PARETUNE_CACHE to a folder that can") from error
    return path
