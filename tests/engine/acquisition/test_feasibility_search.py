"""While no trial has all of its losses, stopped trials show where the limits are kept."""

import numpy as np
import pytest
import torch
from scipy.stats import norm

from paretune import Categorical, Float, Int, Maximize, Minimize, Objectives, Space, Trials, suggest
from paretune.engine.acquisition.expected_hypervolume import acquisition_values
from paretune.engine.acquisition.feasibility_search import LimitModel
from paretune.engine.history import History
from paretune.engine.subsample import training_rows

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
OBJECTIVES = Objectives([Maximize("accuracy"), Minimize("size", at_most=LIMIT)])


def size_of(params):
    return params["depth"] * params["width"] ** 1.5 * (2 if params["kind"] == "b" else 1) + 10 * params["batch"]


def failed(configurations, losses, reasons="outside_limits", space=SPACE, objectives=OBJECTIVES, **columns):
    """Return trials that failed, for one reason or for one reason each."""
    n = len(configurations)
    states, all_reasons = np.full(n, "failed", object), np.full(n, "", object)
    all_reasons[:] = reasons
    losses = np.reshape(losses, (n, len(objectives)))
    return Trials(
        space, objectives, tuple(configurations), losses=losses, states=states, reasons=all_reasons, **columns
    )


def stopped(configurations, objectives=OBJECTIVES, reason="outside_limits", **columns):
    """Return trials that were stopped before training; only their size is known."""
    losses = [[np.nan, size_of(params)] for params in configurations]
    return failed(configurations, losses, reason, objectives=objectives, **columns)


def n_until_feasible(seed, searches):
    tried = []
    while len(tried) < 60:
        (params,) = suggest(stopped(tried), SPACE, OBJECTIVES, seed=seed, n_startup_trials=8 if searches else 10**6)
        tried.append(params)
        if size_of(params) <= LIMIT:
            return len(tried)
    return len(tried)


def test_rare_feasible_trial_is_found_sooner_than_by_sobol_points():
    """A thirtieth of the space is feasible, so that a search that learns nothing needs about thirty trials."""
    share = np.mean([size_of(p) <= LIMIT for p in SPACE.decode(np.random.default_rng(0).random((4_000, len(SPACE))))])
    assert share < 0.1
    learned, blind = (np.array([n_until_feasible(seed, searches) for seed in range(6)]) for searches in (True, False))
    assert np.median(learned) <= 10
    assert learned.sum() < blind.sum()


@pytest.fixture(scope="module")
def outside():
    places = np.random.default_rng(0).random((60, len(SPACE)))
    return [params for params in SPACE.decode(places) if size_of(params) > LIMIT][:20]


def test_acquisition_is_probability_of_keeping_each_limit(outside):
    violations = np.array([[params["rate"] - 1e-4] for params in outside])
    fitted = LimitModel.fit(History(stopped(outside, violations=violations), SPACE))
    places = SPACE.snap(np.random.default_rng(1).random((30, len(SPACE))))
    with torch.no_grad():
        posterior = fitted.model.posterior(fitted.featurize(places))
    z = (posterior.mean - fitted.thresholds) / posterior.variance.sqrt()
    assert len(fitted.thresholds) == 2
    np.testing.assert_allclose(
        acquisition_values(fitted.acquisition(), fitted.featurize(places)), norm.logcdf(z).sum(axis=1), rtol=1e-6
    )


def test_acquisition_is_larger_where_limit_is_kept(outside):
    fitted = LimitModel.fit(History(stopped(outside), SPACE))
    places = SPACE.snap(np.random.default_rng(1).random((300, len(SPACE))))
    sizes = np.array([size_of(params) for params in SPACE.decode(places)])
    log_p = acquisition_values(fitted.acquisition(), fitted.featurize(places)).numpy()
    assert np.corrcoef(-np.log(sizes), log_p.argsort().argsort())[0, 1] > 0.7


def test_trials_stopped_at_their_limit_are_learned_from(outside):
    """It is known only that they would have taken longer."""
    objectives = Objectives([Maximize("accuracy"), Minimize("size", at_most=LIMIT, unit="s")])
    trials = stopped(outside, objectives, "timed_out", durations=np.array([size_of(params) for params in outside]))
    (params,) = suggest(trials, SPACE, objectives)
    assert size_of(params) < min(map(size_of, outside))


