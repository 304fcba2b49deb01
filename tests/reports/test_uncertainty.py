"""Probabilities of being efficient, from measurements or from models."""

from dataclasses import replace

import numpy as np
import pytest

from paretune import Float, Minimize, Objectives, Space, Trials
from paretune.confidence import front_membership
from paretune.engine import posterior_draws
from paretune.reports import Run, summarize
from paretune.reports.reference import choose_reference
from paretune.reports.uncertainty import estimate_front_membership

TWO = Objectives([Minimize("f"), Minimize("g")])


def trials(n, objectives=TWO, noise=0.05, missing=0):
    rng = np.random.default_rng(3)
    x = rng.random(n)
    losses = np.column_stack([x, (1 - x) ** 2, x**2][: len(objectives)]) + noise * rng.normal(size=(n, len(objectives)))
    params = tuple({} if i < missing else {"x": value} for i, value in enumerate(x.tolist()))
    return Trials(Space({"x": Float(0, 1)}), objectives, params, losses, np.full(losses.shape, noise or np.nan))


def membership_of(table, **options):
    return estimate_front_membership(table, choose_reference([table]), **options)


def with_unknown_noise(column, table):
    """The same trials with an unknown noise of one objective."""
    errors = table.losses_se.copy()
    errors[:, column] = np.nan
    return replace(table, losses_se=errors)


def test_known_noise_needs_no_models():
    table = trials(14)
    found = membership_of(table, models=True)
    expected = front_membership(table, reference=choose_reference([table]).point)
    np.testing.assert_array_equal(found.probability, expected.probability)
    assert found.taken_as_exact == ()


def test_models_estimate_unknown_noise():
    table = with_unknown_noise(0, trials(14))
    found = membership_of(table, models=True)
    expected = front_membership(table, posterior_draws(table), reference=choose_reference([table]).point)
    np.testing.assert_array_equal(found.probability, expected.probability)
    assert found.taken_as_exact == ()
    assert membership_of(table, models=False).taken_as_exact == ("f",)


@pytest.mark.parametrize("table", [trials(9), trials(14, missing=1)], ids=["too few", "one lies in no space"])
def test_unknown_noise_without_models_is_taken_as_exact(table):
    assert membership_of(with_unknown_noise(0, table), models=True).taken_as_exact == ("f",)


HUGE = replace(trials(12), losses=trials(12).losses * 1e200)


@pytest.mark.parametrize(
    "table",
    [HUGE, trials(0), trials(5, Objectives([Minimize("f")])), trials(9, noise=0.0)],
    ids=["huge numbers", "no trial", "one objective", "no noise is known"],
)
def test_unsuitable_trials_have_no_probabilities(table):
    assert membership_of(table, models=True) is None
    assert {found.probability for found in summarize(Run("a", table)).efficient} <= {None}
