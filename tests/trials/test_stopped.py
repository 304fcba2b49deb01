"""The meaning of trials that a scheduler stopped, in every room that counts or learns."""

import numpy as np
import pytest

from paretune import pareto
from paretune.engine.history import History
from paretune.engine.suggest import suggest
from paretune.figures.feasibility import feasibility_view
from paretune.figures.front import front_view
from paretune.figures.importance import importance_view
from paretune.figures.parallel_coordinates import parallel_coordinates_view
from paretune.figures.search_path import search_path_view
from paretune.objectives import Minimize, Objectives
from paretune.space import Float, Int, Space
from paretune.trials import Curves, Trials
from paretune.trials.noise import is_fully_evaluated

SPACE, OBJECTIVES = Space({"x": Float(0, 1)}), Objectives([Minimize("error"), Minimize("latency", at_most=0.9)])
UNKNOWN = float("nan")


def trials_with_stopped(n_complete=10, n_stopped=4, known=UNKNOWN):
    x = np.linspace(0.05, 0.85, n_complete + n_stopped)
    is_stopped = np.arange(len(x)) % 3 == 1
    is_stopped &= np.cumsum(is_stopped) <= n_stopped
    losses = np.column_stack([1 - x, x])
    losses[is_stopped, 0] = known
    curves = Curves.from_steps({i: [{"step": 1, "loss": 1.0}] for i in range(len(x))})
    states = np.where(is_stopped, "stopped", "complete").astype(object)
    return Trials(SPACE, OBJECTIVES, tuple({"x": v} for v in x), losses=losses, states=states, curves=curves)


def test_stopped_trial_is_neither_complete_nor_failed_nor_pending():
    trials = trials_with_stopped()
    stopped = trials[trials.is_stopped]
    assert len(stopped) == 4
    assert not (stopped.is_complete | stopped.is_failed | stopped.is_pending | stopped.is_lost).any()
    assert stopped.failures() == {}
    assert stopped.curves.n_trials == 4


def test_stopped_trial_is_never_on_the_front_even_with_the_best_losses():
    trials = trials_with_stopped(known=-5.0)
    assert not np.isin(trials.numbers[trials.is_stopped], pareto.efficient_trials(trials).numbers).any()
    assert not is_fully_evaluated(trials)[trials.is_stopped].any()


def test_stopped_trial_stays_stopped_under_other_limits():
    trials = trials_with_stopped(known=0.5)
    tighter = trials.with_objectives(Objectives([Minimize("error"), Minimize("latency", at_most=0.2)]))
    assert (tighter.is_stopped == trials.is_stopped).all()


def test_stopped_trials_survive_a_data_frame():
    trials = trials_with_stopped()
    again = Trials.from_frame(trials.to_frame(), SPACE, OBJECTIVES)
    assert again.states.tolist() == trials.states.tolist()


def test_stopped_trials_are_no_crashes():
    from paretune.engine.models.success_probability import fit_success_model
    from paretune.engine.models.surrogate import features, nominal_mask

    trials = trials_with_stopped()
    assert fit_success_model(History(trials, SPACE), features(SPACE, trials.X), nominal_mask(SPACE)) is None


def test_stopped_trials_end_a_row_of_failures():
    trials = trials_with_stopped()
    failed = Trials(SPACE, OBJECTIVES, ({"x": 0.9},), states=["failed"])
    stopped = Trials(SPACE, OBJECTIVES, ({"x": 0.95},), states=["stopped"])
    assert History(trials.concat(failed), SPACE).n_failures_in_a_row == 1
    assert History(trials.concat(failed).concat(stopped), SPACE).n_failures_in_a_row == 0


def test_stopped_configuration_is_not_suggested_again():
    space = Space({"k": Int(1, 6)})
    params = tuple({"k": k} for k in range(1, 6))
    losses = [[UNKNOWN, UNKNOWN], [UNKNOWN, 2.0], [3.0, 1.0], [2.0, 2.0], [1.0, 3.0]]
    states = ["stopped", "stopped", "complete", "complete", "complete"]
    trials = Trials(space, Objectives([Minimize("f"), Minimize("g")]), params, losses=losses, states=states)
    assert suggest(trials, space, trials.objectives) == [{"k": 6}]
    repeated = suggest(trials.concat(trials[4:].with_numbers(np.array([9]))), space, trials.objectives, q=4)
    assert {params["k"] for params in repeated} <= {3, 4, 5, 6}  # of those tried, only complete ones are repeated


def test_models_learn_the_known_objective_of_stopped_trials():
    trials = trials_with_stopped(12, 4)
    assert 0 <= suggest(trials, SPACE, OBJECTIVES, n_startup_trials=4)[0]["x"] <= 1


@pytest.mark.parametrize(
    "view", [front_view, feasibility_view, importance_view, parallel_coordinates_view, search_path_view]
)
def test_picture_counts_stopped_trials_as_not_shown(view):
    assert view(trials_with_stopped()).n_excluded["stopped early"] == 4
    complete = trials_with_stopped()
    complete = complete[complete.is_complete]
    assert "stopped early" not in view(complete).n_excluded


def test_feasible_share_does_not_count_stopped_trials():
    assert feasibility_view(trials_with_stopped()).curves[""].cumulative.tolist() == [1.0] * 10
