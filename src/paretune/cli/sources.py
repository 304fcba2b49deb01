"""Which runs do the names on a command line mean: studies of a storage, or files?"""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paretune.cli.options import goals_of
from paretune.cli.options import limits as limits_of
from paretune.errors import InvalidInputError

if TYPE_CHECKING:
    from paretune.objectives import Objectives
    from paretune.report import Run
    from paretune.study import Stored


@dataclass(frozen=True)
class Sources:
    """Where to look for runs, and what is wanted of them.

    Args:
        storage: of the studies.
        csv: whether all names are files.
        goals: the objectives of files; None where nothing was said of them.
        at_least: limits that replace or add to what there are.
        at_most: likewise.
        ignored: columns of files that are no parameters.
    """

    storage: str
    csv: bool
    goals: Objectives | None
    at_least: Mapping[str, float]
    at_most: Mapping[str, float]
    ignored: Sequence[str]

    def sides(self, *names: Sequence[str]) -> list[list[Run]]:
        """The runs of each side. A name may be a pattern, such as ``bayes-*``, of several runs with different seeds.

        Raises:
            InvalidInputError: objectives are said of no file, or of a file none are; a file cannot be read.
            StudyNotFoundError: there is no such study.
        """
        from paretune.trials import check_columns

        files = [[path for name in side if self._is_file(name) for path in _paths(name)] for side in names]
        if not any(files):
            self._refuse_words_of_files()
        check_columns(list(chain(*files)), self.ignored)
        studies = [[name for name in side if not self._is_file(name)] for side in names]
        stored = [[study for name in side for study in self._studies(name)] for side in studies]
        goals = self._goals_of_files(list(chain(*stored)), list(chain(*files)))
        return [
            [self.of_study(study) for study in side] + (self._of_files(paths, goals) if goals and paths else [])
            for side, paths in zip(stored, files, strict=True)
        ]

    def _is_file(self, name: str) -> bool:
        return self.csv or name.endswith((".csv", ".csv.gz"))

    def _refuse_words_of_files(self) -> None:
        for option, given in (("--maximize and --minimize are", self.goals), ("--ignore is", self.ignored)):
            if given:
                raise InvalidInputError(f"{option} for a CSV file: name one that ends in .csv, or add --csv")

    def _studies(self, name: str) -> list[Stored]:
        from paretune.study import load, matching

        return [load(match, self.storage) for match in matching(name, self.storage)]

    def _goals_of_files(self, stored: Sequence[Stored], paths: Sequence[Path]) -> Objectives | None:
        """What is wanted of files: as said, else as the study wants that they are compared with."""
        if self.goals is None and paths and not stored:
            from paretune.trials.csv_file import read_csv

            columns = ", ".join(read_csv(paths[0]).columns)
            raise InvalidInputError(
                f"{paths[0]}: say what is wanted by --maximize COLUMN and --minimize COLUMN; its columns are {columns}"
            )
        return self.goals or (stored[0].trials.objectives if stored else None)

    def of_study(self, study: Stored) -> Run:
        """A stored study's run, with what its best were when they were trained again."""
        from paretune.study import load_refit

        refit = load_refit(study.name, self.storage)
        return self._run(study, None if refit is None else self._run(refit))

    def _run(self, study: Stored, refit: Run | None = None) -> Run:
        from paretune.report import Run

        wanted = study.trials.objectives.limited(self.at_least, self.at_most)
        return Run(study.name, study.trials.judged_by(wanted), study.origin, study.n_unfit, refit)

    def _of_files(self, paths: Sequence[Path], goals: Objectives) -> list[Run]:
        from paretune.report import Run
        from paretune.trials import runs_from_csv
        from paretune.trials.csv_file import title

        runs = runs_from_csv(paths, goals.limited(self.at_least, self.at_most), ignore=self.ignored)
        is_clear = len({title(path) for path in paths}) == len(paths)
        return [
            Run(title(path) if is_clear else str(path), trials, _origin(path, self.ignored))
            for path, trials in zip(paths, runs, strict=True)
        ]


def sources(
    storage: str,
    csv: bool,
    goals: tuple[Sequence[str] | None, Sequence[str] | None, Sequence[str] | None],
    limits: tuple[Sequence[str] | None, Sequence[str] | None],
    ignored: Sequence[str] | None,
) -> Sources:
    """What the options say.

    Args:
        storage: of the studies.
        csv: whether all names are files.
        goals: the words of ``--maximize``, ``--minimize`` and ``--unit``.
        limits: those of ``--at-least`` and ``--at-most``.
        ignored: those of ``--ignore``.
    """
    return Sources(storage, csv, goals_of(*goals), *limits_of(*limits), list(ignored or ()))


def _paths(name: str) -> list[Path]:
    """The files of a name; where none match a pattern, it is the name of a file that is not there."""
    return [Path(path) for path in sorted(glob.glob(name))] or [Path(name)]  # noqa: PTH207 (absolute patterns, too)


def _origin(path: Path, ignored: Sequence[str]) -> dict[str, Any]:
    from paretune.trials.csv_file import title

    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"study": title(path), "data": {"name": str(path), "sha256": digest}, "ignored": list(ignored)}
