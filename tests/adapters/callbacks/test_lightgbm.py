"""Tests of the callback for LightGBM."""

import numpy as np
import pytest

from adapters.callbacks.training_checks import N_STEPS, check_all, check_example, reports_of

pytestmark = pytest.mark.end_to_end
lightgbm = pytest.importorskip("lightgbm", reason="LightGBM is not installed")
X = np.random.default_rng(0).random((60, 3))
PARAMS = {"objective": "regression", "min_data_in_leaf": 2, "verbose": -1, "num_threads": 1}


def data():
    return lightgbm.Dataset(X[:40], X[:40, 0]), lightgbm.Dataset(X[40:], X[40:, 0])


def test_lightgbm_reports_each_round_and_stops():
    from paretune.adapters.callbacks import LightGBMCallback

    def train(report):
        train_set, valid_set = data()
        lightgbm.train(PARAMS, train_set, N_STEPS, valid_sets=[valid_set], callbacks=[LightGBMCallback(report)])

    check_all(train, "valid_0-l2")


def test_lightgbm_model_that_is_trained_further_counts_on():
    from paretune.adapters.callbacks import LightGBMCallback

    def train(report):
        train_set, valid_set = data()
        first = lightgbm.train(PARAMS, train_set, 3)
        train_set, valid_set = data()
        lightgbm.train(
            PARAMS, train_set, 2, valid_sets=[valid_set], init_model=first, callbacks=[LightGBMCallback(report)]
        )

    assert list(reports_of(train)) == [4, 5]


def test_lightgbm_cross_validation_reports_means():
    from paretune.adapters.callbacks import LightGBMCallback

    def train(report):
        lightgbm.cv(PARAMS, data()[0], N_STEPS, nfold=2, stratified=False, callbacks=[LightGBMCallback(report)])

    reports = reports_of(train, last_step=3)
    assert list(reports) == [1, 2, 3]
    assert list(reports[1]) == ["valid-l2"]


def test_example_of_the_page_runs_with_lightgbm():
    train_set, valid_set = data()
    check_example("LightGBMCallback", params=PARAMS, train_set=train_set, valid_set=valid_set)
