"""What comes of one configuration? A training for each seed, given up as soon as they have clearly taken too long."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from paretune.errors import InvalidInputError, TrialFailedError
from paretune.objectives import Objectives
from paretune.workloads.builtin.repeats import over_seeds

Train: TypeAlias = Callable[[Mapping[str, Any]], Mapping[str, Any]]
TIME = "training_time"


@dataclass(frozen=True)
class Setting:
    """What is the same for all trials.

    Args:
        train: from hyperparameters, ``seed`` and ``longest`` to metrics.
        n_training: reviews to learn from.
        seed: of initial weights and dropout.
        repeats: trainings of each configuration, with ``seed`` and the seeds that follow.
    """

    train: Train
    n_training: int
    seed: int
    repeats: int


def evaluate(params: Mapping[str, Any], setting: Setting, objectives: Objectives) -> dict[str, Any]:
    """Train one configuration and measure it.

    Args:
        params: the six hyperparameters.
        setting: how they are evaluated.
        objectives: trainings whose mean time is clearly beyond its limit are given up.

    Returns:
        What the training returns; of several, as `over_seeds` joins them.

    Raises:
        InvalidInputError: a batch is larger than what is learned.
        TrialFailedError: ``timed_out``, with the time so far, which it would have exceeded.
    """
    if params["batch_size"] > setting.n_training:
        raise InvalidInputError(
            f"batch_size is {params['batch_size']}, but there are {setting.n_training} reviews to learn from"
        )
    limit = next((o.limit for o in objectives if o.name == TIME), None)
    spent = 0.0

    def run(seed: int) -> Mapping[str, Any]:
        nonlocal spent
        longest = {} if limit is None else {"longest": limit * setting.repeats - spent}
        found = setting.train({**params, "seed": seed, **longest})
        spent += found[TIME]
        if found["epochs_run"] < params["epochs"]:
            raise _too_long(found, spent / setting.repeats, params["epochs"])
        return found

    return over_seeds(run, setting.seed, setting.repeats, objectives.names)


def _too_long(found: Mapping[str, Any], seconds: float, epochs: int) -> TrialFailedError:
    """The accuracy is none that counts: it would have changed."""
    told = f"given up after {found['epochs_run']} of {epochs} epochs: {TIME} is more than {seconds:g} s by then"
    known = {name: value for name, value in found.items() if name not in {"accuracy", "training_loss", f"{TIME}_se"}}
    return TrialFailedError("timed_out", told, {**known, TIME: seconds})
