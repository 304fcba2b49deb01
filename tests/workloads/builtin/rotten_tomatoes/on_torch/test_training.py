"""The training in PyTorch: batches, learning rate, accuracy, time and time limit."""

import math
import threading
import time
from contextlib import suppress
from functools import partial

import numpy as np
import pytest
import torch

from paretune.evaluation.checkpoint import Checkpoint, copy_checkpoint
from paretune.evaluation.outcome import Outcome
from paretune.measure import exclusive_device
from paretune.workloads.builtin.rotten_tomatoes import WORKLOAD, generated_reviews
from paretune.workloads.builtin.rotten_tomatoes.dataset import make_split
from paretune.workloads.builtin.rotten_tomatoes.on_torch import training
from paretune.workloads.builtin.rotten_tomatoes.on_torch.network import initial_weights, logits
from paretune.workloads.builtin.rotten_tomatoes.on_torch.training import TrainingStep, batches, is_correct, train

CPU = torch.device("cpu")
TIME = "training_time"
TIMES = {TIME, "training_time_se", "training_time_from", "training_compilation"}


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


def timeless(metrics):
    return {name: value for name, value in metrics.items() if name not in TIMES}


def test_batches_keep_order_and_drop_rest(tiny):
    tokens, labels = batches(tiny.training, 8, CPU)
    assert tokens.shape == (3, 8, 7)
    assert tokens.reshape(24, 7).tolist() == tiny.training.tokens[:24].tolist()
    assert labels.reshape(24).tolist() == tiny.training.labels[:24].tolist()


def test_training_returns_every_metric(tiny, params):
    metrics = train(params, tiny)
    assert metrics["accuracy"] * 7 == pytest.approx(round(metrics["accuracy"] * 7))  # of 12, one batch of 7 counts
    assert metrics[TIME] > 0
    assert metrics["training_compilation"] >= 0
    facts = {"training_time_from": "whole", "measured": "exclusive", "device": "cpu", "epochs_run": 3}
    assert {name: metrics[name] for name in facts} == facts
    assert 0 < metrics["training_loss"] < 1
    assert metrics["n_parameters"] == 20 * 6 + 100 * 6 * (3 + 4 + 5) + 300 + 2 * 300 + 2


def test_reviews_depend_on_seed_only(tiny, params):
    one, same, other = (timeless(train(params | {"seed": seed}, tiny)) for seed in (0, 0, 1))
    assert one == same
    assert one["training_loss"] != other["training_loss"]


@pytest.mark.parametrize("epochs", [51, 53])
def test_rate_is_halved_once_after_epoch_50(tiny, params, epochs):
    params |= {"epochs": epochs, "batch_size": 10}
    step = TrainingStep(params, tiny.n_words, torch.Generator().manual_seed(0))
    tokens, labels = batches(tiny.training, 10, CPU)
    for epoch in range(epochs):
        rate = torch.tensor(5e-4 if epoch > 50 else 1e-3)
        losses = [float(step(t, y, rate)) for t, y in zip(tokens, labels, strict=True)]
    assert train(params, tiny)["training_loss"] == pytest.approx(np.mean(losses), rel=1e-6)


def test_dropout_keeps_its_share_and_the_mean(tiny, params, monkeypatch):
    seen = []
    monkeypatch.setattr(training, "logits", lambda w, t, kept=None: (seen.append(kept), logits(w, t, kept))[1])
    train(params | {"dropout_rate": 0.8, "epochs": 10}, tiny)
    masks = [kept for kept in seen if kept is not None]
    assert len(seen) - len(masks) == 10  # measured with the whole net
    values = torch.cat(masks)
    assert sorted(set(values.flatten().tolist())) == pytest.approx([0.0, 5.0])
    assert values.mean() == pytest.approx(1.0, abs=4 * 2.0 / values.numel() ** 0.5)
    assert len({tuple(kept.flatten().tolist()) for kept in masks}) == len(masks)


def test_logits_without_mask_use_all_features(tiny, params):
    one, other = (train(params | {"dropout_rate": 0.0, "epochs": 1, "seed": 3}, tiny) for _ in "ab")
    weights = initial_weights(tiny.n_words, 6, torch.Generator().manual_seed(3))
    tokens, labels = batches(tiny.training, 7, CPU)
    first = torch.nn.functional.cross_entropy(logits(weights, tokens[0]), labels[0])
    step = TrainingStep(params | {"dropout_rate": 0.0}, tiny.n_words, torch.Generator().manual_seed(3))
    assert step(tokens[0], labels[0], torch.tensor(0.0)) == pytest.approx(float(first))
    assert timeless(one) == timeless(other)


def test_accuracy_is_of_last_epoch_without_dropout(tiny, params, monkeypatch):
    kept = []

    class Kept(TrainingStep):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            kept.append(self)

    monkeypatch.setattr(training, "TrainingStep", Kept)
    accuracy = train(params | {"batch_size": 4, "epochs": 12, "learning_rate": 3e-3}, tiny)["accuracy"]
    tokens, labels = (torch.as_tensor(each) for each in (tiny.dev.tokens, tiny.dev.labels))
    assert accuracy == pytest.approx(float(is_correct(kept[0].weights, tokens, labels).double().mean()))


