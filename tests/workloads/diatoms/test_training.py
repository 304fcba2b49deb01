"""Is a configuration trained as Keras would train it, and measured as it says?"""

import gc
from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from paretune.errors import TrialFailedError
from paretune.workloads.diatoms import outlines, training
from paretune.workloads.diatoms.archive import Part, Split
from paretune.workloads.diatoms.network import build
from paretune.workloads.diatoms.training import evaluate, predictor, train

PARAMS = {
    "batch_size": 16,
    "conv_1_num_filters": 6,
    "conv_2_num_filters": 5,
    "conv_3_num_filters": 4,
    "conv_1_filter_size": 8,
    "conv_2_filter_size": 5,
    "conv_3_filter_size": 2,
    "learning_rate": 1e-2,
    "one_minus_beta_1": 0.1,
    "one_minus_beta_2": 0.01,
    "epsilon": 1e-7,
    "decay": 0.0,
}
TIMES = {"inference_time", "inference_time_se", "inference_first_call", "training_time"}


@pytest.fixture(scope="module")
def split():
    return outlines.draw().standardised()


@pytest.fixture(scope="module")
def metrics(split):
    return evaluate(PARAMS, split, epochs=2, seed=5)


def results(metrics):
    return {name: value for name, value in metrics.items() if name not in TIMES}


def fit_by_keras(part, epochs, seed):
    """The same training by `keras.Model.fit`, in the same order; 222 series leave a last batch of 14."""
    model, shuffle = build(PARAMS, seed), np.random.default_rng(seed)
    adam = keras.optimizers.Adam(1e-2, beta_1=0.9, beta_2=0.99, epsilon=1e-7)
    model.compile(adam, "sparse_categorical_crossentropy", jit_compile=False)
    for _ in range(epochs):
        order = shuffle.permutation(len(part.labels))
        batches = {"x": part.values[order, :, None], "y": part.labels[order], "batch_size": 16}
        history = model.fit(**batches, shuffle=False, verbose=0)
    return model, history.history["loss"][0]


def test_weights_and_loss_are_those_of_keras_fit(split):
    model = build(PARAMS, seed=5)
    loss = train(model, split.training, PARAMS, epochs=2, seed=5)
    expected, expected_loss = fit_by_keras(split.training, epochs=2, seed=5)
    assert loss == pytest.approx(expected_loss, rel=1e-4)
    for ours, theirs in zip(model.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-2, atol=1e-3)


def test_every_metric_is_there_and_sound(metrics):
    assert set(metrics) == TIMES | {"accuracy", "training_loss", "n_parameters"}
    assert all(isinstance(value, float) and value > 0 for value in metrics.values())
    assert metrics["inference_time"] < metrics["inference_first_call"] < 10
    assert metrics["n_parameters"] == build(PARAMS, 0).count_params()


def test_accuracy_is_the_share_that_keras_predicts_rightly_after_the_last_epoch(split, metrics):
    model = build(PARAMS, seed=5)
    assert metrics["training_loss"] == train(model, split.training, PARAMS, epochs=2, seed=5)
    guesses = model.predict(split.validation.values[..., None], verbose=0).argmax(axis=1)
    assert metrics["accuracy"] == np.mean(guesses == split.validation.labels)


def test_the_same_seed_trains_the_same_and_another_seed_otherwise(split, metrics):
    assert results(evaluate(PARAMS, split, epochs=2, seed=5)) == results(metrics)
    assert evaluate(PARAMS, split, epochs=2, seed=6)["training_loss"] != metrics["training_loss"]


def test_a_prediction_covers_all_series_in_order_and_the_last_batch(split):
    model, values = build(PARAMS, seed=0), split.validation.values[:70]
    predicted = predictor(model, values)()
    np.testing.assert_allclose(predicted, model(values[..., None], training=False).numpy(), rtol=1e-5)


def test_the_decay_slows_the_training_down(split):
    model = build(PARAMS, seed=0)
    start = model.get_weights()[0]
    train(model, split.training, PARAMS | {"decay": 1e3}, epochs=1, seed=0)
    slow = np.abs(model.get_weights()[0] - start).max()
    assert 0 < slow < 0.012  # the first step is at most the learning rate, the others together a thousandth of that


def test_the_plateau_rule_halves_the_rate_of_a_training_that_stands_still(split, monkeypatch):
    few = Part(split.training.values[:2], split.training.labels[:2])
    adam, plateau = training.DecayingAdam, training.Plateau
    params, adams = PARAMS | {"learning_rate": 2e-4, "batch_size": 2}, []
    monkeypatch.setattr(training, "DecayingAdam", lambda *a: adams.append(adam(*a)) or adams[-1])
    monkeypatch.setattr(training, "Plateau", lambda rate: plateau(rate, best=-np.inf))
    train(build(params, 0), few, params, epochs=51, seed=0)
    assert adams[0].rate == pytest.approx(1e-4)


def test_a_training_that_diverged_still_has_an_accuracy(split):
    values = split.training.values.copy()
    values[0, 0] = np.nan
    broken = replace(split, training=Part(values, split.training.labels))
    metrics = evaluate(PARAMS, broken, epochs=1, seed=0)
    assert np.isnan(metrics["training_loss"])
    assert 0 <= metrics["accuracy"] <= 1


def test_a_trial_leaves_nothing_behind(split):
    evaluate(PARAMS, split, epochs=1, seed=0)
    before = len(gc.get_objects())
    evaluate(PARAMS, split, epochs=1, seed=0)
    gc.collect()
    assert len(gc.get_objects()) - before < 1000  # one graph that is not freed is about 7000


def test_exhausted_memory_fails_the_trial_with_its_reason(split, monkeypatch):
    def exhaust(*_):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor\nand a long trace")

    monkeypatch.setattr(training, "train", exhaust)
    with pytest.raises(TrialFailedError, match=r"^OOM when allocating tensor$") as error:
        evaluate(PARAMS, split, epochs=1, seed=0)
    assert error.value.reason == "out_of_memory"


def test_one_series_and_a_batch_larger_than_the_data_are_enough(split):
    def one(part):
        return Part(part.values[:1], part.labels[:1])

    tiny = Split(one(split.training), one(split.validation))
    assert evaluate(PARAMS | {"batch_size": 100_000}, tiny, epochs=1, seed=0)["accuracy"] in (0.0, 1.0)
