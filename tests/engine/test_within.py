"""While no trial has told all of its losses: is it learned from those that were given up where the limits are kept?"""

import numpy as np
import pytest
import torch
from scipy.stats import norm

from paretune import Categorical, Float, Int, Maximize, Minimize, Objectives, Space, Trials, suggest
from paretune.engine.acquisition import values
from paretune.engine.within import Within

SPACE = Space(
    {
        "width": Int(16, 1024, log=True),
        "depth": Int(1, 12),
        "batch": Int(1, 256, log=True),
        "kind": Categorical(["a", "b"]),
        "rate": Float(1e-5, 1e-1, log=True),
    }
)
LIMIT = 500
WANTED = Objectives([Maximize("accuracy"), Minimize("size", at_most=LIMIT)])


def size_of(params):
    return params["depth"] * params["width"] ** 1.5 * (2 if params["kind"] == "b" else 1) + 10 * params["batch"]


def given_up(configurations, wanted=WANTED, reason="outside_limits", **columns):
    """Trials of which the size alone was known before they were trained; they were not."""
    n = len(configurations)
    losses = np.array([[np.nan, size_of(params)] for params in configurations])
    states, reasons = np.array(["failed"] * n, object), np.array([reason] * n, object)
    return Trials(SPACE, wanted, tuple(configurations), losses=losses, states=states, reasons=reasons, **columns)


def n_until_one_is_within(seed, searches):
    tried = []
    while len(tried) < 60:
        (params,) = suggest(given_up(tried), SPACE, WANTED, seed=seed, n_startup_trials=8 if searches else 10**6)
        tried.append(params)
        if size_of(params) <= LIMIT:
            return len(tried)
    return len(tried)


def test_what_keeps_the_limit_is_found_soon_where_hardly_anything_does():
    """A thirtieth of the space does, so that a search that learns nothing needs about thirty trials."""
    share = np.mean([size_of(p) <= LIMIT for p in SPACE.decode(np.random.default_rng(0).random((4_000, len(SPACE))))])
    assert share < 0.1
    learned, blind = (
        np.array([n_until_one_is_within(seed, searches) for seed in range(6)]) for searches in (True, False)
    )
    assert np.median(learned) <= 10
    assert learned.sum() < blind.sum()


@pytest.fixture(scope="module")
def outside():
    places = np.random.default_rng(0).random((60, len(SPACE)))
    return [params for params in SPACE.decode(places) if size_of(params) > LIMIT][:20]


def test_it_is_the_probability_that_each_limit_is_kept(outside):
    violations = np.array([[params["rate"] - 1e-4] for params in outside])
    held = Within.of(given_up(outside, violations=violations), SPACE)
    places = SPACE.snap(np.random.default_rng(1).random((30, len(SPACE))))
    with torch.no_grad():
        posterior = held.model.posterior(held.see(places))
    z = (posterior.mean - held.least) / posterior.variance.sqrt()
    assert len(held.least) == 2
    np.testing.assert_allclose(values(held.acquisition(), held.see(places)), norm.logcdf(z).sum(axis=1), rtol=1e-6)


def test_it_is_larger_where_a_limit_is_kept(outside):
    held = Within.of(given_up(outside), SPACE)
    places = SPACE.snap(np.random.default_rng(1).random((300, len(SPACE))))
    sizes = np.array([size_of(params) for params in SPACE.decode(places)])
    likely = values(held.acquisition(), held.see(places)).numpy()
    assert np.corrcoef(-np.log(sizes), likely.argsort().argsort())[0, 1] > 0.7


def test_what_was_stopped_at_its_limit_teaches_too(outside):
    """All that is known of it is that it came to more than that."""
    wanted = Objectives([Maximize("accuracy"), Minimize("size", at_most=LIMIT, unit="s")])
    trials = given_up(outside, wanted, "timed_out", durations=np.array([size_of(params) for params in outside]))
    (params,) = suggest(trials, SPACE, wanted)
    assert size_of(params) < min(map(size_of, outside))


def test_what_is_suggested_together_or_under_way_differs(outside):
    trials = given_up(outside)
    together = suggest(trials, SPACE, WANTED, q=3, seed=1)
    assert len({tuple(params.values()) for params in together}) == 3
    (after,) = suggest(trials.with_pending(together), SPACE, WANTED, seed=1)
    assert after not in together


def test_crashes_that_tell_nothing_leave_the_search_to_the_sobol_sequence(outside):
    n = len(outside)
    losses, states = np.full((n, 2), np.nan), np.array(["failed"] * n, object)
    crashed = Trials(
        SPACE, WANTED, tuple(outside), losses=losses, states=states, reasons=np.array(["crashed"] * n, object)
    )
    assert suggest(crashed, SPACE, WANTED, seed=2) == suggest(crashed, SPACE, WANTED, seed=2, n_startup_trials=10**6)
