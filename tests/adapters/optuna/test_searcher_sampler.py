"""Tests of the Optuna sampler around a searcher."""

import optuna
import pytest

from paretune import Float, Int, Space
from paretune.adapters.optuna import ParetoSampler
from paretune.adapters.optuna.internals import get_trial
from paretune.adapters.optuna.searcher_sampler import SearcherSampler
from paretune.searchers import SEARCHERS
from paretune.searchers.bayes import BayesSearch

pytestmark = pytest.mark.usefixtures("quiet_optuna")
SPACE = Space({"u": Float(0, 1), "v": Float(0, 1), "k": Int(1, 4)})


def create(sampler):
    return optuna.create_study(directions=["minimize", "maximize"], sampler=sampler)


def train(trial):
    u, v, k = trial.suggest_float("u", 0, 1), trial.suggest_float("v", 0, 1), trial.suggest_int("k", 1, 4)
    return u + k, v - k


@pytest.mark.parametrize("name", ["random", "sobol", "grid"])
def test_trials_that_begin_together_get_the_same_suggestions_as_one_by_one(name):
    searcher = SEARCHERS[name].searcher
    one_by_one = create(SearcherSampler(searcher, SPACE, 0))
    one_by_one.optimize(train, n_trials=3)
    together = create(SearcherSampler(searcher, SPACE, 0))
    trials = [together.ask() for _ in range(3)]
    sampled = {
        n: together.sampler.sample_relative(together, get_trial(together, trials[n].number), {}) for n in (2, 0, 1)
    }
    assert [sampled[n] for n in range(3)] == [trial.params for trial in one_by_one.trials]


def test_bayes_search_suggests_the_same_as_the_pareto_sampler():
    wrapped = create(SearcherSampler(BayesSearch(n_startup_trials=3), SPACE, 0))
    sampler = create(ParetoSampler(seed=0, search_space=SPACE, n_startup_trials=3))
    for study in (wrapped, sampler):
        study.optimize(train, n_trials=5)
    assert [t.params for t in wrapped.trials] == [t.params for t in sampler.trials]


def test_parameter_outside_the_space_is_sampled_at_random():
    study = create(SearcherSampler(SEARCHERS["sobol"].searcher, SPACE, 0))
    study.optimize(lambda trial: (*train(trial)[:1], trial.suggest_float("other", 2, 3)), n_trials=2)
    assert all(2 <= trial.params["other"] <= 3 for trial in study.trials)
