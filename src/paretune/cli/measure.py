"""`paretune measure-lock`: run a command that measures, with its device to itself."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from paretune.errors import InvalidInputError


def measure_lock(
    command: Annotated[list[str], typer.Argument(metavar="-- COMMAND ...", help="The command and its arguments.")],
    device: Annotated[str, typer.Option(help="cpu (all cores), cuda, cuda:<index> or cuda:<UUID>.")] = "cpu",
) -> None:
    """Run a command while no training of Paretune's uses the device; the exit code is the command's.

    It waits until the trainings that run have let go of the device, between two of their steps, and they wait until
    the command and all that it started has ended.
    """
    from paretune.measure import exclusive

    if sys.platform == "win32":
        raise InvalidInputError("measure-lock works on Linux and macOS only: use WSL")
    with exclusive(device) as use:
        use.hand_down()
        sys.stdout.flush()
        try:
            os.execvp(command[0], command)  # noqa: S606 (the command takes this process's place, and so the lock)
        except OSError as error:
            raise InvalidInputError(f"{command[0]} cannot be run: {error.strerror}") from error
