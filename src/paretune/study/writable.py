"""Can a file be made in a folder? Asked before hours of trainings."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile

from paretune.errors import InvalidInputError


def check_writable(folder: Path, problem: str, remedy: str) -> None:
    """See that a file can be made there, by one that is gone at once: permissions alone do not tell.

    Args:
        folder: one that exists.
        problem: what cannot be done where it cannot.
        remedy: what to do then.

    Raises:
        InvalidInputError: it cannot be made.
    """
    try:
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        where = f"no file can be made in {folder.absolute()} ({error.strerror})"
        raise InvalidInputError(f"{problem}: {where}; {remedy}") from error
