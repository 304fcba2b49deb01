"""How does another process get what evaluates a workload? By its name: only that and its settings travel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paretune.objectives import Objectives
from paretune.workloads.study_file import is_study_file, read_study_file
from paretune.workloads.workload import Evaluate, Workload, load


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
