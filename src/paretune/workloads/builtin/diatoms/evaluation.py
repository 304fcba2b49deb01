"""The evaluation of one configuration: inference time first, which needs no training, then accuracy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from paretune.measure import TrainingTimer, latency
from paretune.objectives import Objectives
from paretune.workloads.builtin.diatoms.dataset import Split
from paretune.workloads.builtin.diatoms.frameworks import INFERENCE_BATCH, Session, open_session
from paretune.workloads.builtin.diatoms.weights import initial_weights
from paretune.workloads.builtin.seed_average import average_over_seeds


@dataclass(frozen=True)
class EvaluationSettings:
    """The settings that are the same for all trials.

    Args:
        split: standardised series.
        framework: ``tensorflow`` or ``torch``.
        device: ``auto``, ``cpu`` or ``cuda``.
        epochs: passes over the training series.
        seed: of initial weights and shuffling; the same seed gives the same training on one machine.
        repeats: trainings of each configuration, with ``seed`` and the seeds that follow.
    """

    split: Split
    framework: str
    device: str
    epochs: int
    seed: int
    repeats: int


def evaluate(params: Mapping[str, Any], settings: EvaluationSettings, objectives: Objectives) -> dict[str, Any]:
    """Measure the inference time of one configuration, then train it and measure its accuracy.

    Args:
        params: the 12 hyperparameters.
        settings: of the evaluation.
        objectives: if the inference time is outside its limit, nothing is trained.

    Returns:
        ``accuracy`` on the validation series after the last epoch, ``training_time`` (see `TrainingTime`),
        ``training_compilation`` and ``training_loss`` of the last epoch; means and ``accuracy_se`` if there are several
        trainings; and the metrics of the inference time. Times are in seconds.

    Raises:
        TrialFailedError: the device runs out of memory, or the inference time is outside its limit.
    """
    with open_session(settings.framework, settings.device) as opened:
        known = _measure_inference(opened, params, settings.split)
        objectives.require_within(known)
        train = partial(_train, opened, params, settings)
        return average_over_seeds(train, settings.seed, settings.repeats, ["accuracy"]) | known


def _measure_inference(opened: Session, params: Mapping[str, Any], split: Split) -> dict[str, Any]:
    """Measure the time to predict all validation series in batches of 32."""
    predict = opened.predictor(opened.build(params, 0), split.validation.values)
    timed = latency(predict, device=opened.device, synchronize=opened.synchronize, time_limit=2.0)
    return {
        "inference_time": timed.median,
        "inference_time_se": timed.standard_error,
        "inference_first_call": timed.first_call,
        "inference_batch": INFERENCE_BATCH,
        "inference_dtype": opened.dtype,
        "measured": "exclusive" if timed.is_exclusive else "shared",
        "device": opened.device,
        "n_parameters": float(sum(weight.size for weight in initial_weights(params, 0))),
    }


def _train(opened: Session, params: Mapping[str, Any], settings: EvaluationSettings, seed: int) -> dict[str, Any]:
    net, training, validation = opened.build(params, seed), settings.split.training, settings.split.validation
    with TrainingTimer(opened.device, opened.synchronize) as timer:
        loss = opened.train(net, training, params, settings.epochs, seed, timer)
    predicted = opened.predictor(net, validation.values)().argmax(axis=1)
    return {
        "accuracy": float(np.mean(predicted == validation.labels)),
        "training_time": timer.time.seconds,
        "training_time_from": timer.time.source,
        "training_compilation": timer.time.compilation,
        "training_loss": float(loss),
    }
