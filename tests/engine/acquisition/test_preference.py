"""The preferred part of a front is resolved first."""

import numpy as np
import pytest

from paretune import Float, Maximize, Minimize, Objectives, Space, Trials, suggest
from paretune.engine.acquisition.feasibility_search import LimitModel
from paretune.engine.acquisition.front_model import FrontModel
from paretune.engine.acquisition.preference import preferred_models
from paretune.engine.history import History
from paretune.engine.problem import Problem
from paretune.errors import InvalidInputError

SPACE = Space({"x": Float(0, 1), "y": Float(0, 1)})
OBJECTIVES = Objectives([Maximize("accuracy"), Minimize("seconds")])


def evaluate(params):
    """Accuracy and seconds; the front has y=0.5, and x from 0 to 1."""
    return [1 - (1 - params["x"]) ** 2 - (params["y"] - 0.5) ** 2, 0.2 + params["x"] ** 2 + (params["y"] - 0.5) ** 2]


def make_trials(n):
    params = SPACE.decode(np.random.default_rng(1).random((n, 2)))
    return Trials(SPACE, OBJECTIVES, tuple(params), losses=OBJECTIVES.losses([evaluate(p) for p in params]))


@pytest.mark.usefixtures("one_thread")
def test_reference_of_the_preferred_model_is_the_aspiration():
    trials = make_trials(12)
    history, problem = History(trials, SPACE), Problem.of(SPACE, OBJECTIVES, None, None, [-0.8, np.inf])
    model = FrontModel.fit(history, problem.reference_point(trials))
    (preferred,) = preferred_models(model, problem, history)
    same = Problem.of(SPACE, OBJECTIVES, [-0.8, problem.reference_point(trials)[1]], None)
    expected = FrontModel.fit(history, same.reference_point(trials)).reference
    assert preferred.reference.tolist() == pytest.approx(expected.tolist(), rel=1e-6)
    assert preferred_models(model, Problem.of(SPACE, OBJECTIVES, None, None), history) == []


@pytest.mark.usefixtures("one_thread")
def test_search_without_a_front_has_no_preferred_part():
    objectives = Objectives([Maximize("accuracy", at_least=2), Minimize("seconds")])
    trials = make_trials(9).with_objectives(objectives)
    history, problem = History(trials, SPACE), Problem.of(SPACE, objectives, None, None, [-0.8, np.inf])
    assert preferred_models(LimitModel.fit(history), problem, history) == []


def run(aspiration, n_begin, n):
    trials = make_trials(n_begin)
    for _ in range(n):
        (params,) = suggest(trials, SPACE, OBJECTIVES, aspiration=aspiration)
        losses = np.vstack([trials.losses, OBJECTIVES.losses([evaluate(params)])])
        trials = Trials(SPACE, OBJECTIVES, (*trials.params, params), losses=losses)
    return np.array([params["x"] for params in trials.params[n_begin:]])


def test_preferred_part_comes_first():
    assert (run([-0.95, np.inf], 10, 3) > 0.7).all()


def test_aspiration_that_nothing_can_reach_does_not_stop_the_search():
    assert run([-5.0, -5.0], 10, 1) == pytest.approx(run(None, 10, 1), abs=1e-3)


@pytest.mark.parametrize("aspiration", [[0.5], [np.nan, 0.1], [np.inf, np.inf], "ab"])
def test_wrong_aspiration_is_refused(aspiration):
    with pytest.raises(InvalidInputError, match="aspiration must be 2"):
        suggest(make_trials(3), SPACE, OBJECTIVES, aspiration=aspiration)
