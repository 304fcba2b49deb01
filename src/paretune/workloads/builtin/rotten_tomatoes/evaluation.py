"""The evaluation of one configuration: one training per seed, stopped once they clearly exceed the time limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from paretune.errors import InvalidInputError, TrialFailedError
from paretune.evaluation.checkpoint import Checkpoint
from paretune.evaluation.contract import Report, call_evaluate, ignore_report
from paretune.objectives import Objectives
from paretune.workloads.builtin.seed_average import SeedReport, average_over_seeds
from paretune.workloads.builtin.training_state import read_metrics, write_metrics

Train: TypeAlias = Callable[..., Mapping[str, Any]]
TIME_METRIC = "training_time"
_ENDED = "ended"  # the name of the metrics that are saved after a training


@dataclass(frozen=True)
class EvaluationSettings:
    """The settings that are the same for all trials.

    Args:
        train: from hyperparameters, ``seed`` and ``max_seconds`` to metrics; it may take a report and a checkpoint.
        n_training: the number of training reviews.
        repeats: trainings of each configuration, with the trial's seed and the seeds that follow.
    """

    train: Train
    n_training: int
    repeats: int


def evaluate(
    params: Mapping[str, Any],
    report: Report = ignore_report,
    checkpoint: Checkpoint | None = None,
    seed: int = 0,
    *,
    settings: EvaluationSettings,
    objectives: Objectives,
) -> dict[str, Any]:
    """Train one configuration with each seed and average the metrics.

    Args:
        params: the six hyperparameters.
        report: gets ``accuracy`` and ``training_loss`` of each epoch. A further training counts its epochs on.
        checkpoint: what the training saves to and goes on from.
        seed: of initial weights and dropout.
        settings: of the evaluation.
        objectives: trainings are stopped if their mean time clearly exceeds its limit.

    Returns:
        The metrics of the training; of several trainings, as `average_over_seeds` averages them.

    Raises:
        InvalidInputError: a batch is larger than the training data.
        TrialFailedError: ``timed_out``, with the training time so far.
    """
    if params["batch_size"] > settings.n_training:
        raise InvalidInputError(
            f"batch_size is {params['batch_size']}, but there are {settings.n_training} training reviews"
        )
    limit = next((o.limit for o in objectives if o.name == TIME_METRIC), None)
    seconds_spent, seed_report, saved = 0.0, SeedReport(report), checkpoint or Checkpoint()

    def train(own_seed: int) -> Mapping[str, Any] | None:
        nonlocal seconds_spent
        if own_seed > seed and seed_report.is_stopped:
            return None
        max_seconds = {} if limit is None else {"max_seconds": limit * settings.repeats - seconds_spent}
        own = saved.part(f"seed-{own_seed}")
        found: Mapping[str, Any] | None = own.load(read_metrics, _ENDED)
        if found is None:
            found = call_evaluate(settings.train, {**params, "seed": own_seed, **max_seconds}, seed_report, own)
            if settings.repeats > 1 and not seed_report.is_stopped:
                own.save(partial(write_metrics, metrics=found), _ENDED)
        seconds_spent += found[TIME_METRIC]
        seed_report.begin_next(params["epochs"])
        if found["epochs_run"] < params["epochs"] and not seed_report.is_stopped:
            raise _too_long(found, seconds_spent / settings.repeats, params["epochs"])
        return found

    return average_over_seeds(train, seed, settings.repeats, objectives.names)


def _too_long(found: Mapping[str, Any], seconds: float, epochs: int) -> TrialFailedError:
    """The error of a stopped training, without the metrics that further epochs would have changed."""
    message = f"stopped after {found['epochs_run']} of {epochs} epochs: {TIME_METRIC} already exceeds {seconds:g} s"
    known = {
        name: value for name, value in found.items() if name not in {"accuracy", "training_loss", f"{TIME_METRIC}_se"}
    }
    return TrialFailedError("timed_out", message, {**known, TIME_METRIC: seconds})
