"""The data files of a workload: in the user's folder, in the cache, or downloaded."""

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

TIMEOUT_SECONDS = (3.0, 10.0)  # to connect, and between two answers: an offline machine must not hang


class UnreachableError(DataError):
    """The files cannot be downloaded, and they are not in the cache."""


@dataclass(frozen=True)
class Archive:
    """Files that can be downloaded.

    Args:
        name: of the data, for readers.
        folder: the subfolder of the files in a data folder and in the cache.
        url: of the files, without their names.
        sha256: the hash of each file, by file name.
    """

    name: str
    folder: str
    url: str
    sha256: Mapping[str, str]

    @property
    def hint(self) -> str:
        """A sentence for messages that explains how to supply the real data."""
        files = " and ".join(f"{self.folder}/{file}" for file in self.sha256)
        return f"for {self.name} itself pass --data-dir (or set PARETUNE_DATA), a folder that holds {files}"


@dataclass(frozen=True)
class LocatedFiles:
    """The files of an archive on this machine.

    Args:
        paths: by file name, in the archive's order.
        origin: of the data.
    """

    paths: Mapping[str, Path]
    origin: DataOrigin


def locate(archive: Archive, data_dir: Path | None) -> LocatedFiles:
    """Find the files of an archive: in the given folder, else in the cache, else by download.

    Without ``data_dir``, the environment variable ``PARETUNE_DATA`` gives the folder. The cache is the user's own, or
    the folder in ``PARETUNE_CACHE``; the hash of each cached file is checked each time.

    Args:
        archive: the files to find.
        data_dir: the folder that contains ``archive.folder``. Files that differ from the archive's are allowed; the
            origin's notice mentions it.

    Raises:
        UnreachableError: no folder was given, the files are not cached, and they cannot be downloaded.
        DataError: the given folder lacks a file, or a downloaded file has another hash.
    """
    given = data_dir or os.environ.get("PARETUNE_DATA")
    if given:
        return _in_folder(archive, Path(given) / archive.folder)
    paths = {file: _fetch(archive, file) for file in archive.sha256}
    return LocatedFiles(paths, DataOrigin(archive.name, _joint_hash(archive.sha256)))


def generated_origin(archive: Archive, name: str, sha256: str, reason: str) -> DataOrigin:
    """Make the origin of generated data that replace an archive's, and print a notice.

    Args:
        archive: the data that are replaced.
        name: of the generated data, for readers.
        sha256: of their content.
        reason: why they are used.
    """
    text = f"The data are {name} and not {archive.name} ({reason}); {archive.hint}."
    print_notice(text)
    return DataOrigin(name, sha256, text)


def cache_folder() -> Path:
    """The folder for files that can be downloaded or made again: the user's cache, or ``PARETUNE_CACHE``."""
    return Path(os.environ.get("PARETUNE_CACHE") or pooch.os_cache("paretune"))


def print_notice(text: str) -> None:
    """Print a notice to the user on standard error."""
    print(f"NOTICE: {text}", file=sys.stderr, flush=True)  # noqa: T201 (the one place that prints)


def _in_folder(archive: Archive, folder: Path) -> LocatedFiles:
    paths = {file: folder / file for file in archive.sha256}
    for path in paths.values():
        if not path.is_file():
            raise DataError(f"{path} does not exist; {archive.hint}")
    found = {file: hashlib.sha256(path.read_bytes()).hexdigest() for file, path in paths.items()}
    changed = [str(paths[file]) for file, sha256 in archive.sha256.items() if found[file] != sha256]
    if not changed:
        return LocatedFiles(paths, DataOrigin(archive.name, _joint_hash(found)))
    text = f"The data are not {archive.name}, but other files of its form: {' and '.join(changed)}."
    print_notice(text)
    return LocatedFiles(paths, DataOrigin(f"data in the form of {archive.name}", _joint_hash(found), text))


def _joint_hash(sha256: Mapping[str, str]) -> str:
    return hashlib.sha256("".join(sha256.values()).encode()).hexdigest()


def _fetch(archive: Archive, file: str) -> Path:
    registry = pooch.create(
        cache_folder() / archive.folder, f"{archive.url}/", registry=archive.sha256, retry_if_failed=1
    )
    try:
        return Path(registry.fetch(file, downloader=pooch.HTTPDownloader(timeout=TIMEOUT_SECONDS)))
    except OSError as error:
        raise UnreachableError(f"{registry.get_url(file)} cannot be fetched: {type(error).__name__}") from error
    except ValueError as error:
        raise DataError(f"{registry.get_url(file)} is not the expected {archive.name}: {error}") from error
