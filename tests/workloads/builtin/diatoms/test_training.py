"""Trainings in each framework, compared with `keras.Model.fit`."""

import gc
from dataclasses import replace
from importlib import import_module
from itertools import islice

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch

from paretune.errors import InvalidInputError, TrialFailedError
from paretune.measure import TrainingTimer
from paretune.workloads.builtin.diatoms import WORKLOAD
from paretune.workloads.builtin.diatoms.dataset import Part
from paretune.workloads.builtin.diatoms.frameworks import open_session
from paretune.workloads.builtin.diatoms.on_tensorflow.network import build_network
from paretune.workloads.builtin.diatoms.plateau import Plateau
from paretune.workloads.builtin.diatoms.weights import initial_weights
from paretune.workloads.builtin.training_state import read_state, write_state
from small_diatoms import PARAMS, predicted, trained, weights_of

pytestmark = pytest.mark.end_to_end


@pytest.fixture(scope="module")
def fitted_by_keras(split):
    """The same training by `keras.Model.fit`, in the same order; 222 series leave a last batch of 14."""
    model, shuffle, part = build_network(PARAMS, 5), np.random.default_rng(5), split.training
    adam = keras.optimizers.Adam(1e-2, beta_1=0.9, beta_2=0.99, epsilon=1e-7)
    model.compile(adam, "sparse_categorical_crossentropy", jit_compile=False)
    for _ in range(2):
        order = shuffle.permutation(len(part.labels))
        batches = {"x": part.values[order, :, None], "y": part.labels[order], "batch_size": 16}
        history = model.fit(**batches, shuffle=False, verbose=0)
    return model.get_weights(), history.history["loss"][0]


def test_weights_and_loss_are_those_of_keras_fit(framework, trainings, fitted_by_keras):
    weights, loss = trainings(framework)
    expected, expected_loss = fitted_by_keras
    assert loss == pytest.approx(expected_loss, rel=1e-4)
    for i, (ours, theirs) in enumerate(zip(weights, expected, strict=True)):
        if i > 17 or i % 6 not in (1, 4):  # biases before a normalisation have no gradient but rounding errors
            np.testing.assert_allclose(ours, theirs, rtol=1e-2, atol=2e-3)


@pytest.mark.slow  # the test above compares weights and losses
def test_both_frameworks_reach_the_same_accuracy_within_the_spread_of_seeds(split):
    params = PARAMS | {f"conv_{i}_num_filters": 12 for i in (1, 2, 3)} | {"batch_size": 8}

    def accuracies(framework):
        for seed in range(3):
            weights, _ = trained(framework, params, split.training, epochs=8, seed=seed)
            guesses = predicted(framework, weights, params, split.validation.values).argmax(axis=1)
            yield np.mean(guesses == split.validation.labels)

    ours, theirs = list(accuracies("torch")), list(accuracies("tensorflow"))
    assert min(*ours, *theirs) > 3 / 37
    assert abs(np.mean(ours) - np.mean(theirs)) < 3 * np.std([*ours, *theirs], ddof=1) * np.sqrt(2 / 3)


def test_same_seed_trains_the_same_and_other_seed_differs(framework, split, trainings):
    same, other = (trained(framework, PARAMS, split.training, epochs=2, seed=seed)[1] for seed in (5, 6))
    assert trainings(framework)[1] == same != other


def test_decay_slows_training_down(framework, split):
    start = initial_weights(PARAMS, 0)[0]
    weights, _ = trained(framework, PARAMS | {"decay": 1e3}, split.training, epochs=1)
    # the first step is at most the learning rate, the others together a thousandth of that
    assert 0 < np.abs(weights[0] - start).max() < 0.012


def test_plateau_rule_halves_rate_of_stagnant_training(framework, split, monkeypatch):
    few = Part(split.training.values[:2], split.training.labels[:2])
    params, rates = PARAMS | {"learning_rate": 2e-4, "batch_size": 2}, []

    class Watched(Plateau):
        def update(self, loss):
            after = super().update(loss)
            rates.append(after.rate)
            return after

    module = import_module(f"paretune.workloads.builtin.diatoms.on_{framework}.training")
    monkeypatch.setattr(module, "Plateau", lambda rate: Watched(rate, best=-np.inf))
    halved, _ = trained(framework, params, few, epochs=60)
    assert rates == [2e-4] * 50 + [1e-4] * 10
    monkeypatch.setattr(module, "Plateau", lambda rate: Plateau(rate, best=-np.inf, wait=-1000))
    with open_session(framework, "cpu") as opened, TrainingTimer("cpu", opened.synchronize) as timer:
        net = opened.build(params, 0)
        losses = iter(opened.train(net, few, params, 60, 0, timer))
        n_whole, at_51 = len(list(islice(losses, 51))), weights_of(net)[18]
        n_rest, whole = len(list(losses)), weights_of(net)[18]
    assert (n_whole, n_rest) == (51, 9)
    ratio = np.abs(halved[18] - at_51).sum() / np.abs(whole - at_51).sum()
    assert ratio == pytest.approx(0.5, abs=0.05)


