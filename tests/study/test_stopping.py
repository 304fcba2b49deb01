"""Tests of the stopping rules: target, time and stagnation, against brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from paretune import Float, Maximize, Minimize, Objectives, Space, Trials, pareto
from paretune.errors import InvalidInputError
from paretune.study import EndKind, RunEnd, Stop

SPACE = Space({"x": Float(0, 1)})
OBJECTIVES = Objectives([Maximize("gain"), Minimize("cost", at_most=6)])
NUMBERS = st.integers(0, 8)
VALUES = st.lists(st.tuples(NUMBERS, NUMBERS) | st.just((None, None)), min_size=1, max_size=9)


def table(values):
    """Trials with these gains and costs, in this order; None for a crashed trial."""
    gains, costs = zip(*values, strict=True)
    return Trials.from_columns({"x": [0.5] * len(values), "gain": gains, "cost": costs}, SPACE, OBJECTIVES)


@given(VALUES, NUMBERS, NUMBERS)
def test_target_is_met_by_the_first_complete_trial_that_meets_every_condition(values, gain, cost):
    target = f"gain>={gain} and cost <= {cost}"
    met = [i for i, (g, c) in enumerate(values) if g is not None and g >= gain and c <= min(cost, 6)]
    expected = RunEnd(EndKind.TARGET_MET, {"trial": met[0], "target": target}) if met else None
    assert Stop(target=target).end(table(values), 0.0) == expected


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("gain<=3", "gain is maximized, so write the target as gain>=3, not 'gain<=3'"),
        ("gain>=3 and cost >= 0.1", "cost is minimized, so write the target as cost<=0.1, not 'cost >= 0.1'"),
    ],
)
def test_target_in_the_wrong_direction_is_refused_with_the_right_one(target, message):
    with pytest.raises(InvalidInputError, match=message):
        Stop(target=target).check(OBJECTIVES)


def test_names_in_a_target_may_contain_commas_and_words():
    objectives = Objectives([Maximize("recall, 5 %"), Minimize("time and money"), Maximize("recall")])
    trials = Trials(SPACE, objectives, ({"x": 0.1}, {"x": 0.9}), losses=[[-0.4, 1.0, 0.0], [-0.6, 2.0, 0.0]])
    stop = Stop(target="recall, 5 %>=0.5,time and money <= 3 and recall>=0")
    stop.check(objectives)
    assert stop.end(trials, 0.0) == RunEnd(EndKind.TARGET_MET, {"trial": 1, "target": stop.target})


@given(VALUES, st.integers(1, 9), st.sampled_from([0.0, 10.0, 50.0]))
def test_stagnation_compares_the_hypervolume_before_and_after_the_last_trials(values, n, percent):
    trials = table(values)
    losses = np.array([[-g, c] if g is not None and c <= 6 else [np.nan, np.nan] for g, c in values], float)
    reference = pareto.reference_point(losses, OBJECTIVES.limits)

    def volume(part):
        known = part[np.isfinite(part).all(axis=1)]
        return oracles.hypervolume_by_inclusion_exclusion(known, reference) if len(known) else 0.0

    before, now = volume(losses[:-n]), volume(losses)
    is_over = len(values) > n and before > 0 and now - before <= percent / 100 * before + 1e-12
    assert bool(Stop(stagnation=(percent, n)).end(trials, 0.0)) == is_over


def test_lost_and_pending_trials_do_not_count_for_stagnation():
    trials = table([(1, 1), (1, 1), (1, 1)])
    stop = Stop(stagnation=(0.0, 2))
    assert stop.end(trials, 0.0)
    for state, reason in (("failed", "lost"), ("pending", "")):
        states = np.array(["complete", "complete", state], object)
        reasons = np.array(["", "", reason], object)
        nan = np.where(states[:, None] == "complete", trials.losses, np.nan)
        others = Trials(SPACE, OBJECTIVES, trials.params, losses=nan, states=states, reasons=reasons)
        assert not stop.end(others, 0.0)


def test_penalty_reported_for_a_failure_does_not_hide_growth():
    """A reference point as bad as the penalty would make all growth look small."""
    rng = np.random.default_rng(0)
    xs, free = np.linspace(0, 1, 40), Objectives([Maximize("gain"), Minimize("cost")])
    gains, costs = np.cumsum(rng.random(40)) / 5, rng.random(40)
    ends = []
    for gain, cost in ((np.nan, np.nan), (-1.0, 1e6)):
        failed = np.arange(40) % 3 == 1
        columns = {"x": xs.tolist(), "gain": np.where(failed, gain, gains), "cost": np.where(failed, cost, costs)}
        trials = Trials.from_columns(columns, SPACE, free)
        stop = Stop(stagnation=(5.0, 6))
        ends.append([bool(stop.end(trials[:n], 0.0)) for n in range(12, 41)])
    assert ends[0] == ends[1]
    assert not all(ends[0])


def test_time_limit_ends_a_run_when_it_is_reached():
    trials = table([(1, 1)])
    assert not Stop(seconds=10).end(trials, 9.9)
    assert Stop(seconds=10).end(trials, 10.0) == RunEnd(EndKind.TIME_LIMIT, {"seconds": 10})
    assert not Stop().end(trials, 1e9)


@pytest.mark.parametrize(
    "target", ["gian>=1", "gain>1", "gain>=much", "gain>=nan", "gain>=1 or cost<=2", "gain>=1 and", "and"]
)
def test_invalid_target_is_refused_with_an_example(target):
    with pytest.raises(
        InvalidInputError, match="is no condition of a target: write gain>=0.5 and .*, with the objectives gain, cost"
    ):
        Stop(target=target).check(OBJECTIVES)


@pytest.mark.parametrize(
    "arguments", [{"seconds": 0}, {"seconds": float("nan")}, {"stagnation": (-1, 5)}, {"stagnation": (1, 0)}]
)
def test_impossible_limits_are_refused(arguments):
    with pytest.raises(InvalidInputError, match="needs"):
        Stop(**arguments)
