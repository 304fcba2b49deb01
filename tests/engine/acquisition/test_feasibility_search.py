"""While no trial has told all of its losses: is it learned from those that were given up where the limits are kept?"""

import numpy as np
import pytest
import torch
from scipy.stats import norm

from paretune import Categorical, Float, Int, Maximize, Minimize, Objectives, Space, Trials, suggest
from paretune.engine.acquisition.expected_hypervolume import values
from paretune.engine.acquisition.feasibility_search import Within
from paretune.engine.bayes import representatives
from paretune.engine.models.targets import was_given_up

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


def failed(configurations, losses, reasons="outside_limits", space=SPACE, wanted=WANTED, **columns):
    """Trials that failed for one reason, or each for its own."""
    n = len(configurations)
    states, told = np.full(n, "failed", object), np.full(n, "", object)
    told[:] = reasons
    losses = np.reshape(losses, (n, len(wanted)))
    return Trials(space, wanted, tuple(configurations), losses=losses, states=states, reasons=told, **columns)


def given_up(configurations, wanted=WANTED, reason="outside_limits", **columns):
    """Trials of which the size alone was known before they were trained; they were not."""
    losses = [[np.nan, size_of(params)] for params in configurations]
    return failed(configurations, losses, reason, wanted=wanted, **columns)


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


def test_of_what_is_under_way_it_is_believed_what_is_expected(outside):
    held = Within.of(given_up(outside), SPACE)
    places = SPACE.snap(np.random.default_rng(2).random((1, len(SPACE))))
    after = held.with_pending(places)
    assert len(after.seen) == len(held.seen) + 1
    deviations = [h.model.posterior(h.see(places)).variance.sqrt().item() for h in (held, after)]
    assert deviations[1] < 0.5 * deviations[0]


@pytest.mark.parametrize("seed", range(4))
def test_where_part_of_what_keeps_the_limit_crashes_the_search_goes_on_beside_it(seed):
    """Nothing is learned of the limit by a crash: else the same corner would be tried for ever."""
    space = Space({f"x{i}": Float(0, 1) for i in range(3)})
    wanted = Objectives([Minimize("error"), Minimize("size", at_most=0.1)])
    params, losses, reasons = [], [], []
    while len(params) < 40:
        trials = failed(params, losses, reasons, space, wanted)
        (tried,) = suggest(trials, space, wanted, seed=seed)
        params.append(tried)
        if tried["x0"] <= 0.1 and tried["x1"] >= 0.7:
            return
        losses.append([np.nan, tried["x0"] if tried["x0"] > 0.1 else np.nan])
        reasons.append("outside_limits" if tried["x0"] > 0.1 else "crashed")
    raise AssertionError("nothing was found in 40 trials")


def test_of_very_many_trials_the_few_that_tell_of_the_limit_are_not_forgotten():
    n = 1_000
    configurations = SPACE.decode(np.random.default_rng(4).random((n, len(SPACE))))
    losses, reasons = np.full((n, 2), np.nan), np.array(["crashed"] * n, object)
    losses[300, 1], reasons[300] = size_of(configurations[300]) + LIMIT, "outside_limits"
    trials = failed(configurations, losses, reasons)
    assert 300 in representatives(trials, np.zeros(n, bool), 100)
    assert len(suggest(trials, SPACE, WANTED)) == 1


@pytest.mark.parametrize("value", [np.inf, 1e308, 700.0], ids=str)
def test_any_value_outside_the_limit_gives_a_suggestion(outside, value):
    """An infinite one is no size to learn from, and was no measurement in time: it fell."""
    n = len(outside)
    nothing, values_told = np.full((n, 2), np.nan), np.full((n, 1), value)
    of_metric, of_constraint = (
        failed(outside, np.hstack([nothing[:, :1], values_told])),
        failed(outside, nothing, violations=values_told),
    )
    for trials in (of_metric, of_constraint):
        assert len(suggest(trials, SPACE, WANTED, q=2)) == 2


def test_a_limit_of_what_is_maximised_is_one_too(outside):
    wanted = Objectives([Minimize("error"), Maximize("speed", at_least=1 / LIMIT)])
    losses = wanted.losses([[np.nan, 1 / size_of(params)] for params in outside])
    trials = failed(outside, losses, wanted=wanted)
    assert min(map(size_of, suggest(trials, SPACE, wanted, q=3))) < min(map(size_of, outside))


def test_where_the_limit_was_another_one_they_are_no_crashes(outside):
    trials = given_up(outside).judged_by(WANTED.limited(at_least={}, at_most={"size": 1e9}))
    assert was_given_up(trials, np.zeros(len(outside), bool)).all()


def test_crashes_that_tell_nothing_leave_the_search_to_the_sobol_sequence(outside):
    crashed = failed(outside, np.full((len(outside), 2), np.nan), "crashed")
    assert suggest(crashed, SPACE, WANTED, seed=2) == suggest(crashed, SPACE, WANTED, seed=2, n_startup_trials=10**6)
