"""Tests of the samplers by searcher name."""

import optuna
import pytest

from paretune import Categorical, Float, Int, Maximize, Minimize, Space, Study
from paretune.adapters.optuna.distributions import to_distribution
from paretune.errors import InvalidInputError
from paretune.study import SEARCHER_NAMES
from paretune.study.samplers import make_sampler

pytestmark = pytest.mark.usefixtures("quiet_optuna")

SPACE = Space(
    {
        "a": Float(1e-4, 1.0, log=True),
        "b": Int(0, 9),
        "c": Categorical(["x", "y"]),
        "d": Float(0.0, 1.0, step=0.25, when={"c": "y"}),
    }
)


def search(searcher, n_trials, space=SPACE, seed=0):
    study = Study(
        space,
        [Maximize("gain"), Minimize("cost")],
        storage=optuna.storages.InMemoryStorage(),
        searcher=searcher,
        seed=seed,
    )
    study.run(lambda p: {"gain": float(len(p)), "cost": float(p.get("b", 0))}, n_trials=n_trials)
    return study.trials


@pytest.mark.parametrize("searcher", SEARCHER_NAMES)
def test_suggestions_are_in_the_space_and_repeat_with_the_seed(searcher):
    trials = search(searcher, 12)
    assert trials.is_complete.all()
    assert all(SPACE.contains(params) for params in trials.params)
    assert {"d" in params for params in trials.params} == {True, False}
    assert trials.params == search(searcher, 12).params
    if searcher != "grid":  # the coarse grid has too few points that differ
        assert trials.params != search(searcher, 12, seed=1).params


def test_unknown_searcher_is_an_error_that_names_the_others():
    with pytest.raises(InvalidInputError, match="searcher must be one of bayes, random, sobol, .*, but is 'best'"):
        make_sampler("best", SPACE, 0, 0)


@pytest.mark.parametrize("searcher", ["gp", "tpe", "nsga2"])
def test_resumed_sampler_of_optuna_does_not_repeat_its_draws(searcher):
    drawn = []
    for n_before in (0, 0, 3):
        study = optuna.create_study(sampler=make_sampler(searcher, SPACE, 0, n_before))
        drawn.append(study.ask({"a": to_distribution(SPACE["a"])}).params)
    assert drawn[0] == drawn[1] != drawn[2]