def test_training_works_with_batch_larger_than_data_and_with_one_series(framework, split):
    one = Part(split.training.values[:1], split.training.labels[:1])
    assert np.isfinite(trained(framework, PARAMS | {"batch_size": 100_000}, one, epochs=2)[1])


def test_diverged_training_still_predicts(framework, split):
    values = split.training.values.copy()
    values[0, 0] = np.nan
    weights, loss = trained(framework, PARAMS, Part(values, split.training.labels), epochs=1)
    assert np.isnan(loss)
    assert predicted(framework, weights, PARAMS, split.validation.values).argmax(axis=1).shape == (222,)


def test_trial_frees_its_memory(framework, split, trainings):
    trainings(framework)  # what the first training leaves is left once
    gc.collect()
    before = len(gc.get_objects())
    trained(framework, PARAMS, split.training, epochs=1)
    gc.collect()
    assert len(gc.get_objects()) - before < 1000  # one graph of TensorFlow's that is not freed is about 7000


@pytest.mark.end_to_end
def test_training_that_goes_on_equals_one_in_one_go(framework, split, tmp_path):
    epochs, params, file = 3, PARAMS | {"decay": 1e-3}, tmp_path / "state"
    weights, loss = trained(framework, params, split.training, epochs)
    with open_session(framework, "cpu") as opened, TrainingTimer("cpu", opened.synchronize) as timer:
        training = opened.train(opened.build(params, 0), split.training, params, epochs, 0, timer)
        next(iter(training))
        write_state(file, training.state(), {"training_time": 1.0})
    with open_session(framework, "cpu") as opened, TrainingTimer("cpu", opened.synchronize) as timer:
        net = opened.build(params, 0)
        training = opened.train(net, split.training, params, epochs, 0, timer)
        state, time = read_state(file)
        training.restore(state)
        losses = list(training)
        again = weights_of(net)
    assert time == {"training_time": 1.0}
    assert len(losses) == epochs - 1
    assert losses[-1] == loss
    assert all(np.array_equal(one, other) for one, other in zip(weights, again, strict=True))


def go_on(params, split, state, change=lambda _training: None):
    """The weights after the second epoch of a training that went on from a state."""
    with open_session("torch", "cpu") as opened, TrainingTimer("cpu", opened.synchronize) as timer:
        net = opened.build(params, 0)
        training = opened.train(net, split.training, params, 2, 0, timer)
        training.restore(state)
        change(training)
        next(iter(training))
        return [weight.copy() for weight in net.weights]


def test_changed_parameters_act_in_a_training_that_goes_on(split):
    """A copy in a population: with another rate it is the training in which the rate was set after the first epoch."""
    with open_session("torch", "cpu") as opened, TrainingTimer("cpu", opened.synchronize) as timer:
        training = opened.train(opened.build(PARAMS, 0), split.training, PARAMS, 2, 0, timer)
        next(iter(training))
        state = training.state()
    rate = 2 * PARAMS["learning_rate"]

    def set_rate(training):
        training._plateau = replace(training._plateau, rate=rate)
        training._adam.rate = rate

    expected, unchanged = go_on(PARAMS, split, state, set_rate), go_on(PARAMS, split, state)
    found = go_on(PARAMS | {"learning_rate": rate}, split, state)
    assert all(np.array_equal(one, other) for one, other in zip(expected, found, strict=True))
    for name in sorted(set(WORKLOAD.changeable) - {"learning_rate"}):
        value = {"batch_size": 8, "decay": 0.1, "epsilon": 1e-3}.get(name, 0.5)
        changed = go_on(PARAMS | {name: value}, split, state)
        assert any(not np.array_equal(one, other) for one, other in zip(unchanged, changed, strict=True)), name


@pytest.mark.parametrize(
    ("framework", "error"),
    [
        ("tensorflow", tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor\nand a long trace")),
        ("torch", torch.OutOfMemoryError("OOM when allocating tensor\nand a long trace")),
    ],
)
def test_exhausted_memory_fails_trial_as_out_of_memory(framework, error):
    with (
        pytest.raises(TrialFailedError, match=r"^OOM when allocating tensor$") as failure,
        open_session(framework, "cpu"),
    ):
        raise error
    assert failure.value.reason == "out_of_memory"


def test_failed_cpu_allocation_in_pytorch_is_out_of_memory():
    with pytest.raises(TrialFailedError, match="can't allocate memory") as failure, open_session("torch", "cpu"):
        torch.empty(2**58, dtype=torch.uint8)
    assert failure.value.reason == "out_of_memory"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_gpu_that_framework_does_not_see_is_an_error(framework):
    with pytest.raises(InvalidInputError, match=r"^device=cuda, but \w+ sees no GPU: set .*device=cpu$"):
        open_session(framework, "cuda")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
def test_gpu_training_equals_cpu_training(split):
    losses = [trained("torch", PARAMS, split.training, epochs=2, device=device)[1] for device in ("cuda", "cpu")]
    assert losses[0] == pytest.approx(losses[1], rel=1e-2)
