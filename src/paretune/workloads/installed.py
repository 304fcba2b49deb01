"""The workloads that are installed: those of this package and of other packages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from paretune.argument_checks import TEXT, check_arguments
from paretune.errors import InvalidInputError, did_you_mean
from paretune.workloads.workload import Workload

_GROUP = "paretune.workloads"


def installed_workloads() -> dict[str, Callable[[], Workload]]:
    """The installed workloads by name; each is loaded when its value is called.

    Any package can add workloads by entry points of the group ``paretune.workloads``; their values are `Workload`s.
    """
    return {point.name: point.load for point in sorted(entry_points(group=_GROUP))}


def load_workload(name: str) -> Workload:
    """Load a workload by its name, or by its location such as ``package.module:WORKLOAD``.

    A module is looked for in the current folder first, as by ``python -m``.

    Raises:
        InvalidInputError: there is no such workload (the message lists those that are installed), or it cannot be
            loaded.
    """
    check_arguments(name=(name, TEXT))
    known = installed_workloads()
    if ":" in name:
        point = EntryPoint(name, name, _GROUP)
        if not point.pattern.match(name):
            raise InvalidInputError(f"no workload {name!r}: expected a location such as package.module:WORKLOAD")
        _import_from_current_folder()
        known = {name: point.load}
    if name not in known:
        near = did_you_mean(name, known)
        raise InvalidInputError(
            f"no workload {name!r}{near}; there are {', '.join(known)}, and files such as ./study.yaml"
        )
    try:
        workload = known[name]()
    except (Exception, SystemExit) as error:  # a user's module may raise anything
        raise InvalidInputError(f"the workload {name!r} cannot be loaded: {type(error).__name__}: {error}") from error
    if not isinstance(workload, Workload):
        raise InvalidInputError(f"the entry point {name!r} of {_GROUP} must be a Workload, but is {workload!r}")
    return workload


def _import_from_current_folder() -> None:
    """Let imports look in the current folder first; a workload may import its neighbours later."""
    folder = str(Path.cwd())
    if folder not in sys.path:
        sys.path.insert(0, folder)


def entry_point_value(name: str) -> str:
    """The location of an installed workload, such as ``package.module:WORKLOAD``; other names stay unchanged."""
    return next((point.value for point in entry_points(group=_GROUP) if point.name == name), name)
