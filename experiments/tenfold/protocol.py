"""The protocol of an experiment at one scale, read from its ``scales.yaml``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_CLAIM_SEARCHERS = {"bayes", "random"}
Limits = tuple[Mapping[str, float], Mapping[str, float]]


@dataclass(frozen=True)
class Side:
    """One searcher with one seed, which is one study.

    Args:
        searcher: a name in `paretune.study.SEARCHER_NAMES`.
        seed: seed of the search.
        n_trials: number of trials in all blocks, spread evenly.
    """

    searcher: str
    seed: int
    n_trials: int

    @property
    def name(self) -> str:
        """Name of the study and of its files."""
        return f"{self.searcher}-{self.seed}"


@dataclass(frozen=True)
class Pilot:
    """Random trials before the search, which determine some of its settings.

    Args:
        folder: folder of the pilot's archive.
        side: the number of trials and the seed, which no side of the search has.
        limits: limits of the pilot's trials, so wide that no trial ends early.
        sets: what the pilot determines: ``limits``, ``corner`` or a setting in ``tries``.
        tries: candidate values of a setting. The first sufficient value is used.
        objective: the maximised objective that decides whether a value is sufficient.
        best_tenth: a value is sufficient if the best tenth of the trials is above this threshold.
    """

    folder: Path
    side: Side
    limits: Limits
    sets: tuple[str, ...]
    tries: Mapping[str, Sequence[Any]]
    objective: str
    best_tenth: float


@dataclass(frozen=True)
class Scale:
    """An experiment at one scale.

    Args:
        workload: name of the workload.
        results: folder of the archive: a compressed CSV file and an origin file for each side.
        reports: folder of the reports.
        title: start of the reports' titles: the experiment and its scale.
        settings: options and bounds, as for ``--set``.
        limits: lower and upper limits by objective. Limits, settings and corner that the pilot determines are valid
            only after the pilot.
        n_blocks: number of blocks.
        sides: the sides, in the order of their turns in a block.
        pilot: the pilot.
        n_retrained: maximum number of efficient configurations of each study that are trained again.
        retrain_settings: settings of the repeated trainings.
        clock: the column of a time, and the columns that predict it, to check the machine's speed.
        corner: limits of the fast and accurate region; empty if ``limits`` define one already.
    """

    workload: str
    results: Path
    reports: Path
    title: str
    settings: Mapping[str, Any]
    limits: Limits
    n_blocks: int
    sides: tuple[Side, ...]
    pilot: Pilot
    n_retrained: int
    retrain_settings: Mapping[str, Any]
    clock: tuple[str, Sequence[str]]
    corner: Limits = field(default=({}, {}))

    @property
    def storage(self) -> Path:
        """Path of the database. If it is missing, it is restored from the archive."""
        return self.results / "paretune.db"

    def sides_of(self, searcher: str) -> list[Side]:
        """Return the sides of a searcher."""
        return [side for side in self.sides if side.searcher == searcher]

    @property
    def claim_sides(self) -> list[Side]:
        """The sides that the claim is about."""
        return [side for side in self.sides if side.searcher in _CLAIM_SEARCHERS]

    @property
    def peer_searchers(self) -> list[str]:
        """The searchers that the claim is not about."""
        return list(dict.fromkeys(side.searcher for side in self.sides if side.searcher not in _CLAIM_SEARCHERS))


def read_scale(experiment: Path, scale: str, out: Path | None = None) -> Scale:
    """Read the protocol of an experiment at one scale.

    Args:
        experiment: folder of the experiment.
        scale: name of the scale in ``scales.yaml``.
        out: folder of trials and reports; by default their folders in the repository.
    """
    content = yaml.safe_load((experiment / "scales.yaml").read_text(encoding="utf-8"))
    own = content["scales"][scale]
    reports = experiment.parents[1] / "reports" / content["reports"][scale] if out is None else out / "report"
    return Scale(
        content["workload"],
        experiment / "results" / scale if out is None else out,
        reports,
        content["titles"][scale],
        own["set"],
        _limits(own.get("limits", {})),
        own["blocks"],
        tuple(
            Side(searcher, seed, budget["trials"])
            for searcher, budget in own["sides"].items()
            for seed in budget["seeds"]
        ),
        _pilot(experiment / "results" / scale / "pilot", own["pilot"]),
        own["retrain"]["top"],
        own["retrain"]["set"],
        (content["clock"]["of"], content["clock"]["by"]),
        _limits(own.get("corner", {})),
    )


def scale_names(experiment: Path) -> list[str]:
    """Return the names of an experiment's scales."""
    return list(yaml.safe_load((experiment / "scales.yaml").read_text(encoding="utf-8"))["scales"])


def _pilot(folder: Path, content: Mapping[str, Any]) -> Pilot:
    tries = content.get("tries", {})
    return Pilot(
        folder,
        Side("random", content["seed"], content["trials"]),
        _limits(content.get("limits", {})),
        (*content.get("sets", ()), *tries),
        tries,
        content.get("of", "accuracy"),
        content.get("best_tenth", -math.inf),
    )


def _limits(content: Mapping[str, Mapping[str, float]]) -> Limits:
    return content.get("at_least", {}), content.get("at_most", {})
