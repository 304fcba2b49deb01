"""A trial that a run or a program has claimed and evaluates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paretune.adapters.optuna.keys import CONFIRMS_KEY, SEED_KEY


@dataclass(frozen=True)
class AskedTrial:
    """A trial that was asked for, and waits for its metrics.

    Args:
        number: the trial's number; pass it to `Study.tell`.
        params: the configuration to evaluate.
        seconds: how long the suggestion took.
        steps: what an earlier part of its training reported, if this is a trial to go on with.
        seed: for the random numbers of its training, of its own; None in a study of an older version.
        is_confirmation: whether it trains a configuration of the likely front again; no scheduler stops it.
        checkpoint: the folder that an earlier part of its training saved to; None if there is none.
    """

    number: int
    params: Mapping[str, Any]
    seconds: float = field(default=0.0, compare=False, repr=False)
    steps: Sequence[Mapping[str, Any]] = field(default=(), compare=False, repr=False)
    seed: int | None = field(default=None, compare=False, repr=False)
    is_confirmation: bool = field(default=False, compare=False, repr=False)
    checkpoint: Path | None = field(default=None, compare=False, repr=False)


def seed_and_role(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The seed of a claimed trial, and whether it confirms an earlier one, as fields of `AskedTrial`."""
    seed = attributes.get(SEED_KEY)
    is_confirmation = attributes.get(CONFIRMS_KEY) is True
    return {"seed": seed if isinstance(seed, int) else None, "is_confirmation": is_confirmation}
