"""The evaluation of one configuration: inference time first, which needs no training, then accuracy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune.evaluation.checkpoint import Checkpoint
from paretune.evaluation.contract import Report, ignore_report
from paretune.measure import Latency, TrainingTimer, latency
from paretune.objectives import Objectives
from paretune.workloads.builtin.diatoms.dataset import Split
from paretune.workloads.builtin.diatoms.frameworks import INFERENCE_BATCH, Session, open_session
from paretune.workloads.builtin.diatoms.weights import initial_weights
from paretune.workloads.builtin.seed_average import SeedReport, average_over_seeds
from paretune.workloads.builtin.training_state import add_time, read_metrics, read_state, write_metrics, write_state

_KNOWN, _ENDED = "known", "ended"  # the names of the metrics that are saved before and after a training
_INFERENCE_SECONDS = 2.0  # of timed predictions


@dataclass(frozen=True)
class EvaluationSettings:
    """The settings that are the same for all trials.

    Args:
        split: standardised series.
        framework: ``tensorflow`` or ``torch``.
        device: ``auto``, ``cpu`` or ``cuda``.
        epochs: passes over the training series.
        repeats: trainings of each configuration, with the trial's seed and the seeds that follow.
        clock: of the inference time: ``reference`` for reference speed on the CPU, or ``wall``.
    """

    split: Split
    framework: str
    device: str
    epochs: int
    repeats: int
    clock: str = "reference"


def evaluate(
    params: Mapping[str, Any],
    report: Report = ignore_report,
    checkpoint: Checkpoint | None = None,
    seed: int = 0,
    *,
    settings: EvaluationSettings,
    objectives: Objectives,
) -> dict[str, Any]:
    """Measure the inference time of one configuration, then train it and measure its accuracy.

    Args:
        params: the 12 hyperparameters.
        report: gets the ``inference_time`` as step 0, and the ``training_loss`` and the ``accuracy`` of each epoch. A
            further training counts its epochs on.
        checkpoint: what the training saves to and goes on from.
        seed: of initial weights and shuffling; the same seed gives the same training on one machine.
        settings: of the evaluation.
        objectives: if the inference time is outside its limit, nothing is trained.

    Returns:
        ``accuracy`` on the validation series after the last epoch, ``training_time`` (see `TrainingTime`),
        ``training_compilation`` and ``training_loss`` of the last epoch; means and ``accuracy_se`` if there are several
        trainings; and the metrics of the inference time. Times are in seconds.

    Raises:
        TrialFailedError: the device runs out of memory, or the inference time is outside its limit.
    """
    checkpoint = checkpoint or Checkpoint()
    with open_session(settings.framework, settings.device) as opened:
        known = checkpoint.load(read_metrics, _KNOWN)
        if known is None:
            known = _measure_inference(opened, params, settings)
            objectives.require_within(known)
            checkpoint.save(partial(write_metrics, metrics=known), _KNOWN)
        report(0, {"inference_time": known["inference_time"]})
        trial = _Trial(opened, params, settings, SeedReport(report), checkpoint, seed)
        return average_over_seeds(trial.train, seed, settings.repeats, ["accuracy"]) | known


def _measure_inference(opened: Session, params: Mapping[str, Any], settings: EvaluationSettings) -> dict[str, Any]:
    """Measure the time to predict all validation series in batches of 32."""
    predict = opened.predictor(opened.build(params, 0), settings.split.validation.values)
    timed = latency(
        predict,
        device=opened.device,
        synchronize=opened.synchronize,
        time_limit=_INFERENCE_SECONDS,
        never_waits=True,
    )
    return {
        **_inference_time(timed, settings.clock),
        "inference_time_wall": timed.median,
        "inference_first_call": timed.first_call,
        "inference_batch": INFERENCE_BATCH,
        "inference_dtype": opened.dtype,
        "measured": "exclusive" if timed.is_exclusive else "shared",
        "device": opened.device,
        "n_parameters": float(sum(weight.size for weight in initial_weights(params, 0))),
    }


def _inference_time(timed: Latency, clock: str) -> dict[str, Any]:
    """The objective, its standard error, and the clock that gave it; on a GPU, that is the wall clock."""
    found = timed.reference if clock == "reference" else None
    if found is None:
        return {
            "inference_time": timed.median,
            "inference_time_se": timed.standard_error,
            "inference_clock": "wall",
        }
    return {
        "inference_time": found.seconds,
        "inference_time_se": found.standard_error,
        "inference_clock": f"reference, {found.clock}",
        "processor_speed": found.speed,
    }


@dataclass(frozen=True)
class _Trial:
    """The trainings of one configuration.

    Args:
        opened: the framework.
        params: the 12 hyperparameters.
        settings: of the evaluation.
        report: of the trial.
        checkpoint: of the trial.
        first_seed: of its first training.
    """

    opened: Session
    params: Mapping[str, Any]
    settings: EvaluationSettings
    report: SeedReport
    checkpoint: Checkpoint
    first_seed: int

    def train(self, seed: int) -> dict[str, Any] | None:
        """Train with one seed, or go on with it; None if the training before was stopped."""
        if seed > self.first_seed and self.report.is_stopped:
            return None
        checkpoint = self.checkpoint.part(f"seed-{seed}")
        metrics = checkpoint.load(read_metrics, _ENDED)
        if metrics is None:
            metrics = self._train(seed, checkpoint)
            if self.settings.repeats > 1 and not self.report.is_stopped:
                checkpoint.save(partial(write_metrics, metrics=metrics), _ENDED)
                checkpoint.delete()
        self.report.begin_next(self.settings.epochs)
        return metrics

    def _train(self, seed: int, checkpoint: Checkpoint) -> dict[str, Any]:
        opened, validation = self.opened, self.settings.split.validation
        net, accuracy = opened.build(self.params, seed), None
        predict = opened.predictor(net, validation.values)
        saved, earlier = checkpoint.load(read_state) or ({"loss": np.array(np.nan)}, {})
        loss = float(saved["loss"])
        with TrainingTimer(opened.device, opened.synchronize) as timer:
            training = opened.train(net, self.settings.split.training, self.params, self.settings.epochs, seed, timer)
            if "epoch" in saved:
                training.restore(saved)
            for loss in training:
                time = add_time(_time_metrics(timer), earlier)
                with timer.paused():
                    accuracy = _accuracy(predict, validation.labels)
                    goes_on = self.report(training.epoch, {"accuracy": accuracy, "training_loss": loss})
                    if checkpoint.is_due or not goes_on:
                        checkpoint.save(partial(write_state, state={**training.state(), "loss": loss}, time=time))
                if not goes_on:
                    break
        return {
            "accuracy": _accuracy(predict, validation.labels) if accuracy is None else accuracy,
            **add_time(_time_metrics(timer), earlier),
            "training_loss": loss,
        }


def _time_metrics(timer: TrainingTimer) -> dict[str, Any]:
    time = timer.time
    return {
        "training_time": time.seconds,
        "training_time_from": time.source,
        "training_compilation": time.compilation,
    }


def _accuracy(predict: Callable[[], NDArray[np.float32]], labels: NDArray[np.int32]) -> float:
    return float(np.mean(predict().argmax(axis=1) == labels))
