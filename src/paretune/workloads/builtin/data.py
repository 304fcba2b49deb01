"""Where are a workload's data files? In the user's folder, in the cache, or at their public home."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pooch

from paretune.errors import DataError
from paretune.workloads.workload import DataOrigin

TIME_OUT = (3.0, 10.0)  # seconds to connect and between two answers: an offline machine must not hang


class UnreachableError(DataError):
    """The public home cannot be reached, and the files are nowhere else."""


@dataclass(frozen=True)
class Archive:
    """Files with a public home.

    Args:
        name: what a reader calls the data.
        folder: where the files lie in a data folder and in the cache.
        url: where the files lie on the network, without their names.
        sha256: the hash of each file, by file name.
    """

    name: str
    folder: str
    url: str
    sha256: Mapping[str, str]

    @property
    def hint(self) -> str:
        """How a user gives the real data."""
        files = " and ".join(f"{self.folder}/{file}" for file in self.sha256)
        return f"for {self.name} itself pass --data-dir (or set PARETUNE_DATA), a folder that holds {files}"


@dataclass(frozen=True)
class Located:
    """Files on this machine.

    Args:
        paths: by file name, in the archive's order.
        origin: where they came from.
    """

    paths: Mapping[str, Path]
    origin: DataOrigin


def locate(archive: Archive, data_dir: Path | None) -> Located:
    """Find the files of an archive: in the folder that was given, else in the cache, else by download.

    Without ``data_dir``, the environment variable ``PARETUNE_DATA`` gives the folder. The cache is the user's
    own or the folder in ``PARETUNE_CACHE``; each of its files is verified, each time.

    Args:
        archive: what is wanted.
        data_dir: the folder that holds ``archive.folder``; that its files differ from the archive's is no
            error, but said in the origin's notice.

    Raises:
        UnreachableError: no folder was given, nothing is cached and the public home does not answer.
        DataError: a folder was given and lacks a file; or what was downloaded is not what was expected.
    """
    given = data_dir or os.environ.get("PARETUNE_DATA")
    if given:
        return _in_folder(archive, Path(given) / archive.folder)
    paths = {file: _fetch(archive, file) for file in archive.sha256}
    return Located(paths, DataOrigin(archive.name, _joint(archive.sha256)))


def generated(archive: Archive, name: str, sha256: str, reason: str) -> DataOrigin:
    """The origin of data that stand in for an archive's, said aloud.

    Args:
        archive: what they stand in for.
        name: what a reader calls them.
        sha256: of their content.
        reason: why they are used.
    """
    text = f"The data are {name} and not {archive.name} ({reason}); {archive.hint}."
    notice(text)
    return DataOrigin(name, sha256, text)


def cache_folder() -> Path:
    """Where files are kept that can be had again: the user's own cache, or the folder in ``PARETUNE_CACHE``."""
    return Path(os.environ.get("PARETUNE_CACHE") or pooch.os_cache("paretune"))


def notice(text: str) -> None:
    """Tell the user, on standard error, what a number alone would hide."""
    print(f"NOTICE: {text}", file=sys.stderr, flush=True)  # noqa: T201 (the one place that speaks)


def _in_folder(archive: Archive, folder: Path) -> Located:
    paths = {file: folder / file for file in archive.sha256}
    for path in paths.values():
        if not path.is_file():
            raise DataError(f"{path} does not exist; {archive.hint}")
    found = {file: hashlib.sha256(path.read_bytes()).hexdigest() for file, path in paths.items()}
    strange = [str(paths[file]) for file, sha256 in archive.sha256.items() if found[file] != sha256]
    if not strange:
        return Located(paths, DataOrigin(archive.name, _joint(found)))
    text = f"The data are not {archive.name}, but other files of its form: {' and '.join(strange)}."
    notice(text)
    return Located(paths, DataOrigin(f"data in the form of {archive.name}", _joint(found), text))


def _joint(sha256: Mapping[str, str]) -> str:
    return hashlib.sha256("".join(sha256.values()).encode()).hexdigest()


def _fetch(archive: Archive, file: str) -> Path:
    shelf = pooch.create(cache_folder() / archive.folder, f"{archive.url}/", registry=archive.sha256, retry_if_failed=1)
    try:
        return Path(shelf.fetch(file, downloader=pooch.HTTPDownloader(timeout=TIME_OUT)))
    except OSError as error:
        raise UnreachableError(f"{shelf.get_url(file)} cannot be fetched: {type(error).__name__}") from error
    except ValueError as error:
        raise DataError(f"{shelf.get_url(file)} is not the expected {archive.name}: {error}") from error
