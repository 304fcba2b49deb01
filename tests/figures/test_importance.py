"""Importance of parameters, held against scikit-learn.

Covers `importance`, `importance_drawing`, `forest` and `sklearn_forest`.
"""

import numpy as np
import pytest
from scipy.stats import rankdata, sem
from sklearn.ensemble import RandomForestRegressor
from sklearn.inspection import permutation_importance
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict

from drawings import elements, texts
from paretune import Float, Space, Trials
from paretune.figures import draw_importance, importance_view
from paretune.figures import forest as forests
from paretune.figures.forest import importances
from studies import NAN, STORY, minimize, search

SPACE = Space({name: Float(0, 1) for name in ("strong", "weak", "idle")})


def study(n=150, noise=0.0, seed=0):
    """A study with an objective of two parameters and one of pure noise; the first parameter makes a third fail."""
    rng = np.random.default_rng(seed)
    X = rng.random((n, 3))
    losses = np.column_stack([4 * X[:, 0] + X[:, 1] + noise * rng.normal(size=n), rng.normal(size=n)])
    losses[X[:, 0] > 0.67] = NAN
    return Trials(SPACE, minimize("known", "noise"), tuple(SPACE.decode(X)), losses=losses)


@pytest.fixture
def many_trials(monkeypatch):
    """Treat any number of trials as many: scikit-learn grows the forest, exactly as the oracle does."""
    monkeypatch.setattr(forests, "MAX_TRIALS", 0)


@pytest.fixture(scope="module")
def view():
    return importance_view(study())


@pytest.mark.usefixtures("many_trials")
def test_importances_and_r2_equal_those_of_scikit_learn():
    rng = np.random.default_rng(1)
    X = rng.random((70, 4))
    y = X[:, 0] + 0.3 * np.sin(6 * X[:, 1]) + 0.1 * rng.normal(size=70)
    found = importances(X, y, seed=0)
    forest = RandomForestRegressor(100, min_samples_leaf=2, max_features=0.5, random_state=0)
    folds = KFold(5, shuffle=True, random_state=0)
    predicted = cross_val_predict(forest, X, y, cv=folds)
    assert found.r2 == pytest.approx(r2_score(y, predicted))
    better = ((y - y.mean()) ** 2 - (y - predicted) ** 2) / np.var(y)
    assert found.r2_se == pytest.approx(sem(better, ddof=0))
    shuffled = [
        permutation_importance(forest.fit(X[a], y[a]), X[b], y[b], scoring="neg_mean_squared_error", random_state=1)
        for a, b in folds.split(X)
    ]
    expected = np.mean([fold["importances_mean"] for fold in shuffled], axis=0) / np.var(y)
    error = found.spread / 5  # of the mean of five folds of five shuffles
    assert (np.abs(found.mean - expected) < 4 * np.sqrt(2) * error).all()
    assert found.spread == pytest.approx(
        np.std(np.hstack([f["importances"] for f in shuffled]), axis=1) / np.var(y), rel=0.5
    )
    assert (found.spread > 0).all()


@pytest.mark.usefixtures("many_trials")
def test_failure_has_the_auc_of_scikit_learn():
    trials = study()
    view = importance_view(trials)
    forest = RandomForestRegressor(100, min_samples_leaf=2, max_features=0.5, random_state=0)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    predicted = cross_val_predict(forest, trials.X, trials.is_failed.astype(float), cv=folds)
    assert view.outcomes["failing"].auc == pytest.approx(roc_auc_score(trials.is_failed, predicted))
    assert view.outcomes["known"].auc is None


def test_few_trials_have_the_importances_of_scikit_learn_within_their_errors(monkeypatch):
    trials = study(60, noise=0.3)
    few = importance_view(trials)
    monkeypatch.setattr(forests, "MAX_TRIALS", 0)
    many = importance_view(trials)
    for outcome, found in few.outcomes.items():
        expected = many.outcomes[outcome]
        assert found.is_predicted == expected.is_predicted == (outcome != "noise")
        assert found.r2 == pytest.approx(expected.r2, abs=2 * expected.r2_se)
        assert (np.abs(found.mean - expected.mean) < 4 * np.hypot(found.spread, expected.spread) / 5).all()
    assert few.outcomes["failing"].auc == pytest.approx(many.outcomes["failing"].auc, abs=0.05)


def test_true_order_of_parameters_is_found(view):
    known = view.outcomes["known"]
    assert known.mean[0] > known.mean[1] > known.mean[2]
    assert view.outcomes["failing"].mean.argmax() == 0
    assert view.most_important(2) == ("strong", "weak")
    assert known.n_trials == int(study().is_complete.sum())


def test_outcome_has_no_bars_if_forest_is_no_better_than_the_mean(view):
    assert not view.outcomes["noise"].is_predicted
    drawing = draw_importance(view)
    assert len(elements(drawing, "bar")) == 2 * 3
    said = " ".join(texts(drawing))
    assert "noise: no bars, because a forest does not predict clearly better than the mean." in said
    assert f"R² {view.outcomes['known'].r2:.2f} ± " in said
    assert f"AUC {view.outcomes['failing'].auc:.2f}" in said


def test_bars_are_sorted_by_importance(view):
    drawing = draw_importance(view)
    assert [text for text in texts(drawing) if text in SPACE][:3] == ["strong", "weak", "idle"]
    widths = [float(bar.get("width")) for bar in elements(drawing, "bar")[:3]]
    mean = np.abs(view.outcomes["known"].mean)
    assert [w / widths[0] for w in widths] == pytest.approx((mean / mean[0]).tolist(), abs=0.01)


def test_at_most_fifteen_parameters_have_bars():
    rng = np.random.default_rng(0)
    space = Space({f"x{i}": Float(0, 1) for i in range(40)})
    X = rng.random((60, 40))
    trials = Trials(space, minimize("loss"), tuple(space.decode(X)), losses=X[:, [31]])
    view = importance_view(trials)
    assert len(elements(draw_importance(view), "bar")) == 15
    assert view.most_important(1) == ("x31",)


def test_huge_value_does_not_change_importances():
    trials = study(40)
    known = ~np.isnan(trials.losses[:, 0])
    losses = np.array(trials.losses)
    losses[np.nanargmax(losses[:, 0]), 0] = 1e300
    huge = Trials(SPACE, trials.objectives, trials.params, losses=losses)
    ranks = importances(trials.X[known], rankdata(trials.losses[known, 0]), seed=0)
    assert importance_view(huge).outcomes["known"].mean.tolist() == ranks.mean.tolist()


@pytest.mark.parametrize(
    ("trials", "outcome", "why"),
    [
        (STORY, "time", "there are too few trials to learn from (5 of 20)"),
        (STORY[:0], "failing", "there are too few trials to learn from (0 of 20)"),
        (study(30)[study(30).is_complete], "failing", "all trials have the same outcome"),
        (search(25)[:22], "failing", "there are too few trials with the rarer outcome (3 of 5)"),
    ],
    ids=["few", "none", "no failure", "few failures"],
)
def test_panel_without_bars_says_why(trials, outcome, why):
    view = importance_view(trials)
    assert view.outcomes[outcome].why_not.endswith(why)
    assert f"because {why}." in " ".join(texts(draw_importance(view)))


def test_same_seed_gives_same_importances():
    trials = search(25)
    first, again, other = (importance_view(trials, seed).outcomes["f0"].mean.tolist() for seed in (0, 0, 1))
    assert first == again != other


def test_conditional_parameter_has_an_importance():
    view = importance_view(search(25))
    assert view.parameters[-1] == "momentum"
    assert np.isfinite(view.outcomes["f0"].mean).all()
