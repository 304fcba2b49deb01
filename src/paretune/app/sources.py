"""Find the runs that a user names: studies in a storage, or CSV files."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, combinations
from pathlib import Path
from typing import Any

from paretune.app.columns import describe_roles
from paretune.app.source_names import is_csv_name
from paretune.errors import InvalidInputError
from paretune.objectives import Objectives
from paretune.reports import Run
from paretune.study import StudyView, load, load_refit, match_study_names, open_storage
from paretune.trials import ColumnChoice, ColumnRoles, csv_column_roles, require_columns, runs_from_csv
from paretune.trials.csv_file import file_stem, read_csv


@dataclass(frozen=True)
class Sources:
    """Where to find runs, and what to apply to them.

    Args:
        storage: path or URL of the storage of the studies.
        is_csv: whether all names are files.
        objectives: objectives of the files; None if unknown.
        at_least: limits by objective; they replace the limits of a study or add to them.
        at_most: likewise.
        ignored: columns of files that are left out.
        parameters: columns of files that are parameters, whatever speaks against it.
        metrics: columns of files that are no parameters.
        units: units by objective, of the files, and of studies whose objective has no unit of its own.
    """

    storage: str
    is_csv: bool = False
    objectives: Objectives | None = None
    at_least: Mapping[str, float] = field(default_factory=dict)
    at_most: Mapping[str, float] = field(default_factory=dict)
    ignored: Sequence[str] = ()
    parameters: Sequence[str] = ()
    metrics: Sequence[str] = ()
    units: Mapping[str, str] = field(default_factory=dict)

    def find_runs(self, *groups: Sequence[str]) -> list[list[Run]]:
        """Return the runs of each group of names.

        A name may be a pattern such as ``bayes-*``. It then means several runs with different seeds. A run that
        several names of a group mean counts once.

        Raises:
            InvalidInputError: a run is in two groups; objectives were given but there is no file, or the other way
                round; or a file cannot be read.
            StudyNotFoundError: there is no such study.
        """
        files = self._files(groups)
        if not any(files):
            self._refuse_file_options()
        _check_no_shared_run([[(str(path), path.resolve()) for path in paths] for paths in files])
        require_columns(list(chain(*files)), self._choice.names)
        matches = [self._match_studies(names) for names in groups]
        _check_no_shared_run([[(name, name) for name in names] for names in matches])
        studies = [[load(match, self._opened) for match in names] for names in matches]
        if not any(files):
            self._check_units(list(chain(*studies)))
        objectives = self._file_objectives(list(chain(*studies)), list(chain(*files)))
        roles = self._column_roles(list(chain(*files)), objectives, list(chain(*studies)))
        return [
            [self.study_run(study) for study in stored]
            + (self._file_runs(paths, objectives, roles) if objectives else [])
            for stored, paths in zip(studies, files, strict=True)
        ]

    def describe_columns(self, *groups: Sequence[str]) -> str:
        """Say in a line what the columns of the files are taken as; empty if there is no doubt.

        Args:
            groups: names as for `find_runs`, which has accepted them.
        """
        paths = list(chain(*self._files(groups)))
        if not paths:
            return ""
        studies = [load(match, self._opened) for names in groups for match in self._match_studies(names)]
        objectives = self._file_objectives(studies, paths)
        return describe_roles(paths, self._column_roles(paths, objectives, studies))

    def study_run(self, study: StudyView) -> Run:
        """Return the run of a stored study, together with its refit if there is one."""
        refit = load_refit(study.name, self._opened)
        return self._run(study, None if refit is None else self._run(refit))

    @cached_property
    def _opened(self) -> Any:
        """The storage, opened once."""
        return open_storage(self.storage, must_exist=True)

    @property
    def _choice(self) -> ColumnChoice:
        return ColumnChoice(self.parameters, self.metrics, self.ignored)

    def _files(self, groups: Sequence[Sequence[str]]) -> list[list[Path]]:
        """Return the files of each group, each once, whatever path leads to it."""
        found = [[path for name in names if self._is_file(name) for path in _expand(name)] for names in groups]
        return [list({path.resolve(): path for path in paths}.values()) for paths in found]

    def _match_studies(self, names: Sequence[str]) -> list[str]:
        """Return the names of the studies that some names mean, each once."""
        studies = [name for name in names if not self._is_file(name)]
        return list(dict.fromkeys(match for name in studies for match in match_study_names(name, self._opened)))

    def _column_roles(
        self, paths: Sequence[Path], objectives: Objectives | None, studies: Sequence[StudyView]
    ) -> ColumnRoles:
        """Return the roles of the columns of all files; the parameters of a study are parameters in a file, too."""
        known = {name for study in studies for name in study.trials.space}
        return csv_column_roles(paths, objectives.names if objectives else (), self._choice, known)

    def _is_file(self, name: str) -> bool:
        return self.is_csv or is_csv_name(name)

    def _refuse_file_options(self) -> None:
        for options, given in (
            ("--maximize and --minimize are", self.objectives),
            ("--ignore is", self.ignored),
            ("--parameter is", self.parameters),
            ("--metric is", self.metrics),
        ):
            if given:
                raise InvalidInputError(f"{options} for a CSV file: name one that ends in .csv, or add --csv")

    def _check_units(self, studies: Sequence[StudyView]) -> None:
        """Check that no study has an objective in another unit than the given one."""
        for study in studies:
            for goal in study.trials.objectives:
                if goal.unit and self.units.get(goal.name, goal.unit) != goal.unit:
                    raise InvalidInputError(
                        f"study {study.name!r} has {goal.name} in {goal.unit}, not in {self.units[goal.name]}: "
                        "leave --unit out"
                    )

    def _file_objectives(self, studies: Sequence[StudyView], paths: Sequence[Path]) -> Objectives | None:
        """Return the objectives of files: the given ones, or those of the first study."""
        if self.objectives is None and paths and not studies:
            columns = ", ".join(read_csv(paths[0]).columns)
            raise InvalidInputError(
                f"the objectives of {paths[0]} are unknown: name columns with --maximize COLUMN and --minimize COLUMN; "
                f"its columns are {columns}"
            )
        return self.objectives or (studies[0].trials.objectives if studies else None)

    def _run(self, study: StudyView, refit: Run | None = None) -> Run:
        objectives = self._adapt(study.trials.objectives)
        trials = study.trials.with_objectives(objectives)
        errors = {number: record.get("error") for number, record in study.records.items()}
        messages = {number: str(error) for number, error in errors.items() if error}
        return Run(study.name, trials, study.origin, study.n_unfit, refit, study.n_begun, messages)

    def _adapt(self, objectives: Objectives) -> Objectives:
        """Return objectives with the given limits, and with the given units if they have none of their own."""
        unknown = [name for name in self.units if name not in objectives.names]
        if unknown:
            raise InvalidInputError(
                f"--unit names {unknown[0]!r}, which is no objective: they are {', '.join(objectives.names)}"
            )
        limited = objectives.with_limits(self.at_least, self.at_most)
        return Objectives([replace(goal, unit=goal.unit or self.units.get(goal.name, "")) for goal in limited])

    def _file_runs(self, paths: Sequence[Path], objectives: Objectives, roles: ColumnRoles) -> list[Run]:
        if not paths:
            return []
        units = [replace(goal, unit=self.units.get(goal.name, goal.unit)) for goal in objectives]
        runs = runs_from_csv(paths, self._adapt(Objectives(units)), roles=roles)
        has_unique_titles = len({file_stem(path) for path in paths}) == len(paths)
        return [
            Run(file_stem(path) if has_unique_titles else str(path), trials, _origin(path, self.ignored))
            for path, trials in zip(paths, runs, strict=True)
        ]


def _check_no_shared_run(groups: Sequence[Sequence[tuple[str, Any]]]) -> None:
    """Check that the sides of a comparison have no run in common; each run is its name and what identifies it."""
    for ours, theirs in combinations(groups, 2):
        keys = {key for _, key in theirs}
        shared = [name for name, key in ours if key in keys]
        if shared:
            raise InvalidInputError(f"{shared[0]} is on both sides of the comparison: compare it with another one")


def _expand(pattern: str) -> list[Path]:
    """Return the files that match; the pattern itself if none does, for the message that there is no such file."""
    return [Path(path) for path in sorted(glob.glob(pattern))] or [Path(pattern)]  # noqa: PTH207 (absolute patterns, too)


def _origin(path: Path, ignored: Sequence[str]) -> dict[str, Any]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"study": file_stem(path), "data": {"name": str(path), "sha256": digest}, "ignored": list(ignored)}
