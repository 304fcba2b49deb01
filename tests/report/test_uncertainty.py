"""Is the report as sure of its front as the trials allow?"""

from dataclasses import replace

import numpy as np
import pytest

from paretune import Float, Minimize, Objectives, Space, Trials
from paretune.confidence import probability_efficient
from paretune.engine import posterior_draws
from paretune.report import Run, summarize
from paretune.report.reference import choose_reference
from paretune.report.uncertainty import sureness

TWO = Objectives([Minimize("f"), Minimize("g")])


def trials(n, wanted=TWO, noise=0.05, missing=0):
    rng = np.random.default_rng(3)
    x = rng.random(n)
    losses = np.column_stack([x, (1 - x) ** 2, x**2][: len(wanted)]) + noise * rng.normal(size=(n, len(wanted)))
    params = tuple({} if i < missing else {"x": value} for i, value in enumerate(x.tolist()))
    return Trials(Space({"x": Float(0, 1)}), wanted, params, losses, np.full(losses.shape, noise or np.nan))


def sure(table, **options):
    return sureness(table, choose_reference([table]), **options)


def without_word_on(column, table):
    """The same trials, of one of whose objectives nobody knows how noisy it is."""
    errors = table.losses_se.copy()
    errors[:, column] = np.nan
    return replace(table, losses_se=errors)


def test_where_the_noise_is_known_the_measurements_are_enough():
    table = trials(14)
    found = sure(table, models=True)
    expected = probability_efficient(table, reference=choose_reference([table]).point)
    np.testing.assert_array_equal(found.probability, expected.probability)
    assert found.taken_as_exact == ()


def test_the_models_are_asked_for_noise_that_nobody_knows():
    table = without_word_on(0, trials(14))
    found = sure(table, models=True)
    expected = probability_efficient(table, posterior_draws(table), reference=choose_reference([table]).point)
    np.testing.assert_array_equal(found.probability, expected.probability)
    assert found.taken_as_exact == ()
    assert sure(table, models=False).taken_as_exact == ("f",)


@pytest.mark.parametrize("table", [trials(9), trials(14, missing=1)], ids=["too few", "one lies in no space"])
def test_where_they_cannot_be_asked_it_is_taken_as_exact(table):
    assert sure(without_word_on(0, table), models=True).taken_as_exact == ("f",)


HUGE = replace(trials(12), losses=trials(12).losses * 1e200)


@pytest.mark.parametrize(
    "table",
    [HUGE, trials(0), trials(5, Objectives([Minimize("f")])), trials(9, noise=0.0)],
    ids=["huge numbers", "no trial", "one objective", "no noise is known"],
)
def test_where_there_is_nothing_to_be_sure_of_nothing_is_said(table):
    assert sure(table, models=True) is None
    assert {found.probability for found in summarize(Run("a", table)).efficient} <= {None}
