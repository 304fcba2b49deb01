"""Tests of the callback for Keras."""

import numpy as np
import pytest

from adapters.callbacks.training_checks import N_STEPS, check_all, check_example

pytestmark = pytest.mark.end_to_end
keras = pytest.importorskip("keras", reason="Keras is not installed")


X = np.random.default_rng(0).random((20, 3), np.float32)


def new_model():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    return model


def test_keras_reports_each_epoch_and_stops():
    from paretune.adapters.callbacks import KerasCallback

    def train(report):
        callbacks = [KerasCallback(report)]
        new_model().fit(X, X[:, :1], validation_split=0.2, epochs=N_STEPS, verbose=0, callbacks=callbacks)

    check_all(train, "val_loss")


def test_example_of_the_page_runs_with_keras():
    check_example("KerasCallback", model=new_model(), X=X, y=X[:, :1])
