"""How accurate and how fast is one configuration? It is timed first, which needs no training, then trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from paretune.measure import TrainingTimer, latency
from paretune.objectives import Objectives
from paretune.workloads.builtin.diatoms.archive import Split
from paretune.workloads.builtin.diatoms.frameworks import INFERENCE_BATCH, Session, session
from paretune.workloads.builtin.diatoms.weights import initial_weights
from paretune.workloads.builtin.repeats import over_seeds


@dataclass(frozen=True)
class Setting:
    """What is the same for all trials.

    Args:
        split: standardised series.
        framework: what trains, ``tensorflow`` or ``torch``.
        device: ``auto``, ``cpu`` or ``cuda``.
        epochs: passes over the training part.
        seed: of initial weights and shuffling; the same seed gives the same training on one machine.
        repeats: trainings of each configuration, with ``seed`` and the seeds that follow.
    """

    split: Split
    framework: str
    device: str
    epochs: int
    seed: int
    repeats: int


def evaluate(params: Mapping[str, Any], setting: Setting, objectives: Objectives) -> dict[str, Any]:
    """Measure one configuration, train it and see how much of the validation part it knows.

    Args:
        params: the 12 hyperparameters.
        setting: how they are evaluated.
        objectives: a trial outside of a limit on its inference time is not trained.

    Returns:
        ``accuracy`` after the last epoch, of several trainings their mean with its ``accuracy_se``; ``training_time``
        (as `TrainingTime` tells it), ``training_compilation`` and ``training_loss`` of the last epoch, means too; and
        what `_measured` gives. Times are in seconds.

    Raises:
        TrialFailedError: the device's memory does not suffice, or the inference time is outside its limit.
    """
    with session(setting.framework, setting.device) as opened:
        known = _measured(opened, params, setting.split)
        objectives.require_within(known)
        train = partial(_trained, opened, params, setting)
        return over_seeds(train, setting.seed, setting.repeats, ["accuracy"]) | known


def _measured(opened: Session, params: Mapping[str, Any], split: Split) -> dict[str, Any]:
    """The time to predict the whole validation part in batches of 32, and what it was measured with."""
    predict = opened.predictor(opened.build(params, 0), split.validation.values)
    timed = latency(predict, device=opened.device, synchronize=opened.synchronize, time_limit=2.0)
    return {
        "inference_time": timed.median,
        "inference_time_se": timed.standard_error,
        "inference_first_call": timed.first_call,
        "inference_batch": INFERENCE_BATCH,
        "inference_dtype": opened.dtype,
        "measured": "exclusive" if timed.exclusive else "shared",
        "device": opened.device,
        "n_parameters": float(sum(weight.size for weight in initial_weights(params, 0))),
    }


def _trained(opened: Session, params: Mapping[str, Any], setting: Setting, seed: int) -> dict[str, Any]:
    net, training, validation = opened.build(params, seed), setting.split.training, setting.split.validation
    with TrainingTimer(opened.device, opened.synchronize) as timer:
        loss = opened.train(net, training, params, setting.epochs, seed, timer)
    guesses = opened.predictor(net, validation.values)().argmax(axis=1)
    return {
        "accuracy": float(np.mean(guesses == validation.labels)),
        "training_time": timer.time.seconds,
        "training_time_from": timer.time.how,
        "training_compilation": timer.time.compilation,
        "training_loss": float(loss),
    }
