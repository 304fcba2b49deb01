"""The rule by which a name of the command line means a study or a CSV file; every command has it."""

from __future__ import annotations

from paretune.errors import InvalidInputError


def is_csv_name(name: str) -> bool:
    """Whether a name means a CSV file, not a study: it ends in ``.csv`` or ``.csv.gz``.

    Example:
        >>> is_csv_name("nets.csv"), is_csv_name("old/nets.CSV.gz"), is_csv_name("nets")
        (True, True, False)
    """
    return name.lower().endswith((".csv", ".csv.gz"))


def check_study_name(name: str, remedy: str = "name a study, or make one of the file with `paretune import`") -> str:
    """Return the name of a study, for a command that takes no file.

    Args:
        name: what the user gave.
        remedy: what to do if it means a file.

    Raises:
        InvalidInputError: the name means a CSV file.
    """
    if is_csv_name(name):
        raise InvalidInputError(f"{name!r} means a CSV file, since it ends in .csv, and not a study: {remedy}")
    return name
