"""The names that a command line may use: workloads, searchers, studies. Each is found without a heavy import.

A wrong name is refused, and a name is completed, before NumPy, Optuna or PyTorch are loaded.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from paretune.app.source_names import is_csv_name
from paretune.errors import InvalidInputError, did_you_mean, study_not_found

DEFAULT_STORAGE = "paretune.db"
SEARCHERS = (
    *("bayes", "random", "sobol", "grid", "annealing", "evolution", "cma-es", "pshe2", "hazero", "population"),
    *("gp", "tpe", "nsga2", "nsga3"),
)
SCHEDULERS = ("none", "asha", "bayes", "halving", "hyperband", "median")
TRACKERS = ("tensorboard", "mlflow", "wandb")
MAX_WORKERS = 1000  # of a run: a larger number is a slip, and would take a machine down
_BUSY_SECONDS = 5  # a longer wait would hold up the completion of a name


def workload_names() -> list[str]:
    """Return the names of the installed workloads."""
    from importlib.metadata import entry_points

    return sorted({point.name for point in entry_points(group="paretune.workloads")})


def check_workload_name(word: str) -> None:
    """Check that a word may name a workload: an installed one, a location in a module, or an existing study file.

    Raises:
        InvalidInputError: there is no such workload, or no such file.
    """
    if word.endswith((".yaml", ".yml")) or "/" in word:
        if not Path(word).exists():
            near = did_you_mean(Path(word).name, _study_files(Path(word).parent))
            raise InvalidInputError(f"there is no file {word}{near}: give the path of a study file")
        return
    names = workload_names()
    if ":" not in word and word not in names:
        near = did_you_mean(word, [*names, *_study_files(Path())])
        raise InvalidInputError(
            f"no workload {word!r}{near}; there are {', '.join(names)}, and files such as ./study.yaml"
        )


def _study_files(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
    except OSError:
        return []


def stored_study_names(storage: str) -> list[str] | None:
    """Return the names of the studies in an SQLite file; None if the storage is something else, or does not answer.

    Args:
        storage: path or URL of the storage.
    """
    path = _sqlite_path(storage)
    if path is None or not path.is_file():
        return None
    url = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(url, uri=True, timeout=_BUSY_SECONDS)) as database:
            return [str(name) for (name,) in database.execute("select study_name from studies order by study_id")]
    except (sqlite3.Error, UnicodeError):
        return None


def _sqlite_path(storage: str) -> Path | None:
    if "://" in storage and (not storage.startswith("sqlite:///") or "?" in storage):
        return None
    return Path(storage.removeprefix("sqlite:///"))


def check_sources(names: Sequence[str], storage: str, *, is_csv: bool) -> None:
    """Check that files and studies of a report exist, as far as that is known at once; a pattern is not checked.

    Args:
        names: of studies or CSV files.
        storage: path or URL of the storage.
        is_csv: whether all names are files.

    Raises:
        InvalidInputError: a file does not exist.
        StudyNotFoundError: the storage has no study of one of these names.
    """
    plain = [name for name in names if not set(name) & set("*?[")]
    for name in plain:
        if is_csv or is_csv_name(name):
            check_file(Path(name))
    studies = [name for name in names if not is_csv and not is_csv_name(name)]
    if studies:
        check_stored(storage, [name for name in studies if name in plain])


def check_file(path: Path | None) -> None:
    """Check that a file that is read exists; None is no file.

    Raises:
        InvalidInputError: it does not exist, is a folder, or is a device or a pipe.
    """
    if path is None or path.is_file():
        return
    if path.is_dir():
        raise InvalidInputError(f"{path} is a folder: name a file in it")
    if path.exists():
        from paretune.argument_checks import check_regular_file

        check_regular_file(path)
    folder = path.parent
    near = did_you_mean(path.name, [each.name for each in folder.iterdir()]) if folder.is_dir() else ""
    raise InvalidInputError(f"there is no file {path}{near}: give the path of a file")


def check_output_file(path: Path | None) -> None:
    """Check that a file that is written can be one; None is no file.

    Raises:
        InvalidInputError: it is a folder, or its folder does not exist.
    """
    if path is None:
        return
    if path.is_dir():
        raise InvalidInputError(f"cannot write {path}: it is a folder; name a file in it")
    if not path.absolute().parent.is_dir():
        raise InvalidInputError(f"cannot write {path}: there is no folder {path.parent}; create it first")


def check_output_folder(folder: Path | None) -> None:
    """Check that a folder that is written to can be one; None is no folder.

    Raises:
        InvalidInputError: it, or a folder above it, is a file.
    """
    if folder is None:
        return
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not nearest.is_dir():
        raise InvalidInputError(f"--out {folder} cannot be created: {nearest} is a file; name a folder for the report")


def check_storage_word(storage: str) -> str:
    """Return the path or URL of a storage.

    Raises:
        InvalidInputError: it is empty, its folder does not exist, or it is a folder itself.
    """
    if not storage.strip():
        raise InvalidInputError("--storage is empty (is a shell variable not set?): give a file, or leave it out")
    if (path := _sqlite_path(storage)) is not None:
        check_storage_folder(path)
    return storage


def check_storage_folder(path: Path) -> None:
    """Check that the path of a storage can be one of a file.

    Raises:
        InvalidInputError: its folder does not exist, or it is a folder itself.
    """
    if not path.absolute().parent.is_dir():
        raise InvalidInputError(f"there is no folder {path.absolute().parent} for {path.name}: create it first")
    if path.is_dir():
        raise InvalidInputError(f"{path} is a folder: give a file in it, such as {path / DEFAULT_STORAGE}")


def check_stored(storage: str, studies: Sequence[str] = ()) -> None:
    """Check that the file of a storage exists, and has studies of these names, as far as both are known at once.

    Args:
        storage: path or URL of the storage.
        studies: names of studies.

    Raises:
        InvalidInputError: the file does not exist.
        StudyNotFoundError: it has no study of one of these names.
    """
    path = _sqlite_path(storage)
    if path is not None and not path.exists():
        raise InvalidInputError(f"there is no file {path}: give the storage of the study with --storage")
    known = stored_study_names(storage) if studies else None
    missing = [name for name in studies if known and name not in known]
    if known and missing:
        raise study_not_found(missing[0], known)
