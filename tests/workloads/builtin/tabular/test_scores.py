"""Qualities against scikit-learn's, and the objectives that an option names."""

import numpy as np
import pytest
from sklearn import metrics

from paretune.errors import InvalidInputError
from paretune.workloads.builtin.tabular.scores import choose_objectives, score_all

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("n_classes", [2, 4])
def test_scores_of_classes_are_those_of_scikit_learn(n_classes):
    y = RNG.integers(0, n_classes, 200).astype(float)
    p = RNG.dirichlet(np.ones(n_classes), 200)
    found = score_all("classification", y, p)
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(y, p.argmax(axis=1)))
    assert found["balanced_accuracy"] == pytest.approx(metrics.balanced_accuracy_score(y, p.argmax(axis=1)))
    assert found["log_loss"] == pytest.approx(metrics.log_loss(y, p))
    area = metrics.roc_auc_score(y, p[:, 1]) if n_classes == 2 else metrics.roc_auc_score(y, p, multi_class="ovr")
    assert found["auc"] == pytest.approx(area)


def test_scores_of_numbers_are_those_of_scikit_learn():
    y, p = RNG.normal(size=50), RNG.normal(size=50)
    found = score_all("regression", y, p)
    assert found["r2"] == pytest.approx(metrics.r2_score(y, p))
    assert found["error"] == pytest.approx(metrics.root_mean_squared_error(y, p))
    assert found["absolute_error"] == pytest.approx(metrics.mean_absolute_error(y, p))


def test_prediction_that_is_not_finite_has_no_score():
    assert np.isnan(list(score_all("regression", np.ones(2), np.array([1.0, np.nan])).values())).all()


def test_objectives_are_those_of_the_option():
    assert choose_objectives("auto", "classification").names == ("balanced_accuracy", "batch_time")
    assert choose_objectives("auto", "regression").names == ("r2", "batch_time")
    assert choose_objectives(" auc, size,row_time", "classification").names == ("auc", "size", "row_time")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("r2,size", "objectives: r2 is for regression, and this is classification"),
        ("acuracy,size", "there is no 'acuracy' \\(did you mean 'accuracy'\\?\\)"),
        ("auc,auc", "objectives must name two or more"),
        ("", "objectives must name two or more"),
    ],
)
def test_wrong_objectives_are_refused(text, message):
    with pytest.raises(InvalidInputError, match=message):
        choose_objectives(text, "classification")
