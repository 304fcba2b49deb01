"""How are trials kept in the repository, and gone on from? By ``paretune export`` and ``paretune import``."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from paretune.cli import main
from paretune.cli.read import Format, export
from paretune.study import facts_of, load, open_storage
from tenfold.protocol import Scale


def paretune(*words: object) -> None:
    """Run a command as a user would, and show it.

    Raises:
        SystemExit: it failed.
    """
    told = [str(word) for word in words]
    print("$", shlex.join(["paretune", *told]), flush=True)  # noqa: T201 (a command)
    own, sys.argv = sys.argv, ["paretune", *told]  # a study notes how it was started
    try:
        main()
    except SystemExit as ended:
        if ended.code:
            raise
    finally:
        sys.argv = own


def trials_file(scale: Scale, study: str) -> Path:
    """Where a study's trials are kept."""
    return scale.results / f"{study}.csv.gz"


def origin_file(scale: Scale, study: str) -> Path:
    """Where it is kept who made them."""
    return scale.results / f"{study}.json"


def keep(scale: Scale, studies: Sequence[str]) -> None:
    """Write the trials of studies, each file as a whole: they can be committed at any moment."""
    for study in studies:
        for path, format_ in ((trials_file(scale, study), Format.csv), (origin_file(scale, study), Format.origin)):
            written = path.with_name(f".{path.name}")
            export(study, str(scale.storage), format_, front=False, output=written)
            written.replace(path)


def restore(scale: Scale, data_dir: Path | None) -> None:
    """Make the studies of the kept trials that the database does not have.

    Raises:
        SystemExit: the database has fewer trials of a study than are kept.
    """
    for path in sorted(scale.results.glob("*.csv.gz")):
        study = path.name.removesuffix(".csv.gz")
        origin = origin_file(scale, study)
        if facts_of(open_storage(str(scale.storage)), study) is None:
            where = ("--storage", scale.storage, *(() if data_dir is None else ("--data-dir", data_dir)))
            paretune("import", path, scale.workload, "--origin", origin, "--study", study, *where)
        elif len(load(study, scale.storage).trials) < len(pd.read_csv(path)):
            sys.exit(f"{path} has more trials than {scale.storage}: delete the database, it is made anew of the files")
