"""The set-up of a workload in another process or on another machine, from its name and settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from paretune.evaluation.contract import Evaluate
from paretune.objectives import Objectives
from paretune.workloads.commands.study_file import is_study_file, read_study_file
from paretune.workloads.installed import entry_point_value, load_workload
from paretune.workloads.workload import Workload


def find_workload(word: str) -> Workload:
    """The workload that a word of the command line names: an installed workload, or a study file.

    Raises:
        InvalidInputError: there is no such workload, or the study file is not valid.
    """
    return read_study_file(word) if is_study_file(word) else load_workload(word)


@dataclass(frozen=True)
class WorkloadSetup:
    """A function without arguments that sets a workload up; only the name and the settings are pickled.

    Args:
        word: the workload's name, or the path of a study file.
        options: all of the workload's options.
        objectives: of the study; their limits may end a trial early.
        data_dir: the user's data folder.
    """

    word: str
    options: Mapping[str, Any]
    objectives: Objectives
    data_dir: Path | None = None

    def __call__(self) -> Evaluate:
        """Set the workload up and return its evaluation.

        Raises:
            ParetuneError: the workload cannot be set up.
        """
        return find_workload(self.word).prepare(self.options, self.data_dir).evaluate_for(self.objectives)

    def workload(self) -> Workload:
        """The workload, with the space and the objectives that it has with these options.

        Raises:
            ParetuneError: it cannot be found, or its data cannot be read.
        """
        found = find_workload(self.word)
        return found if found.tailor is None else found.tailor(self.options, self.data_dir)

    def with_absolute_paths(self) -> WorkloadSetup:
        """The same set-up, for a process of this machine that has another current folder."""
        word = str(Path(self.word).absolute()) if is_study_file(self.word) else self.word
        return replace(self, word=word, data_dir=None if self.data_dir is None else self.data_dir.absolute())


@dataclass(frozen=True)
class RemoteSetup:
    """The set-up of a workload on another machine, and the files that must be sent there.

    Args:
        set_up: for the other machine, with paths relative to ``folder``.
        folder: the current folder on the other machine: the folder of the study file or of the data; None if neither.
        package: the folder of the workload's own package, or the file of its module; None if it is part of Paretune.
    """

    set_up: WorkloadSetup
    folder: Path | None
    package: Path | None = None


def remote_setup(set_up: WorkloadSetup) -> RemoteSetup:
    """Collect what must be sent to another machine."""
    if is_study_file(set_up.word):
        path = Path(set_up.word).absolute()
        return RemoteSetup(replace(set_up, word=f"./{path.name}"), path.parent)
    data = set_up.data_dir or os.environ.get("PARETUNE_DATA")
    word = entry_point_value(set_up.word)
    folder = None if data is None else Path(data).absolute()
    return RemoteSetup(replace(set_up, word=word, data_dir=Path() if data else None), folder, _package(word))


def _package(word: str) -> Path | None:
    """The folder of the package or the file of the module in ``package.module:NAME``; None if it is Paretune's own."""
    name = word.partition(":")[0].partition(".")[0]
    spec = None if name == "paretune" else find_spec(name)
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(spec.submodule_search_locations[0])
    return Path(spec.origin) if spec.has_location and spec.origin else None
