"""Optuna's samplers by name."""

import optuna
import pytest

from paretune.searchers import options_of
from paretune.study.optuna_searchers import OPTUNA_SEARCHERS

pytestmark = pytest.mark.usefixtures("quiet_optuna")


@pytest.mark.parametrize("name", OPTUNA_SEARCHERS)
def test_sampler_is_described_and_has_valid_defaults(name):
    entry = OPTUNA_SEARCHERS[name]
    assert all(text and "\n" not in text for text in (entry.when, entry.failures, entry.parallel))
    for word, declared in options_of(entry.searcher).items():
        assert getattr(entry.searcher, word) == declared.values.check(word, declared.default)


@pytest.mark.parametrize(("name", "kind"), [("nsga2", "NSGAIISampler"), ("nsga3", "NSGAIIISampler")])
def test_genetic_algorithms_are_those_of_optuna(name, kind):
    sampler = OPTUNA_SEARCHERS[name].searcher.make(seed=3)
    assert type(sampler).__name__ == kind
    study = optuna.create_study(directions=["minimize"] * 3, sampler=sampler)
    study.optimize(lambda trial: [trial.suggest_float("x", 0, 1), 0.0, 1.0], n_trials=2)
    assert len(study.trials) == 2
