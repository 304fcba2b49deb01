"""How does another process get what evaluates a workload? By its name: only that and its settings travel.

To another machine its files travel, too.
"""

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
from paretune.workloads.workload import Workload, load, place


def find(word: str) -> Workload:
    """The workload that a word of the command line means: an installed one's name, or a study file.

    Raises:
        InvalidInputError: there is none, or the file does not fit.
    """
    return read_study_file(word) if is_study_file(word) else load(word)


@dataclass(frozen=True)
class SetUp:
    """Sets a workload up wherever it is called.

    Args:
        word: its name, or the path of a study file.
        options: its options, all of them.
        objectives: the study's, whose limits may end a trial early.
        data_dir: the user's data folder.
    """

    word: str
    options: Mapping[str, Any]
    objectives: Objectives
    data_dir: Path | None = None

    def __call__(self) -> Evaluate:
        """What evaluates.

        Raises:
            ParetuneError: it cannot be set up.
        """
        return find(self.word).prepare(self.options, self.data_dir).within(self.objectives)

    def here(self) -> SetUp:
        """The same, for a process of this machine that has another current folder."""
        word = str(Path(self.word).absolute()) if is_study_file(self.word) else self.word
        return replace(self, word=word, data_dir=None if self.data_dir is None else self.data_dir.absolute())


@dataclass(frozen=True)
class Luggage:
    """What sets a workload up on another machine.

    Args:
        set_up: for there.
        folder: what must be the current folder there: of the study file, or the workload's data.
        package: folder of the workload's own package, or file of its module; None where it is Paretune.
    """

    set_up: SetUp
    folder: Path | None
    package: Path | None = None


def packed(set_up: SetUp) -> Luggage:
    """What must travel with it."""
    if is_study_file(set_up.word):
        path = Path(set_up.word).absolute()
        return Luggage(replace(set_up, word=f"./{path.name}"), path.parent)
    data = set_up.data_dir or os.environ.get("PARETUNE_DATA")
    word = place(set_up.word)
    folder = None if data is None else Path(data).absolute()
    return Luggage(replace(set_up, word=word, data_dir=Path() if data else None), folder, _package(word))


def _package(word: str) -> Path | None:
    """What a place such as ``package.module:NAME`` is in, a folder or a file, unless it is Paretune's own."""
    name = word.partition(":")[0].partition(".")[0]
    spec = None if name == "paretune" else find_spec(name)
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(spec.submodule_search_locations[0])
    return Path(spec.origin) if spec.has_location and spec.origin else None
