"""A configuration from its costs to its qualities; it is stopped, gone on with, limited and repeated."""

import pytest
import torch

from image_folders import write_images
from paretune.errors import TrialFailedError
from paretune.evaluation.checkpoint import Checkpoint
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.workloads.builtin.images import WORKLOAD, evaluation

PARAMS = {
    "net": "small",
    "width": 0.25,
    "resolution": 1.0,
    "learning_rate": 0.1,
    "batch_size": 8,
    "momentum": 0.9,
    "weight_decay": 1e-4,
    "augmentation": "shift_flip",
    "schedule": "cosine",
}
COSTS = {"parameters", "multiply_adds", "pixels"}


@pytest.fixture
def prepared(tmp_path):
    write_images(tmp_path / "data", {"inner": 20, "outer": 20}, side=8)

    def prepare(**given):
        settings = {"data": str(tmp_path / "data"), "epochs": 3, "objectives": "accuracy,parameters", "device": "cpu"}
        return WORKLOAD.prepare(WORKLOAD.parse_settings({**settings, **given}).options, None)

    return prepare


@pytest.mark.end_to_end
def test_net_learns_and_reports_costs_and_each_epoch(prepared):
    steps = []
    found = prepared(epochs=6).evaluate(PARAMS, lambda step, metrics: steps.append((step, dict(metrics))) or True)
    assert [step for step, _ in steps] == list(range(7))
    assert steps[0][1] == {"parameters": found["parameters"]}
    assert set(steps[6][1]) == {"accuracy", "balanced_accuracy", "log_loss", "auc", "training_loss"}
    assert steps[6][1]["training_loss"] < steps[1][1]["training_loss"]
    assert found["accuracy"] > 0.7
    assert {"test_accuracy", "test_auc", "training_time", *COSTS} <= set(found)
    assert "latency" not in found


@pytest.mark.end_to_end
def test_stopped_trial_goes_on_with_the_same_result(prepared, tmp_path):
    evaluate = prepared(repeats=2).evaluate
    whole = evaluate(PARAMS, seed=5)
    folder = tmp_path / "checkpoint"
    stopped = evaluate(PARAMS, lambda step, _metrics: step != 4, Checkpoint(folder), seed=5)
    assert "test_accuracy" in whole
    assert stopped["training_loss"] != whole["training_loss"]
    steps = []
    later = evaluate(PARAMS, lambda step, _metrics: steps.append(step) or True, Checkpoint(folder), seed=5)
    assert steps == [0, 5, 6]
    times = {"training_time", "training_time_from", "training_time_se", "training_compilation", "measured"}
    assert {name: later[name] for name in later if name not in times} == {
        name: whole[name] for name in whole if name not in times
    }
    assert "accuracy_se" in whole


@pytest.mark.end_to_end
def test_latency_is_measured_if_it_is_an_objective(prepared):
    found = prepared(objectives="auc,latency,batch_latency", epochs=1).evaluate(PARAMS)
    assert 0 < found["batch_latency"] < found["latency"] < 0.1
    assert found["latency_se"] > 0
    assert found["clock"].startswith("reference")


def test_net_that_is_too_large_is_not_trained(prepared):
    objectives = Objectives([Maximize("accuracy"), Minimize("parameters", at_most=10)])
    with pytest.raises(TrialFailedError) as caught:
        prepared().evaluate_for(objectives)(PARAMS)
    assert caught.value.reason == "outside_limits"
    assert caught.value.metrics["parameters"] > 10


def test_lack_of_memory_fails_the_trial(prepared, monkeypatch):
    def build_net(_shape, _seed):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(evaluation, "build_net", build_net)
    with pytest.raises(TrialFailedError) as caught:
        prepared().evaluate(PARAMS)
    assert caught.value.reason == "out_of_memory"
