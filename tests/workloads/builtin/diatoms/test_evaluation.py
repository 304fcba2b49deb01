"""Are the metrics of a trial what they say, and is a net that is too slow not trained?"""

from dataclasses import replace

import numpy as np
import pytest

from paretune import Maximize, Minimize, TrialFailedError
from paretune.measure import exclusive
from paretune.objectives import Objectives
from paretune.workloads.builtin.diatoms import WORKLOAD
from paretune.workloads.builtin.diatoms.evaluation import Setting, evaluate
from paretune.workloads.builtin.diatoms.frameworks import session
from paretune.workloads.builtin.diatoms.on_tensorflow.network import build
from small_diatoms import PARAMS, predicted, trained

pytestmark = pytest.mark.end_to_end

MEASURED = {"inference_time", "inference_time_se", "inference_first_call", "training_time", "training_compilation"}
FACTS = {"inference_batch": 32, "inference_dtype": "float32", "measured": "exclusive", "device": "cpu"}
RESULTS = {"accuracy", "training_loss", "training_time_from", "n_parameters"}


@pytest.fixture
def setting(split, framework):
    return Setting(split, framework, "cpu", epochs=2, seed=5, repeats=1)


def metrics_of(setting, objectives=WORKLOAD.objectives):
    return evaluate(PARAMS, setting, objectives)


def test_every_metric_is_there_and_sound(setting):
    metrics = metrics_of(setting)
    assert set(metrics) == MEASURED | RESULTS | set(FACTS)
    assert {name: metrics[name] for name in FACTS} == FACTS
    assert all(isinstance(metrics[name], float) and metrics[name] > 0 for name in MEASURED - {"training_compilation"})
    assert metrics["training_time_from"] == "whole"
    assert metrics["n_parameters"] == build(PARAMS, 0).count_params()


def test_accuracy_is_the_share_that_is_predicted_rightly_after_the_last_epoch(setting, split, framework):
    metrics = metrics_of(setting)
    weights, loss = trained(framework, PARAMS, split.training, epochs=2, seed=5)
    guesses = predicted(framework, weights, PARAMS, split.validation.values).argmax(axis=1)
    assert metrics["training_loss"] == loss
    assert metrics["accuracy"] == np.mean(guesses == split.validation.labels)


@pytest.mark.parametrize("framework", ["torch"])
def test_repeats_are_trainings_with_the_next_seeds_and_give_a_standard_error(setting):
    alone = [metrics_of(replace(setting, seed=seed))["accuracy"] for seed in (5, 6, 7)]
    metrics = metrics_of(replace(setting, repeats=3))
    assert metrics["accuracy"] == pytest.approx(np.mean(alone))
    assert metrics["accuracy_se"] == pytest.approx(np.std(alone, ddof=1) / np.sqrt(3))


def test_a_net_whose_inference_takes_too_long_is_not_trained_and_its_time_is_known(setting, monkeypatch):
    opened = type(session(setting.framework, "cpu"))
    monkeypatch.setattr(opened, "train", lambda *_: pytest.fail("trained"))
    with pytest.raises(TrialFailedError, match=r"inference_time is .*, its limit 1e-09") as failure:
        metrics_of(setting, Objectives([Maximize("accuracy"), Minimize("inference_time", at_most=1e-9)]))
    assert failure.value.reason == "outside_limits"
    assert set(failure.value.metrics) == set(FACTS) | MEASURED - {"training_time", "training_compilation"} | {
        "n_parameters"
    }


@pytest.mark.parametrize("framework", ["torch"])
def test_a_limit_that_is_kept_changes_nothing(setting):
    within = Objectives([Maximize("accuracy", at_least=0.0), Minimize("inference_time", at_most=3600.0)])
    assert metrics_of(setting, within)["training_loss"] == metrics_of(setting)["training_loss"]


@pytest.mark.parametrize("framework", ["torch"])
def test_who_has_the_device_alone_already_waits_for_nothing(setting):
    with exclusive("cpu"):
        metrics = metrics_of(setting)
    assert metrics["measured"] == "exclusive"
    assert metrics["training_time_from"] == "whole"
