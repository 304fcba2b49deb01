"""The weight of priors in the acquisition, against piBO's formula."""

import numpy as np
import pytest
from scipy import stats

from paretune import Float, Minimize, Objectives, Space, Trials, suggest
from paretune.engine.acquisition.prior_weight import BETA, DOUBT, log_prior_weight, prior_candidates
from paretune.space import Normal

PLAIN = Space({"x": Float(0, 1), "y": Float(0, 1)})
NARROW = Space({"x": Float(0, 1, prior=Normal(0.8, 0.02)), "y": Float(0, 1)})
OBJECTIVES = Objectives([Minimize("loss")])


@pytest.mark.parametrize("n", [1, 10, 200])
def test_weight_is_the_belief_to_a_power_that_fades(n):
    places = np.array([[0.8, 0.1], [0.75, 0.9]])
    density = stats.norm(0.8, 0.02).pdf(places[:, 0])  # the truncated tails do not matter
    belief = (1 - DOUBT) * density + DOUBT
    assert log_prior_weight(NARROW, places, n) == pytest.approx(BETA / n * np.log(belief), rel=1e-2)


def test_space_without_priors_has_no_weight_and_no_candidates():
    assert log_prior_weight(PLAIN, np.array([[0.1, 0.2]]), 5) == 0.0
    assert prior_candidates(PLAIN, np.random.default_rng(0)).shape == (0, 2)


def test_candidates_follow_the_prior():
    candidates = prior_candidates(NARROW, np.random.default_rng(0))
    assert stats.kstest(candidates[:, 0], stats.norm(0.8, 0.02).cdf).pvalue > 0.01
    assert stats.kstest(candidates[:, 1], "uniform").pvalue > 0.01


def test_every_second_trial_of_the_design_follows_the_prior():
    trials = Trials(NARROW, OBJECTIVES)
    design = suggest(trials, NARROW, OBJECTIVES, q=8, seed=3)
    assert [abs(params["x"] - 0.8) < 0.1 for params in design[::2]] == [True] * 4
    assert design[1::2] == suggest(Trials(PLAIN, OBJECTIVES), PLAIN, OBJECTIVES, q=8, seed=3)[1::2]


def test_prior_decides_where_the_models_see_no_difference():
    params = NARROW.decode(np.random.default_rng(8).random((8, 2)))
    trials = Trials(NARROW, OBJECTIVES, tuple(params), losses=[[p["y"]] for p in params])
    (suggested,) = suggest(trials, NARROW, OBJECTIVES)
    assert abs(suggested["x"] - 0.8) < 0.1
