"""Tests of the callback for XGBoost."""

import numpy as np
import pytest

from adapters.callbacks.training_checks import N_STEPS, check_all, check_example, reports_of

pytestmark = pytest.mark.end_to_end
xgboost = pytest.importorskip("xgboost", reason="XGBoost is not installed")
X = np.random.default_rng(0).random((60, 3))
PARAMS = {"objective": "reg:squarederror", "nthread": 1}


def data():
    return xgboost.DMatrix(X[:40], X[:40, 0]), xgboost.DMatrix(X[40:], X[40:, 0])


def train_with(report, rounds=N_STEPS, model=None):
    from paretune.adapters.callbacks import XGBoostCallback

    dtrain, dtest = data()
    callbacks = [XGBoostCallback(report)]
    xgboost.train(
        PARAMS, dtrain, rounds, evals=[(dtest, "test")], verbose_eval=False, xgb_model=model, callbacks=callbacks
    )


def test_xgboost_reports_each_round_and_stops():
    check_all(train_with, "test-rmse")


def test_xgboost_model_that_is_trained_further_counts_on():
    first = xgboost.train(PARAMS, data()[0], 3)
    assert list(reports_of(lambda report: train_with(report, 2, first))) == [4, 5]


def test_xgboost_cross_validation_reports_means():
    from paretune.adapters.callbacks import XGBoostCallback

    def train(report):
        xgboost.cv(PARAMS, data()[0], N_STEPS, nfold=2, callbacks=[XGBoostCallback(report)])

    reports = reports_of(train, last_step=3)
    assert list(reports) == [1, 2, 3]
    assert list(reports[1]) == ["train-rmse", "test-rmse"]


def test_example_of_the_page_runs_with_xgboost():
    dtrain, dvalid = data()
    check_example("XGBoostCallback", params=PARAMS, dtrain=dtrain, dvalid=dvalid)
