"""The metrics of a trial, and nets that are too slow to be trained."""

from dataclasses import replace

import numpy as np
import pytest

from paretune import Maximize, Minimize, TrialFailedError
from paretune.evaluation.reporter import Reporter
from paretune.measure import exclusive_device
from paretune.objectives import Objectives
from paretune.workloads.builtin.diatoms import WORKLOAD, evaluation
from paretune.workloads.builtin.diatoms.evaluation import EvaluationSettings, evaluate
from paretune.workloads.builtin.diatoms.frameworks import open_session
from paretune.workloads.builtin.diatoms.on_tensorflow.network import build_network
from small_diatoms import PARAMS, predicted

pytestmark = pytest.mark.end_to_end

MEASURED = {
    "inference_time", "inference_time_se", "inference_time_wall", "inference_first_call", "processor_speed",
    "training_time", "training_compilation",
}  # fmt: skip
FACTS = {"inference_batch": 32, "inference_dtype": "float32", "measured": "exclusive", "device": "cpu"}
RESULTS = {"accuracy", "training_loss", "training_time_from", "n_parameters"}
CLOCKS = {"reference, cpu", "reference, wall"}


@pytest.fixture(autouse=True)
def short_measurements(monkeypatch):
    monkeypatch.setattr(evaluation, "_INFERENCE_SECONDS", 0.05)


@pytest.fixture
def settings(split, framework):
    return EvaluationSettings(split, framework, "cpu", epochs=2, repeats=1)


def metrics_of(settings, objectives=WORKLOAD.objectives, seed=5):
    return evaluate(PARAMS, seed=seed, settings=settings, objectives=objectives)


def test_evaluation_returns_every_metric(settings):
    metrics = metrics_of(settings)
    assert set(metrics) == MEASURED | RESULTS | set(FACTS) | {"inference_clock"}
    assert metrics["inference_clock"] in CLOCKS
    assert {name: metrics[name] for name in FACTS} == FACTS
    assert all(isinstance(metrics[name], float) and metrics[name] > 0 for name in MEASURED - {"training_compilation"})
    assert metrics["training_time_from"] == "whole"
    assert metrics["n_parameters"] == build_network(PARAMS, 0).count_params()


def test_accuracy_is_share_of_correct_predictions_after_last_epoch(settings, split, framework, trainings):
    metrics = metrics_of(settings)
    weights, loss = trainings(framework)
    guesses = predicted(framework, weights, PARAMS, split.validation.values).argmax(axis=1)
    assert metrics["training_loss"] == loss
    assert metrics["accuracy"] == np.mean(guesses == split.validation.labels)


@pytest.mark.parametrize("framework", ["torch"])
def test_repeats_use_following_seeds_and_give_standard_error(settings):
    alone = [metrics_of(settings, seed=seed)["accuracy"] for seed in (5, 6, 7)]
    metrics = metrics_of(replace(settings, repeats=3))
    assert metrics["accuracy"] == pytest.approx(np.mean(alone))
    assert metrics["accuracy_se"] == pytest.approx(np.std(alone, ddof=1) / np.sqrt(3))


def test_net_with_too_long_inference_is_not_trained_and_keeps_its_time(settings, monkeypatch):
    opened = type(open_session(settings.framework, "cpu"))
    monkeypatch.setattr(opened, "train", lambda *_: pytest.fail("trained"))
    with pytest.raises(TrialFailedError, match=r"inference_time is .*, its limit 1e-09") as failure:
        metrics_of(settings, Objectives([Maximize("accuracy"), Minimize("inference_time", at_most=1e-9)]))
    assert failure.value.reason == "outside_limits"
    assert set(failure.value.metrics) == set(FACTS) | MEASURED - {"training_time", "training_compilation"} | {
        "n_parameters",
        "inference_clock",
    }


@pytest.mark.parametrize("framework", ["torch"])
def test_clock_of_inference_time_is_chosen_by_the_settings(settings):
    wall = metrics_of(replace(settings, clock="wall"))
    assert (wall["inference_clock"], wall["inference_time"]) == ("wall", wall["inference_time_wall"])
    assert "processor_speed" not in wall
    reference = metrics_of(settings)
    assert reference["inference_time"] != reference["inference_time_wall"]
    assert reference["inference_time_se"] >= 0.05 * reference["inference_time"]  # differences between measurements


@pytest.mark.parametrize("framework", ["torch"])
def test_limit_that_holds_changes_no_metric(settings):
    within = Objectives([Maximize("accuracy", at_least=0.0), Minimize("inference_time", at_most=3600.0)])
    assert metrics_of(settings, within)["training_loss"] == metrics_of(settings)["training_loss"]


@pytest.mark.parametrize("framework", ["torch"])
def test_evaluation_inside_device_lock_does_not_wait(settings):
    with exclusive_device("cpu"):
        metrics = metrics_of(settings)
    assert metrics["measured"] == "exclusive"
    assert metrics["training_time_from"] == "whole"


@pytest.mark.parametrize("framework", ["torch"])
def test_each_epoch_is_reported_with_its_loss_and_accuracy(settings):
    report = Reporter()
    metrics = evaluate(PARAMS, report, settings=replace(settings, epochs=11, repeats=2), objectives=WORKLOAD.objectives)
    points = dict(report.curve.points)
    assert list(points) == list(range(23))
    assert points.pop(0) == {"inference_time": metrics["inference_time"]}
    assert all(set(point) == {"accuracy", "training_loss"} for point in points.values())
    assert np.mean([points[epoch]["accuracy"] for epoch in (11, 22)]) == pytest.approx(metrics["accuracy"])
    assert np.mean([points[epoch]["training_loss"] for epoch in (11, 22)]) == pytest.approx(metrics["training_loss"])


@pytest.mark.parametrize("framework", ["torch"])
def test_refused_report_ends_all_trainings(settings):
    seen = []

    def report(step, _metrics):
        seen.append(step)
        return step < 2

    metrics = evaluate(PARAMS, report, settings=replace(settings, epochs=9, repeats=3), objectives=WORKLOAD.objectives)
    assert seen == [0, 1, 2]
    assert 0 <= metrics["accuracy"] <= 1
    assert "accuracy_se" not in metrics
