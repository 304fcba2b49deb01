"""Tests of the warnings about trials and parameters that a sampler cannot learn from."""

import logging

import optuna
import pytest
from optuna.distributions import FloatDistribution
from optuna.trial import create_trial

from paretune.adapters.optuna import ParetoSampler
from paretune.adapters.optuna.learning_warnings import LearningWarnings
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Categorical, Float, Int, Space
from paretune.trials import Trials

pytestmark = pytest.mark.usefixtures("quiet_optuna")
LINE = Space({"x": Float(0, 1)})
OBJECTIVES = Objectives([Maximize("accuracy"), Minimize("time")])
CONDITIONAL = Space(
    {
        "optimizer": Categorical(["sgd", "adam"]),
        "momentum": Float(0.0, 0.9, when={"optimizer": "sgd"}),
        "layers": Int(1, 3),
    }
)


def create(directions=("maximize", "minimize"), **arguments):
    arguments = {"seed": 0, "n_startup_trials": 3, **arguments}
    return optuna.create_study(directions=list(directions), sampler=ParetoSampler(**arguments))


def train(trial):
    x, k = trial.suggest_float("x", 0, 1), trial.suggest_int("k", 1, 64, log=True)
    return x * k, (1 - x) ** 2


def define_by_run(trial):
    optimizer = trial.suggest_categorical("optimizer", ["sgd", "adam"])
    momentum = trial.suggest_float("momentum", 0.0, 0.9) if optimizer == "sgd" else 0.0
    layers = trial.suggest_int("layers", 1, 3)
    return momentum + layers, momentum - layers


def logged(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "paretune"]


def stored(**user_attrs):
    x = FloatDistribution(0, 1)
    return create_trial(values=[0.5, 1.0], params={"x": 0.5}, distributions={"x": x}, user_attrs=user_attrs)


def test_parameter_counts_as_warned_of_after_its_warning(caplog):
    warnings = LearningWarnings()
    assert not warnings.has_warned_of_parameter("y")
    warnings.warn_of_misfit("y", FloatDistribution(0, 1), LINE)
    assert warnings.has_warned_of_parameter("y")
    assert not warnings.has_warned_of_parameter("x")
    assert logged(caplog) == ["y is sampled at random: search_space has no such parameter, only x"]


def test_first_impossible_standard_error_is_logged_once(caplog):
    warnings = LearningWarnings()
    others = [
        stored(time_se=0.1),
        stored(time_se=float("nan"), other_se=-1),
        stored(accuracy_se=-2),
        stored(time_se=-3),
    ]
    for _ in range(2):
        warnings.warn_of_wrong_errors(others, OBJECTIVES)
    (message,) = logged(caplog)
    assert message.startswith(f"trial {others[2].number} has accuracy_se=-2; a standard error must be a number >= 0")


def test_trials_of_another_space_are_looked_for_once(caplog):
    trials = Trials(LINE, OBJECTIVES, ({"x": 0.5},), losses=[[-0.5, 1]], numbers=[7])
    warnings, other = LearningWarnings(), stored()
    for _ in range(2):
        warnings.warn_of_other_spaces(trials, [other])
    assert logged(caplog) == [
        f"1 of 1 trials are ignored, since they are not of the search_space: trial {other.number} has {other.params}"
    ]


def test_penalties_are_logged_once(caplog):
    caplog.set_level(logging.WARNING, "paretune")
    columns = {"x": [0.1, 0.3, 0.7, 0.5, 0.9], "f": [0.4, 0.3, 0.2, 1.0, 1.0], "g": [1.0, 2.0, 3.0, 1e6, 1e6]}
    warnings, objectives = LearningWarnings(), Objectives([Minimize("f"), Minimize("g")])
    trials = Trials.from_columns(columns, LINE, objectives)
    warnings.warn_of_penalties(trials[:3])
    assert logged(caplog) == []
    for _ in range(2):
        warnings.warn_of_penalties(trials)
    (message,) = logged(caplog)
    assert "1000000" in message


def test_parameter_with_unclear_conditions_is_logged_once(caplog):
    def by_a_float(trial):
        x = trial.suggest_float("x", 0, 1)
        return x, trial.suggest_float("y", 0, 1) if x > 0.5 else 0.0

    study = create(n_startup_trials=20)
    study.optimize(by_a_float, n_trials=12)
    (message,) = logged(caplog)
    assert message.startswith(
        "y is sampled at random, since the complete trials do not show when it exists: declare it by "
    )
    assert "ParetoSampler(search_space=Space({..., 'y': Float(..., when={...})}))" in message


@pytest.mark.parametrize(
    ("space", "why"),
    [
        ({"y": Float(0, 1)}, "search_space has no such parameter, only y"),
        ({"x": Float(2, 3)}, "the objective asked for FloatDistribution(high=1.0, log=False, low=0.0, step=None), sea"),
        (
            {"d": Categorical([1, 9]), "x": Float(0, 1, when={"d": 9})},
            "in search_space it exists only where d is 9, and it was not suggested",
        ),
    ],
    ids=["misspelt", "of another range", "inactive"],
)
def test_parameter_that_does_not_fit_the_space_is_logged_once(caplog, space, why):
    study = create(directions=["minimize"], search_space=Space(space))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=4)
    (message,) = logged(caplog)
    assert message.startswith(f"x is sampled at random: {why}")


def test_nothing_is_logged_if_every_parameter_is_suggested(caplog):
    create(n_startup_trials=20).optimize(train, n_trials=5)
    for space in (None, CONDITIONAL):
        create(n_startup_trials=20, search_space=space).optimize(define_by_run, n_trials=12)
    failing = create(n_startup_trials=20)
    failing.optimize(lambda trial: 1 / 0 * trial.suggest_float("x", 0, 1), n_trials=3, catch=ZeroDivisionError)
    assert not logged(caplog)


def test_ignored_trials_are_logged(caplog):
    study = optuna.create_study(directions=["minimize"] * 2, sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(define_by_run, n_trials=12)
    n_adam = sum(trial.params["optimizer"] == "adam" for trial in study.trials)
    space = Space({"optimizer": Categorical(["sgd", "adam"]), "momentum": Float(0.0, 0.9), "layers": Int(1, 3)})
    study.sampler = ParetoSampler(seed=0, search_space=space)
    study.optimize(define_by_run, n_trials=3)
    (message,) = logged(caplog)
    assert message.startswith(f"{n_adam} of 12 trials are ignored, since they are not of the search_space: trial ")
    assert "'optimizer': 'adam'" in message


def test_more_objectives_than_measured_are_noticed_once(caplog):
    with caplog.at_level(logging.WARNING, "paretune"):
        create(["minimize"] * 5).optimize(lambda trial: [trial.suggest_float("x", 0, 1)] * 5, n_trials=3)
    assert caplog.text.count("There are 5 objectives.") == 1
