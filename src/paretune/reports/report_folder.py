"""The folder of a report: which of its files an earlier report wrote, and how a new report replaces them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from paretune.errors import InvalidInputError

NUMBERS_FILE = "report.json"
TRIALS_FILE, FILM_FILE = "report-trials.csv", "film.svg"
_PICTURES = ("front", "growth", "cost", "region", "feasible", "curves", "signals", "parallel", "importance", "search")
FILE_NAMES = (
    *("report.html", "report.md", NUMBERS_FILE, TRIALS_FILE),
    *(f"{name}.svg" for name in _PICTURES),
    FILM_FILE,
)
_OLD_PICTURES = ("front", "region", "density", "growth", "feasible", "parallel", "importance", "search")
_OLD_NAMES = ("report.html", "report.md", NUMBERS_FILE, *(f"{name}.png" for name in _OLD_PICTURES), "search.gif")
_REPORT_KEYS = {"headline", "counts", "efficient", "hypervolume"}


def check_no_foreign_file(folder: Path) -> None:
    """Check that a report in a folder would overwrite only files of an earlier report.

    Raises:
        InvalidInputError: the folder has a file with the name of a report's file that no report wrote.
    """
    earlier = earlier_files(folder)
    foreign = [name for name in FILE_NAMES if name not in earlier and _exists(folder / name)]
    if foreign:
        raise InvalidInputError(
            f"the report would overwrite {folder / foreign[0]}, which no report has written: choose another --out, "
            "or move that file"
        )


def earlier_files(folder: Path) -> tuple[str, ...]:
    """Return the names of the files that an earlier report wrote to a folder; empty if there is none.

    ``report.json`` lists them. A report of a version without that list wrote files of `_OLD_NAMES` only. No other
    name counts, whatever the file says.
    """
    try:
        content = json.loads((folder / NUMBERS_FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return ()
    if not isinstance(content, dict) or not set(content) >= _REPORT_KEYS:
        return ()
    listed = content.get("files", _OLD_NAMES)
    known = dict.fromkeys((*FILE_NAMES, *_OLD_NAMES))
    return tuple(name for name in known if name in listed) if isinstance(listed, (list, tuple)) else ()


def replace_files(folder: Path, content: Mapping[str, bytes]) -> None:
    """Write the files of a report, and remove those of an earlier report that the new one does not have.

    ``report.json`` is written first: after an interruption it lists every file of the new report.

    Args:
        folder: an existing folder.
        content: the contents by file name.

    Raises:
        InvalidInputError: a file would be overwritten that no report wrote.
        OSError: a file cannot be written or removed.
    """
    check_no_foreign_file(folder)
    for name in earlier_files(folder):
        if name not in content:
            (folder / name).unlink(missing_ok=True)
    for name in sorted(content, key=lambda name: name != NUMBERS_FILE):
        (folder / name).write_bytes(content[name])


def _exists(path: Path) -> bool:
    """Whether there is a file, a folder, or a link, also one that leads nowhere."""
    return path.exists() or path.is_symlink()
