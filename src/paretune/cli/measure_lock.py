"""`paretune measure-lock`: run a measuring command while it has a device to itself."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from paretune.errors import InvalidInputError


def measure_lock(
    command: Annotated[list[str], typer.Argument(metavar="-- COMMAND ...", help="The command and its arguments.")],
    device: Annotated[
        str, typer.Option(metavar="NAME", help="The device: cpu (all cores), cuda, cuda:<index> or cuda:<UUID>.")
    ] = "cpu",
) -> None:
    """Run a command while no training of Paretune uses the device. The exit code is the command's.

    The command starts when the running trainings have released the device, between two of their steps. They continue
    when the command and every process that it started have ended.
    """
    if not command[0]:
        raise InvalidInputError("the command is empty: give a program and its arguments after --")
    from paretune.measure import exclusive_device

    if sys.platform == "win32":
        raise InvalidInputError("measure-lock works on Linux and macOS only: use WSL")
    with exclusive_device(device) as use:
        use.keep_across_exec()
        sys.stdout.flush()
        try:
            os.execvp(command[0], command)  # noqa: S606 (the command replaces this process and so keeps the lock)
        except OSError as error:
            raise InvalidInputError(f"{command[0]} cannot be run: {error.strerror}") from error
