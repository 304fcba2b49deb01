"""How do nodes get what a trial needs? By Ray's runtime environment: our code, the workload's, and its data."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from paretune.errors import InvalidInputError
from paretune.execution.on_ray.head import Head

_PARETUNE = Path(__file__).parents[2]
# What a run leaves beside a study file, and what an environment is made of: no node needs it.
_LEFT_BEHIND = ["*.db", "*.db-wal", "*.db-shm", "*.db-*-logs", "*-tensorboard", ".git", ".venv", "__pycache__"]


@contextmanager
def connected(address: str | None, folder: Path | None = None, packages: Sequence[Path] = ()) -> Iterator[None]:
    """A connection to a Ray cluster, to which code and data are sent; or a Ray of this machine, which ends with it.

    A connection that is there already is used as it is, and left open.

    Args:
        address: as `ray.init` takes it, such as ``auto`` or ``10.0.0.1:6379``; None for a Ray of this machine.
        folder: becomes the current folder of each worker on the cluster's nodes; what a ``.gitignore`` or
            ``.rayignore`` in it names stays behind. Not used on this machine.
        packages: folders of packages, or files of modules, that the nodes may lack, beside Paretune itself.

    Raises:
        InvalidInputError: Ray is not installed, there is no cluster at this address or it has other versions, or the
            folder is too large to be sent.
    """
    ray = load()
    if ray.is_initialized():
        yield
        return
    common: dict[str, Any] = {"log_to_driver": False, "logging_level": "error"}
    if address is None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # the user has not asked for a cluster that calls home
        ray.init(address="local", include_dashboard=False, **common)
    else:
        sent: dict[str, Any] = {"py_modules": [str(path) for path in (_PARETUNE, *packages)]}
        if folder is not None:
            sent |= {"working_dir": str(folder), "excludes": _LEFT_BEHIND}
        _see_that_it_answers(address)
        try:
            ray.init(address=address, runtime_env=sent, **common)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise InvalidInputError(f"no connection to Ray at {address!r}: {' '.join(str(error).split())}") from error
    try:
        yield
    finally:
        ray.shutdown()


def _see_that_it_answers(address: str) -> None:
    """Ray itself would try for many minutes."""
    if address == "auto":  # as Ray has noted on this machine, or an environment variable says
        return
    if re.fullmatch(r"[^/\s]+:\d+", address) is None:
        raise InvalidInputError(
            f"address must be auto, or a head's host and port such as 10.0.0.1:6379, not {address!r}"
        )
    if Head(address).silence:
        raise InvalidInputError(f"no Ray cluster answers at {address}: start its head by `ray start --head`")


def load() -> ModuleType:
    """The package Ray.

    Raises:
        InvalidInputError: it is not installed.
    """
    try:
        import ray  # noqa: PLC0415 (an extra, loaded when it is asked for)
    except ImportError:
        raise InvalidInputError('Ray is not installed: pip install "paretune[ray]"') from None
    module: ModuleType = ray
    return module
