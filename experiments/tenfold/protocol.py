"""What is run at which scale? An experiment's ``scales.yaml``, in which its protocol stands for the machine."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_CLAIM = {"bayes", "random"}
Limits = tuple[Mapping[str, float], Mapping[str, float]]


@dataclass(frozen=True)
class Side:
    """One searcher with one seed: a study.

    Args:
        searcher: as `paretune.study.SEARCHERS` has it.
        seed: of its search.
        trials: its whole budget, spread evenly over the blocks.
    """

    searcher: str
    seed: int
    trials: int

    @property
    def name(self) -> str:
        """Of the study, and of the files of its trials."""
        return f"{self.searcher}-{self.seed}"


@dataclass(frozen=True)
class Pilot:
    """Random trials before the search.

    Args:
        folder: where they are kept.
        side: how many, and under which seed, that no side of the search has.
        limits: those that they are run with, so wide that no trial ends early.
        sets: what is set by them, among ``limits``, ``corner`` and the settings that are tried.
        tries: values of a setting, of which the first is taken that suffices.
        of: the objective that tells: it is maximised.
        best_tenth: what suffices: the best tenth of the trials are better.
    """

    folder: Path
    side: Side
    limits: Limits
    sets: tuple[str, ...]
    tries: Mapping[str, Sequence[Any]]
    of: str
    best_tenth: float


@dataclass(frozen=True)
class Scale:
    """One size of an experiment.

    Args:
        workload: what is tuned.
        results: the folder where trials are kept: a packed CSV for each side, and its origin beside it.
        reports: the folder of the report.
        title: what stands above it first: the experiment and its scale.
        settings: options and bounds, as ``--set`` takes them.
        limits: at least and at most, by objective; like the settings and the corner, those that a pilot sets are right
            only after it.
        blocks: how many.
        sides: in the order of a block.
        pilot: what comes before the search.
        again: how many efficient configurations of each study are trained again, at most.
        fresh: the settings with which they are.
        clock: the column of a time, and those from which it should follow: whether the machine's speed was the same.
        corner: limits of the region of the fast and accurate; none where the limits are one already.
    """

    workload: str
    results: Path
    reports: Path
    title: str
    settings: Mapping[str, Any]
    limits: Limits
    blocks: int
    sides: tuple[Side, ...]
    pilot: Pilot
    again: int
    fresh: Mapping[str, Any]
    clock: tuple[str, Sequence[str]]
    corner: Limits = field(default=({}, {}))

    @property
    def storage(self) -> Path:
        """The database of a run; what it holds is in the CSVs too, and is made anew of them where it is missing."""
        return self.results / "paretune.db"

    def of(self, searcher: str) -> list[Side]:
        """The sides of a searcher."""
        return [side for side in self.sides if side.searcher == searcher]

    @property
    def claim(self) -> list[Side]:
        """The sides that the claim is about."""
        return [side for side in self.sides if side.searcher in _CLAIM]

    @property
    def peers(self) -> list[str]:
        """The searchers besides the two that the claim is about."""
        return list(dict.fromkeys(side.searcher for side in self.sides if side.searcher not in _CLAIM))


def read(experiment: Path, scale: str, out: Path | None = None) -> Scale:
    """A scale of an experiment.

    Args:
        experiment: its folder.
        scale: as ``scales.yaml`` calls it.
        out: where trials and report go; by default where they are kept in the repository.
    """
    told = yaml.safe_load((experiment / "scales.yaml").read_text(encoding="utf-8"))
    own = told["scales"][scale]
    reports = experiment.parents[1] / "reports" / told["reports"][scale] if out is None else out / "report"
    return Scale(
        told["workload"],
        experiment / "results" / scale if out is None else out,
        reports,
        told["titles"][scale],
        own["set"],
        _limits(own.get("limits", {})),
        own["blocks"],
        tuple(Side(searcher, seed, how["trials"]) for searcher, how in own["sides"].items() for seed in how["seeds"]),
        _pilot(experiment / "results" / scale / "pilot", own["pilot"]),
        own["again"]["top"],
        own["again"]["set"],
        (told["clock"]["of"], told["clock"]["by"]),
        _limits(own.get("corner", {})),
    )


def scales(experiment: Path) -> list[str]:
    """The names of an experiment's scales."""
    return list(yaml.safe_load((experiment / "scales.yaml").read_text(encoding="utf-8"))["scales"])


def _pilot(folder: Path, told: Mapping[str, Any]) -> Pilot:
    tries = told.get("tries", {})
    return Pilot(
        folder,
        Side("random", told["seed"], told["trials"]),
        _limits(told.get("limits", {})),
        (*told.get("sets", ()), *tries),
        tries,
        told.get("of", "accuracy"),
        told.get("best_tenth", -math.inf),
    )


def _limits(told: Mapping[str, Mapping[str, float]]) -> Limits:
    return told.get("at_least", {}), told.get("at_most", {})