def test_training_reaches_high_accuracy_on_easy_reviews():
    split = make_split(*generated_reviews.draw_reviews())
    params = {"dropout_rate": 0.5, "learning_rate": 3e-3, "max_grad_norm": 5.0, "embed_dim": 16, "seed": 0}
    assert train(params | {"epochs": 2, "batch_size": 20}, split)["accuracy"] > 0.8


def test_net_with_nan_weights_calls_every_review_negative():
    weights = {name: weight.fill_(math.nan) for name, weight in initial_weights(20, 6, torch.Generator()).items()}
    labels = torch.tensor([0, 1, 0])
    assert is_correct(weights, torch.zeros(3, 7, dtype=torch.long), labels).tolist() == [True, False, True]


def test_diverged_training_has_accuracy(tiny, params):
    metrics = train(params | {"learning_rate": 1e30, "epochs": 6}, tiny)
    assert math.isnan(metrics["training_loss"])
    assert metrics["accuracy"] == np.mean(tiny.dev.labels[:7] == 0)
    assert Outcome.from_metrics(metrics, WORKLOAD.objectives).reason == "outside_limits"


def test_outlines_do_not_depend_on_global_generator(tiny, params):
    torch.manual_seed(1)
    one = timeless(train(params, tiny))
    before = torch.get_rng_state()
    assert timeless(train(params, tiny)) == one
    assert torch.equal(torch.get_rng_state(), before)


def test_shared_training_time_is_estimated_from_steps_timed_alone(tiny, params, beside_another):
    metrics, waited = beside_another(partial(train, split=tiny), params | {"epochs": 30})
    assert waited > 0  # the other stood still
    assert metrics["training_time_from"] == "from_steps"
    assert metrics[TIME] > 0
    assert metrics["training_time_se"] > 0
    assert timeless(metrics) == timeless(train(params | {"epochs": 30}, tiny))


def test_no_step_runs_while_device_is_locked(tiny, params, monkeypatch):
    began, is_over, steps, taken = threading.Event(), threading.Event(), [], []

    class Counted(TrainingStep):
        def __call__(self, tokens, labels, rate):
            steps.append(began.set())
            if is_over.is_set():
                raise InterruptedError
            return super().__call__(tokens, labels, rate)

    def run():
        with suppress(InterruptedError):
            train(params | {"epochs": 10**6}, tiny)

    monkeypatch.setattr(training, "TrainingStep", Counted)
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    for _ in range(3):
        began.clear()
        assert began.wait(60)
        with exclusive_device():
            n_before = len(steps)
            time.sleep(0.1)
            taken.append(len(steps) - n_before)
    is_over.set()
    thread.join(60)
    assert taken == [0, 0, 0]


def test_training_stops_after_epoch_that_exceeds_max_seconds(tiny, params):
    assert train(params | {"max_seconds": 1e-6}, tiny)["epochs_run"] == 1
    assert train(params | {"max_seconds": 3600.0}, tiny)["epochs_run"] == 3


@pytest.mark.end_to_end
def test_training_that_goes_on_equals_one_in_one_go(tiny, params, tmp_path):
    whole, parts = {}, {}
    metrics = train(params, tiny, lambda step, found: whole.update({step: found}) or True)
    first = train(params, tiny, lambda step, found: parts.update({step: found}), Checkpoint(tmp_path))
    again = train(params, tiny, lambda step, found: parts.update({step: found}) or True, Checkpoint(tmp_path))
    assert (first["epochs_run"], again["epochs_run"]) == (1, 3)
    assert parts == whole
    assert again["training_loss"] == metrics["training_loss"]
    assert again["training_time"] > first["training_time"]


@pytest.mark.end_to_end
def test_changed_parameters_act_in_a_training_that_goes_on(tiny, params, tmp_path):
    """A copy in a population; nothing changes if its parameters are those of its parent."""
    train(params, tiny, lambda *_: False, Checkpoint(tmp_path / "parent"))

    def go_on(**changes):
        copy_checkpoint(tmp_path / "parent", tmp_path / "copy")
        return train(params | changes, tiny, checkpoint=Checkpoint(tmp_path / "copy"))["training_loss"]

    unchanged = go_on()
    assert unchanged == go_on() == train(params, tiny)["training_loss"]
    for name, value in {"learning_rate": 0.05, "dropout_rate": 0.05, "max_grad_norm": 1e-3}.items():
        assert name in WORKLOAD.changeable
        assert go_on(**{name: value}) != unchanged


@pytest.mark.gpu
@pytest.mark.skipif(torch.cuda.device_count() == 0, reason="no NVIDIA GPU")
def test_gpu_step_never_waits_and_trains_as_on_cpu(tiny, params):
    params |= {"dropout_rate": 0.0, "batch_size": 10}
    losses = {}
    for device in map(torch.device, ("cpu", "cuda")):
        step = TrainingStep(params, tiny.n_words, torch.Generator(device))
        for name, weight in initial_weights(tiny.n_words, 6, torch.Generator().manual_seed(0)).items():
            step.weights[name].data.copy_(weight)
        tokens, labels = batches(tiny.training, 10, device)
        rate = torch.tensor(1e-3, device=device)
        torch.cuda.set_sync_debug_mode("error")
        try:
            losses[device.type] = [step(tokens[i % 3], labels[i % 3], rate) for i in range(12)]
        finally:
            torch.cuda.set_sync_debug_mode("default")
    on_cpu, on_gpu = (torch.stack(each).cpu() for each in losses.values())
    torch.testing.assert_close(on_cpu, on_gpu, rtol=2e-3, atol=2e-3)
