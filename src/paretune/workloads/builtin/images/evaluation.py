"""The evaluation of a net for images: what it costs first, which needs no training, then its training in epochs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import torch
from torch.nn import Module

from paretune.evaluation.checkpoint import Checkpoint
from paretune.evaluation.contract import Report, ignore_report
from paretune.measure import TrainingTimer, device_name
from paretune.objectives import Objectives
from paretune.workloads.builtin.images.compound_scaling import Coefficients, find_multipliers
from paretune.workloads.builtin.images.nets import NetShape, build_net
from paretune.workloads.builtin.images.objectives import QUALITY_NAMES, TIMES
from paretune.workloads.builtin.images.problem import ImageProblem
from paretune.workloads.builtin.seed_average import SeedReport, average_over_seeds
from paretune.workloads.builtin.tabular.scores import score_all
from paretune.workloads.builtin.tabular.target import CLASSIFICATION
from paretune.workloads.builtin.training_state import read_metrics, write_metrics
from paretune.workloads.builtin.vision.device import choose_device, memory_of, synchronizer
from paretune.workloads.builtin.vision.epochs import run_epochs
from paretune.workloads.builtin.vision.net_costs import count_multiply_adds, count_parameters, measure_latency
from paretune.workloads.builtin.vision.tensors import ImageTensors, Normalisation
from paretune.workloads.builtin.vision.training import Recipe, Training, predict

_KNOWN, _ENDED = "known", "ended"  # the names of the metrics that are saved before and after a training


@dataclass(frozen=True, eq=False)
class ImageSettings:
    """The settings that are the same for all trials.

    Args:
        problem: the images.
        epochs: passes over the training images.
        repeats: trainings of each configuration, with the trial's seed and the seeds that follow.
        device: ``auto``, ``cpu`` or ``cuda``.
        coefficients: of a compound scaling that does not search them.
    """

    problem: ImageProblem
    epochs: int
    repeats: int = 1
    device: str = "auto"
    coefficients: Coefficients | None = None

    def shape(self, params: Mapping[str, Any]) -> NetShape:
        """The net of a configuration."""
        images, multipliers = self.problem.images, find_multipliers(params, self.coefficients)
        return NetShape.scaled(params["net"], multipliers, images.side, images.n_channels, len(images.classes))


def evaluate(
    params: Mapping[str, Any],
    report: Report = ignore_report,
    checkpoint: Checkpoint | None = None,
    seed: int = 0,
    *,
    settings: ImageSettings,
    objectives: Objectives,
) -> dict[str, Any]:
    """Measure what a net costs, then train it and measure its qualities.

    Args:
        params: the configuration.
        report: gets the costs that are objectives as step 0, and the qualities on the validation part and the
            ``training_loss`` after each epoch. A further training counts its epochs on.
        checkpoint: what the training saves to and goes on from.
        seed: of weights, shuffling and augmentation; the same seed gives the same training on one machine.
        settings: of the evaluation.
        objectives: if a cost is outside its limit, nothing is trained. Only times that are objectives are measured.

    Returns:
        The qualities on the validation part, the same on the test part as ``test_...``, the training time, and the
        costs: ``parameters``, ``multiply_adds`` of one image, and seconds for one image: ``latency`` of an image alone,
        ``batch_latency`` in a batch of 64. A stopped training has no qualities on the test part.

    Raises:
        TrialFailedError: the device runs out of memory, a cost is outside its limit, or the loss is not finite.
    """
    checkpoint, device = checkpoint or Checkpoint(), choose_device(settings.device)
    with memory_of(device):
        known = checkpoint.load(read_metrics, _KNOWN)
        if known is None:
            known = _measure_costs(settings.shape(params), device, objectives)
            objectives.require_within(known)
            checkpoint.save(partial(write_metrics, metrics=known), _KNOWN)
        if costs := {name: known[name] for name in objectives.names if name in known}:
            report(0, costs)
        trial = _Trial(params, settings, device, SeedReport(report), checkpoint, seed)
        return average_over_seeds(trial.train, seed, settings.repeats, QUALITY_NAMES) | known


def _measure_costs(shape: NetShape, device: torch.device, objectives: Objectives) -> dict[str, Any]:
    net, size = build_net(shape, 0).to(device), (shape.n_inputs, shape.resolution, shape.resolution)
    found: dict[str, Any] = {
        "parameters": float(count_parameters(net)),
        "multiply_adds": float(count_multiply_adds(net, size, device)),
        "pixels": float(shape.resolution),
        "device": device_name(str(device)),
    }
    for name in set(TIMES) & set(objectives.names):
        timed = measure_latency(net, size, device, TIMES[name])
        found |= {name: timed["seconds"], f"{name}_se": timed["se"], f"{name}_wall": timed["wall"]}
        found |= {"clock": timed["clock"], "measured": timed["measured"]}
    return found


@dataclass(frozen=True)
class _Trial:
    """The trainings of one configuration.

    Args:
        params: the configuration.
        settings: of the evaluation.
        device: of the trainings.
        report: of the trial.
        checkpoint: of the trial.
        first_seed: of its first training.
    """

    params: Mapping[str, Any]
    settings: ImageSettings
    device: torch.device
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
        problem, shape = self.settings.problem, self.settings.shape(self.params)
        parts = load_parts(problem, shape.resolution, self.device)
        net = build_net(shape, seed).to(self.device)
        recipe = Recipe.from_params(self.params, self.settings.epochs)
        with TrainingTimer(device_name(str(self.device)), synchronizer(self.device)) as timer:
            training = Training(net, parts["training"], recipe, seed, timer)
            found = run_epochs(training, timer, partial(score, net, parts["validation"]), self.report, checkpoint)
        if training.epoch < self.settings.epochs:
            return found
        return found | {f"test_{name}": value for name, value in score(net, parts["test"]).items()}


def score(net: Module, images: ImageTensors) -> dict[str, float]:
    """All qualities of a net's predictions for some images."""
    return score_all(CLASSIFICATION, images.labels.cpu().numpy().astype(float), predict(net, images))


@lru_cache(maxsize=2)
def load_parts(problem: ImageProblem, resolution: int, device: torch.device) -> dict[str, ImageTensors]:
    """The images of each part on a device, normalised as the training part is."""
    images, split = problem.images, problem.split
    normalisation = Normalisation.of(images.pixels[split.training])
    parts = {"training": split.training, "validation": split.validation, "test": split.test}
    return {
        name: ImageTensors(images.pixels[rows], images.labels[rows], resolution, normalisation, device)
        for name, rows in parts.items()
    }


def train_on_all(params: Mapping[str, Any], settings: ImageSettings, seed: int) -> tuple[Module, Normalisation]:
    """Train a configuration on all images, test part included; return the net on the CPU.

    Raises:
        TrialFailedError: the device runs out of memory, or the loss is not finite.
    """
    device, images, shape = choose_device(settings.device), settings.problem.images, settings.shape(params)
    with memory_of(device):
        normalisation = Normalisation.of(images.pixels)
        everything = ImageTensors(images.pixels, images.labels, shape.resolution, normalisation, device)
        net = build_net(shape, seed).to(device)
        with TrainingTimer(device_name(str(device)), synchronizer(device)) as timer:
            training = Training(net, everything, Recipe.from_params(params, settings.epochs), seed, timer)
            run_epochs(training, timer, dict, ignore_report, Checkpoint())
    return net.cpu(), normalisation
