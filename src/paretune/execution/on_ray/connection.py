"""A connection to a Ray cluster, which sends the code and the data of a trial to the nodes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from paretune.errors import InvalidInputError, pip_line
from paretune.execution.on_ray.head import Head

_PARETUNE = Path(__file__).parents[2]
# Databases, logs and Python environments in the folder of a study file: no node needs them.
_NOT_SENT = ["*.db", "*.db-wal", "*.db-shm", "*.db-*-logs", "*-tensorboard", ".git", ".venv", "__pycache__"]


@contextmanager
def ray_connection(address: str | None, folder: Path | None = None, packages: Sequence[Path] = ()) -> Iterator[None]:
    """Connect to a Ray cluster and send code and data to it; or start a Ray on this machine, which ends at the exit.

    If this process is connected already, that connection is used and stays open.

    Args:
        address: as `ray.init` takes it, such as ``auto`` or ``10.0.0.1:6379``; None for a Ray on this machine.
        folder: sent to the nodes, as the current folder of each worker, without what a ``.gitignore`` or
            ``.rayignore`` in it names. Not used on this machine.
        packages: folders of packages, or files of modules, that the nodes may lack, besides Paretune itself.

    Raises:
        InvalidInputError: Ray is not installed, there is no cluster at this address, the cluster has other versions of
            Ray or Python, or the folder is too large to be sent.
    """
    ray = import_ray()
    if ray.is_initialized():
        yield
        return
    common: dict[str, Any] = {"log_to_driver": False, "logging_level": "error"}
    if address is None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # the user has not asked for a cluster that sends reports
        ray.init(address="local", include_dashboard=False, **common)
    else:
        runtime_env: dict[str, Any] = {"py_modules": [str(path) for path in (_PARETUNE, *packages)]}
        if folder is not None:
            runtime_env |= {"working_dir": str(folder), "excludes": _NOT_SENT}
        _check_address(address)
        try:
            ray.init(address=address, runtime_env=runtime_env, **common)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise InvalidInputError(f"no connection to Ray at {address!r}: {' '.join(str(error).split())}") from error
    try:
        yield
    finally:
        ray.shutdown()


def _check_address(address: str) -> None:
    """Check that a head answers: Ray itself would try for many minutes."""
    if address == "auto":  # Ray finds the address in its own notes on this machine, or in an environment variable
        return
    if re.fullmatch(r"[^/\s]+:\d+", address) is None:
        raise InvalidInputError(
            f"address must be auto, or a head's host and port such as 10.0.0.1:6379, not {address!r}"
        )
    if Head(address).seconds_silent():
        raise InvalidInputError(f"no Ray cluster answers at {address}: start its head by `ray start --head`")


def import_ray() -> ModuleType:
    """Import Ray.

    Raises:
        InvalidInputError: Ray is not installed.
    """
    try:
        import ray  # noqa: PLC0415 (an optional dependency)
    except ImportError:
        raise InvalidInputError(f"Ray is not installed: {pip_line('ray')}") from None
    module: ModuleType = ray
    return module
