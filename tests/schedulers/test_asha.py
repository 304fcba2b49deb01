import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paretune.errors import InvalidInputError
from paretune.objectives import Minimize, Objectives
from paretune.schedulers import Action, Asha, Median
from paretune.trials import Curves, Trials
from schedulers.constant_trials import ONE, SPACE, TWO, constant_trials
from schedulers.late_objective import late_trials


def replay(values, eta):
    """Stopping-type halving by hand: at each rung, who is among the best n // eta, or is the best, goes on."""
    going_on, seen = [], []
    for value in values:
        seen.append(value)
        better = sum(other < value for other in seen)
        going_on.append(len(seen) < eta or better == 0 or better < max(1, len(seen) // eta))
    return going_on


@settings(max_examples=25)
@given(st.lists(st.integers(0, 20), min_size=4, max_size=12), st.integers(2, 4))
def test_decisions_at_a_rung_are_those_of_a_replay_by_hand(values, eta):
    ended = [100.0 + i for i in range(8)]  # worse than all others; they only show which metric predicts the end
    rule = Asha(max_resource=9, eta=eta, exempt=0)
    for k in range(len(values)):
        trials = constant_trials([[v] for v in ended + values[: k + 1]], ONE, n_pending=k + 1)
        expected = replay([*ended, *values[: k + 1]], eta)[-1]
        assert rule.decide(trials, 8 + k).is_stop == (not expected)


def test_trial_in_the_middle_of_two_objectives_is_stopped():
    table = [[i, 10 - i] for i in range(9)] + [[8.0, 9.0]]
    decision = Asha(max_resource=9, exempt=0).decide(constant_trials(table, TWO, n_pending=1), 9)
    assert decision.action is Action.STOP
    assert decision.reason.startswith("place 10 of 10 at step 1")


@pytest.mark.parametrize("objectives", [ONE, TWO])
def test_trial_on_the_front_of_a_rung_is_never_stopped(objectives):
    table = [[i + 1.0, 12 - i][: len(objectives)] for i in range(9)] + [[0.5, 50.0][: len(objectives)]]
    trials = constant_trials(table, objectives, n_pending=1)
    for rule in (Asha(max_resource=9, exempt=0), Median(exempt=0)):
        assert rule.decide(trials, 9).reason.startswith("on the front")


def test_trials_go_on_until_eight_have_ended():
    rule = Asha(max_resource=27, exempt=0)
    decision = rule.decide(late_trials(8, 0, running=(0.05, 0.95)), 7)
    assert decision.reason == "no metric is known to predict the final accuracy at step 3"
    assert any(rule.decide(late_trials(9, seed, running=(0.05, 0.95)), 8).is_stop for seed in range(5))


def test_objectives_that_are_known_before_training_count_from_the_start():
    steps = {i: [{"step": 0, "f": float(i), "g": 1.0 * i}, {"step": 1, "loss": 0.1}] for i in range(4)}
    trials = Trials(
        SPACE, TWO, tuple({"x": 0.1} for _ in range(4)), states=["pending"] * 4, curves=Curves.from_steps(steps)
    )
    rule = Asha(max_resource=9, exempt=0)
    assert [rule.decide(trials, i).is_stop for i in range(4)] == [False, True, True, True]


def test_between_rungs_every_trial_goes_on():
    trials = constant_trials([[float(i)] for i in range(10)], ONE, n_pending=1, n_steps=2)
    assert Asha(max_resource=9, exempt=0).decide(trials, 9).reason == "step 2 is between two rungs"
    assert Asha(max_resource=9, exempt=0).decide(trials, 9, decided_at=-1).is_stop  # the rung at step 1 was not decided


def test_last_step_is_no_rung():
    assert not Asha(max_resource=9).is_due(9, 8)
    trials = constant_trials([[float(i)] for i in range(10)], ONE, n_pending=1, n_steps=9)
    assert not Asha(exempt=0).decide(trials, 9).is_stop


def test_length_of_a_training_is_learned_from_those_that_ended():
    trials = constant_trials([[float(i)] for i in range(3)], ONE, n_pending=3)
    assert "its length is not known" in Asha().decide(trials, 2).reason
    trials = constant_trials([[float(i)] for i in range(10)], ONE, n_pending=1)
    assert Asha(exempt=0).decide(trials, 9).is_stop


def test_stopped_trials_are_compared_with():
    trials = constant_trials([[float(i)] for i in range(12)], ONE, n_pending=4)
    states = np.where(trials.states == "pending", "stopped", trials.states)
    states[-1] = "pending"
    stopped = Trials(SPACE, ONE, trials.params, losses=trials.losses, states=states, curves=trials.curves)
    assert "of 12 at step 1" in Asha(max_resource=9, exempt=0).decide(stopped, 11).reason


def test_lost_trials_are_not_compared_with():
    trials = constant_trials([[float(i)] for i in range(10)], ONE, n_pending=1)
    states, reasons = trials.states.copy(), trials.reasons.copy()
    states[0], reasons[0] = "failed", "lost"
    lost = Trials(SPACE, ONE, trials.params, losses=trials.losses, states=states, reasons=reasons, curves=trials.curves)
    assert "of 9 at step 1" in Asha(max_resource=9, exempt=0).decide(lost, 9).reason


def test_exempt_share_always_goes_on():
    trials = constant_trials([[float(i)] for i in range(10)], ONE, n_pending=1)
    decision = Asha(max_resource=9, exempt=1.0).decide(trials, 9)
    assert (decision.is_stop, "always go on" in decision.reason) == (False, True)


def test_bad_trial_is_stopped_by_its_loss_while_its_accuracy_is_at_chance():
    rule = Asha(max_resource=27, exempt=0)
    bad, good = (
        [rule.decide(late_trials(40, seed, running=place), 39).is_stop for seed in range(20)]
        for place in ((0.1, 0.6), (0.95, 0.05))
    )
    assert np.mean(bad) >= 0.9
    assert np.mean(good) <= 0.05


def test_metric_that_is_missing_at_a_step_has_its_last_value():
    trials = constant_trials([[float(i)] for i in range(10)], ONE, n_pending=1, n_steps=3)
    values = trials.curves.metrics["f"].copy()
    values[-1] = np.nan
    curves = Curves(trials.curves.numbers, trials.curves.steps, {"f": values})
    gap = Trials(SPACE, ONE, trials.params, losses=trials.losses, states=trials.states, curves=curves)
    assert Asha(max_resource=9, exempt=0).decide(gap, 9).is_stop


def test_trial_that_has_not_reported_the_predictor_goes_on():
    trials = constant_trials([[float(i)] for i in range(10)], ONE, n_pending=1)
    values = trials.curves.metrics["f"].copy()
    values[-1] = np.nan
    curves = Curves(trials.curves.numbers, trials.curves.steps, {"f": values, "other": np.ones(len(values))})
    gap = Trials(SPACE, ONE, trials.params, losses=trials.losses, states=trials.states, curves=curves)
    assert "has not reported what predicts its end" in Asha(max_resource=9, exempt=0).decide(gap, 9).reason


def test_unknown_trial_and_silent_trial_give_one_clear_line():
    trials = constant_trials([[1.0], [2.0]], ONE)
    with pytest.raises(InvalidInputError, match="there is no trial 7"):
        Asha().decide(trials, 7)
    with pytest.raises(InvalidInputError, match="trial 2 has not reported any step"):
        Asha().decide(trials.with_pending([{"x": 0.2}]), 2)


def test_five_objectives_give_one_clear_line():
    objectives = Objectives([Minimize(name) for name in "abcde"])
    trials = constant_trials([list(range(5))], objectives)
    with pytest.raises(InvalidInputError, match="1 to 4 objectives, but there are 5"):
        Asha().decide(trials, 0)


def test_median_stops_the_worse_half():
    decisions = []
    for k in range(9, 15):
        trials = constant_trials([[float(v)] for v in [*range(0, 18, 2), *[16.5] * (k - 8)]], ONE, n_pending=k - 8)
        decisions.append(Median(exempt=0).decide(trials, k).is_stop)
    assert all(decisions)
    trials = constant_trials([[float(v)] for v in [*range(9), 3.5]], ONE, n_pending=1)
    assert not Median(exempt=0).decide(trials, 9).is_stop
    assert "before step 5" in Median(min_resource=5, exempt=0).decide(trials, 9).reason
