"""Configurations that a workload finds by a search of its own, before the first trial of a study."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from paretune.evaluation.checkpoint import Checkpoint
from paretune.space import Space


@dataclass(frozen=True)
class Proposal:
    """A configuration to train.

    Args:
        params: of the study's space.
        metrics: what the search knows of it; metrics of its trial. ``inherited_<objective>`` is an estimate of an
            objective by shared weights, which reports compare with the value of the training.
    """

    params: Mapping[str, Any]
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class Proposals:
    """What a search before the first trial has found, and what it has cost.

    Args:
        method: name of the search.
        configurations: to train, in this order.
        steps: of trainings, which count towards a budget of steps.
        seconds: of the whole search, which count towards a budget of hours.
        summary: what was done, a phrase for the report.
    """

    method: str
    configurations: tuple[Proposal, ...]
    steps: int
    seconds: float
    summary: str

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Proposals:
        """The inverse of `to_dict`."""
        return cls(**{**stored, "configurations": tuple(Proposal(**each) for each in stored["configurations"])})


@dataclass(frozen=True)
class ProposalTask:
    """What a search before the first trial gets.

    Args:
        options: of the workload.
        data_dir: the user's data folder.
        space: the study's, in which the configurations must lie.
        seed: of the search.
        checkpoint: what the search saves to and goes on from.
        notify: called with a line for users when a part is done.
    """

    options: Mapping[str, Any]
    data_dir: Path | None
    space: Space
    seed: int
    checkpoint: Checkpoint
    notify: Callable[[str], None]


Propose: TypeAlias = Callable[[ProposalTask], Proposals]


@dataclass(frozen=True)
class Proposer:
    """A search of a workload before the first trial.

    Args:
        propose: runs it.
        n_steps: the steps of its trainings; a budget of steps must be larger.
    """

    propose: Propose
    n_steps: int