def test_suggestions_together_and_after_pending_ones_differ(outside):
    trials = stopped(outside)
    together = suggest(trials, SPACE, OBJECTIVES, q=3, seed=1)
    assert len({tuple(params.values()) for params in together}) == 3
    (after,) = suggest(trials.with_pending(together), SPACE, OBJECTIVES, seed=1)
    assert after not in together


def test_pending_place_becomes_more_certain(outside):
    fitted = LimitModel.fit(History(stopped(outside), SPACE))
    places = SPACE.snap(np.random.default_rng(2).random((1, len(SPACE))))
    after = fitted.with_pending(places)
    assert len(after.places) == len(fitted.places) + 1
    deviations = [h.model.posterior(h.featurize(places)).variance.sqrt().item() for h in (fitted, after)]
    assert deviations[1] < 0.5 * deviations[0]


@pytest.mark.parametrize("seed", range(4))
def test_search_leaves_feasible_region_that_crashes(seed):
    """Crashes do not show limits, so the success model must keep the search from trying the same corner forever."""
    space = Space({f"x{i}": Float(0, 1) for i in range(3)})
    objectives = Objectives([Minimize("error"), Minimize("size", at_most=0.1)])
    params, losses, reasons = [], [], []
    while len(params) < 40:
        trials = failed(params, losses, reasons, space, objectives)
        (tried,) = suggest(trials, space, objectives, seed=seed)
        params.append(tried)
        if tried["x0"] <= 0.1 and tried["x1"] >= 0.7:
            return
        losses.append([np.nan, tried["x0"] if tried["x0"] > 0.1 else np.nan])
        reasons.append("outside_limits" if tried["x0"] > 0.1 else "crashed")
    raise AssertionError("nothing was found in 40 trials")


@pytest.mark.parametrize("n", [400, pytest.param(1_000, marks=pytest.mark.slow)])
def test_subsample_keeps_the_few_trials_that_show_the_limit(n):
    configurations = SPACE.decode(np.random.default_rng(4).random((n, len(SPACE))))
    losses, reasons = np.full((n, 2), np.nan), np.array(["crashed"] * n, object)
    losses[300, 1], reasons[300] = size_of(configurations[300]) + LIMIT, "outside_limits"
    trials = failed(configurations, losses, reasons)
    assert 300 in training_rows(History(trials, SPACE), 100)
    assert len(suggest(trials, SPACE, OBJECTIVES)) == 1


@pytest.mark.parametrize("value", [np.inf, 1e308, 700.0], ids=str)
def test_any_value_outside_limit_gives_suggestions(outside, value):
    """An infinite value cannot be learned from, and counts as a failure without a metric."""
    n = len(outside)
    nothing, values_outside = np.full((n, 2), np.nan), np.full((n, 1), value)
    of_metric, of_constraint = (
        failed(outside, np.hstack([nothing[:, :1], values_outside])),
        failed(outside, nothing, violations=values_outside),
    )
    for trials in (of_metric, of_constraint):
        assert len(suggest(trials, SPACE, OBJECTIVES, q=2)) == 2


def test_limit_of_maximised_metric_is_learned(outside):
    objectives = Objectives([Minimize("error"), Maximize("speed", at_least=1 / LIMIT)])
    losses = objectives.losses([[np.nan, 1 / size_of(params)] for params in outside])
    trials = failed(outside, losses, objectives=objectives)
    assert min(map(size_of, suggest(trials, SPACE, objectives, q=3))) < min(map(size_of, outside))


def test_trials_stopped_at_an_earlier_limit_are_not_crashes(outside):
    trials = stopped(outside).with_objectives(OBJECTIVES.with_limits(at_least={}, at_most={"size": 1e9}))
    assert History(trials, SPACE).ended_at_limit.all()


def test_crashes_without_metrics_leave_the_search_to_the_sobol_sequence(outside):
    crashed = failed(outside, np.full((len(outside), 2), np.nan), "crashed")
    assert suggest(crashed, SPACE, OBJECTIVES, seed=2) == suggest(
        crashed, SPACE, OBJECTIVES, seed=2, n_startup_trials=10**6
    )
