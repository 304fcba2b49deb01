"""The evaluation of one configuration: inference time first, which needs no training, then accuracy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune.evaluation.contract import Report, ignore_report
from paretune.measure import TrainingTimer, latency
from paretune.objectives import Objectives
from paretune.workloads.builtin.diatoms.dataset import Split
from paretune.workloads.builtin.diatoms.frameworks import INFERENCE_BATCH, Session, open_session
from paretune.workloads.builtin.diatoms.weights import initial_weights
from paretune.workloads.builtin.seed_average import SeedReport, average_over_seeds

EPOCHS_PER_ACCURACY = 10  # a measurement takes about a third of an epoch


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


def evaluate(
    params: Mapping[str, Any],
    report: Report = ignore_report,
    *,
    settings: EvaluationSettings,
    objectives: Objectives,
) -> dict[str, Any]:
    """Measure the inference time of one configuration, then train it and measure its accuracy.

    Args:
        params: the 12 hyperparameters.
        report: gets the ``inference_time`` as step 0, the ``training_loss`` of each epoch, and the ``accuracy`` after
            every tenth and the last. A further training counts its epochs on.
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
        report(0, {"inference_time": known["inference_time"]})
        train = partial(_train, opened, params, settings, SeedReport(report))
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


def _train(
    opened: Session, params: Mapping[str, Any], settings: EvaluationSettings, report: SeedReport, seed: int
) -> dict[str, Any] | None:
    """Train with one seed; None if the training before was stopped."""
    if seed > settings.seed and report.is_stopped:
        return None
    net, training, validation = opened.build(params, seed), settings.split.training, settings.split.validation
    predict = opened.predictor(net, validation.values)
    with TrainingTimer(opened.device, opened.synchronize) as timer:
        for epoch, loss in enumerate(opened.train(net, training, params, settings.epochs, seed, timer), start=1):
            with timer.paused():
                has_accuracy = epoch % EPOCHS_PER_ACCURACY == 0 and epoch < settings.epochs
                known = {"accuracy": _accuracy(predict, validation.labels)} if has_accuracy else {}
                goes_on = report(epoch, {**known, "training_loss": loss})
            if not goes_on:
                break
    accuracy = _accuracy(predict, validation.labels)
    report(epoch, {"accuracy": accuracy, "training_loss": loss})
    report.begin_next(settings.epochs)
    return {
        "accuracy": accuracy,
        "training_time": timer.time.seconds,
        "training_time_from": timer.time.source,
        "training_compilation": timer.time.compilation,
        "training_loss": float(loss),
    }


def _accuracy(predict: Callable[[], NDArray[np.float32]], labels: NDArray[np.int32]) -> float:
    return float(np.mean(predict().argmax(axis=1) == labels))
