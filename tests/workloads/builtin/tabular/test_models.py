"""The space of models, and models that are grown in rounds."""

from importlib.util import find_spec

import numpy as np
import pytest

from paretune.errors import InvalidInputError
from paretune.workloads.builtin.tabular import models
from paretune.workloads.builtin.tabular.models import (
    DOMAIN,
    FIRST,
    MODELS,
    OPTIONAL,
    PARAMETERS,
    build,
    choose_models,
    grow,
    model_space,
    n_rounds,
)

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
LABELS = (X[:, 0] + X[:, 1] > 0).astype(int)


def test_space_has_only_parameters_of_chosen_models():
    space = model_space(("linear", "boosting"), 50)
    assert list(space) == ["model", "strength", "rounds", "learning_rate", "leaves", "penalty"]
    assert space["rounds"].when == {"model": ("boosting",)}
    assert model_space(("nearest",), 50)["neighbors"].high == 25


def test_domain_contains_space_and_first_configurations_lie_in_it():
    space = model_space(MODELS)
    assert {params["model"] for params in FIRST} == set(MODELS)
    assert all(space.contains(params) for params in FIRST)
    for name, wide in DOMAIN.items():
        assert wide.low <= PARAMETERS[name].low < PARAMETERS[name].high <= wide.high


@pytest.mark.parametrize(
    ("text", "message"), [("linaer", "no 'linaer' \\(did you mean 'linear'\\?\\)"), (" , ", "must name one or more")]
)
def test_unknown_model_is_refused(text, message):
    with pytest.raises(InvalidInputError, match=message):
        choose_models(text)


def test_model_of_missing_package_is_refused_and_not_searched(monkeypatch):
    monkeypatch.setattr(models, "find_spec", lambda _: None)
    assert choose_models(models.installed_models()) == MODELS[:6]
    with pytest.raises(InvalidInputError, match="models: xgboost is not installed: pip install xgboost"):
        choose_models("xgboost")


@pytest.mark.parametrize("params", FIRST[:8], ids=lambda params: params["model"])
def test_model_grown_in_parts_is_the_model_grown_at_once(params):
    if params["model"] in OPTIONAL and find_spec(params["model"]) is None:
        pytest.skip("not installed")
    small = {**params, **{name: 6 for name in ("rounds", "trees", "epochs") if name in params}}
    once, parts = build(small, "classification", 0), build(small, "classification", 0)
    grow(once, n_rounds(small), X, LABELS, small)
    if n_rounds(small) > 1:
        grow(parts, 2, X, LABELS, small)
    grow(parts, n_rounds(small), X, LABELS, small)
    np.testing.assert_allclose(parts.predict_proba(X), once.predict_proba(X), rtol=1e-5, atol=1e-6)
    assert np.mean(once.predict(X) == LABELS) > 0.6
    assert build(small, "regression", 0).fit(X, X[:, 0]).predict(X).shape == (60,)
