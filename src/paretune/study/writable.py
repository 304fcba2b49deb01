"""Check that a file can be created in a folder, before hours of training."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile

from paretune.errors import InvalidInputError


def check_writable(folder: Path, problem: str, remedy: str) -> None:
    """Check that a file can be created in a folder, by a temporary one: permissions alone do not show it.

    Args:
        folder: an existing folder.
        problem: the start of the error message.
        remedy: the end of the error message: what to do.

    Raises:
        InvalidInputError: no file can be created.
    """
    try:
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        where = f"no file can be created in {folder.absolute()} ({error.strerror})"
        raise InvalidInputError(f"{problem}: {where}; {remedy}") from error
