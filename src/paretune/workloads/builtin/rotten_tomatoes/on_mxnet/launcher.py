"""Run the training in MXNet as a command, in a Python environment of its own that uv makes from PyPI."""

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
from paretune.workloads.builtin.data import cache_folder, print_notice
from paretune.workloads.builtin.rotten_tomatoes.dataset import Split
from paretune.workloads.commands.command import Command, find_program

SCRIPT = Path(__file__).with_name("training.py")
_TIME_TO_STOP = 120.0  # seconds for the epoch that runs; then it saves and ends
_ALTERNATIVE = "or train in PyTorch: --set framework=torch"


def training_command(split: Split, objectives: tuple[str, ...]) -> Command:
    """Set the environment up, write the data, and return the command that trains a configuration on them.

    Raises:
        InvalidInputError: there is no Python below 3.12, or the environment cannot be made.
        DataError: the data cannot be written into the cache.
    """
    set_up_environment()
    words = (_find_uv(), "run", "--offline", "--quiet", "--script", str(SCRIPT), str(_write_arrays(split)))
    return Command(words, Path.cwd(), objectives, time_to_stop=_TIME_TO_STOP)


def set_up_environment() -> None:
    """Make the environment that `SCRIPT` describes in its first lines, unless it exists.

    Raises:
        InvalidInputError: there is no Python below 3.12, PyPI cannot be reached, or it has no MXNet for this machine.
    """
    if _run_uv("python", "find", "--no-python-downloads").returncode:
        raise InvalidInputError(
            f"MXNet needs Python 3.10 or 3.11, and none is found: install one (uv python install 3.11), {_ALTERNATIVE}"
        )
    if _run_uv("sync", "--quiet", "--check", "--offline").returncode == 0:
        return
    print_notice("Setting up MXNet 1.9.1 from PyPI, once, in an environment of its own.")
    result = _run_uv("sync", "--quiet", "--no-python-downloads")
    if result.returncode:
        why = textwrap.shorten(result.stderr, 300, placeholder=" ...") or f"uv ended with exit code {result.returncode}"
        raise InvalidInputError(
            f"MXNet's environment could not be set up from PyPI ({why}): repair that, {_ALTERNATIVE}"
        )


def _run_uv(*words: str) -> subprocess.CompletedProcess[str]:
    """Run uv for the script. This process's own Python is the last candidate, in case it is below 3.12."""
    folders = (os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent))
    return subprocess.run(  # noqa: S603 (a fixed command)
        [_find_uv(), *words, "--script", str(SCRIPT)],
        env={**os.environ, "PATH": os.pathsep.join(folders)},
        capture_output=True,
        text=True,
        check=False,
    )


def _find_uv() -> str:
    try:
        return find_program(uv.find_uv_bin(), Path.cwd())
    except (FileNotFoundError, InvalidInputError) as error:
        raise InvalidInputError(f"MXNet cannot be run without uv ({error}): repair that, {_ALTERNATIVE}") from error


def _write_arrays(split: Split) -> Path:
    """Write the arrays of a split into a file of the cache, named by their hash; the file is never incomplete."""
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
