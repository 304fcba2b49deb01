"""The loop over the epochs of a trial: it reports each one, saves in time, and goes on from what was saved."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from paretune.errors import TrialFailedError
from paretune.evaluation.checkpoint import Checkpoint
from paretune.evaluation.contract import Report
from paretune.measure import TrainingTimer
from paretune.workloads.builtin.training_state import add_time, read_state, write_state
from paretune.workloads.builtin.vision.training import Training


def run_epochs(
    training: Training,
    timer: TrainingTimer,
    score: Callable[[], Mapping[str, float]],
    report: Report,
    checkpoint: Checkpoint,
) -> dict[str, Any]:
    """Train all epochs that are left, as far as the report lets the training go on.

    Args:
        training: at its start; it goes on from the checkpoint, if that has a state.
        timer: of the training, which has begun; the scores are not part of the time.
        score: returns the qualities of the net as it is.
        report: gets the qualities and the ``training_loss`` after each epoch, with the number of the epoch.
        checkpoint: of the training.

    Returns:
        The last qualities, ``training_loss``, and the metrics of the training time.

    Raises:
        TrialFailedError: the loss is not finite.
    """
    saved, earlier = checkpoint.load(read_state) or ({}, {})
    if saved:
        training.restore(saved)
    found: Mapping[str, float] | None = None
    for loss in training:
        time = add_time(timer.time.metrics, earlier)
        if not math.isfinite(loss):
            raise TrialFailedError("not_finite", f"the loss of epoch {training.epoch} is not finite", time)
        with timer.paused():
            found = score()
            goes_on = report(training.epoch, {**found, "training_loss": loss})
            if checkpoint.is_due or not goes_on:
                checkpoint.save(partial(write_state, state=training.state(), time=time))
        if not goes_on:
            break
    found = score() if found is None else found
    return {**found, "training_loss": training.loss, **add_time(timer.time.metrics, earlier)}
