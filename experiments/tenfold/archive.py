"""The archive of trials in the repository: write with ``paretune export``, restore with ``paretune import``."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from paretune.app.export import ExportFormat, export_study
from paretune.app.import_trials import ImportRequest, import_trials
from paretune.study import load, open_storage, read_facts
from tenfold.protocol import Scale


def command_line() -> str:
    """Return the command line of this process, which a study records."""
    return shlex.join(["python", *sys.argv])


def trials_file(scale: Scale, study: str) -> Path:
    """Return the path of a study's archived trials."""
    return scale.results / f"{study}.csv.gz"


def origin_file(scale: Scale, study: str) -> Path:
    """Return the path of the file that records the origin of a study's trials."""
    return scale.results / f"{study}.json"


def archive_studies(scale: Scale, studies: Sequence[str]) -> None:
    """Write the trials of studies to the archive. Each file is replaced as a whole, so it can be committed any time."""
    for study in studies:
        for path, format_ in (
            (trials_file(scale, study), ExportFormat.csv),
            (origin_file(scale, study), ExportFormat.origin),
        ):
            temporary = path.with_name(f".{path.name}")
            export_study(study, str(scale.storage), temporary, format_)
            temporary.replace(path)


def restore_studies(scale: Scale, data_dir: Path | None) -> None:
    """Import the archived studies that are missing from the database.

    Raises:
        SystemExit: the database has fewer trials of a study than the archive.
    """
    for path in sorted(scale.results.glob("*.csv.gz")):
        study = path.name.removesuffix(".csv.gz")
        origin = origin_file(scale, study)
        if read_facts(open_storage(str(scale.storage)), study) is None:
            request = ImportRequest(
                path,
                str(scale.storage),
                scale.workload,
                study,
                data_dir=data_dir,
                origin=origin,
                command=command_line(),
            )
            import_trials(request)
        elif len(load(study, scale.storage).trials) < len(pd.read_csv(path)):
            sys.exit(f"{path} has more trials than {scale.storage}: delete the database; it is restored from the files")
