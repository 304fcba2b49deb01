"""Tests of reading the trials and objectives of an Optuna study."""

import math

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.trial import TrialState, create_trial

from paretune.adapters.optuna.history import read_objectives, read_trials, store_suggestion
from paretune.adapters.optuna.keys import INSTEAD_OF_KEY, OBJECTIVES_KEY, RUNNER_KEY, SECONDS_KEY, STEPS_KEY, WHERE_KEY
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Categorical, Float, Space

pytestmark = [
    pytest.mark.usefixtures("quiet_optuna"),
    pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning"),
]

SPACE = Space({"x": Float(0, 1), "batch": Categorical([64, 16, 32])})
DISTRIBUTIONS = {"x": FloatDistribution(0, 1), "batch": CategoricalDistribution((64, 16, 32))}
PARAMS = {"x": 0.5, "batch": 16}


@pytest.fixture
def study():
    return optuna.create_study(directions=["maximize", "minimize"])


def only(study, **arguments):
    trials = read_trials(study, SPACE, **arguments)
    assert len(trials) == 1
    return trials


@pytest.fixture
def fresh():
    """A study without a sampler of Paretune, so a trial has only the parameters that a test gives it."""
    return optuna.create_study(directions=["maximize", "minimize"], sampler=optuna.samplers.RandomSampler(seed=0))


def frozen(**arguments):
    defaults = {"params": PARAMS, "distributions": DISTRIBUTIONS}
    return create_trial(**{**defaults, **arguments})


@pytest.mark.parametrize(
    ("trial", "state", "reason"),
    [
        ({"values": [0.9, 1.0]}, "complete", ""),
        ({"values": [math.inf, 1.0]}, "failed", "not_finite"),
        ({"values": [0.9, -math.inf]}, "failed", "not_finite"),
        ({"state": TrialState.FAIL}, "failed", "crashed"),
        ({"state": TrialState.FAIL, "user_attrs": {"reason": "out_of_memory"}}, "failed", "out_of_memory"),
        ({"state": TrialState.FAIL, "user_attrs": {"reason": "unknown"}}, "failed", "crashed"),
        ({"state": TrialState.FAIL, "user_attrs": {"reason": ["lost"]}}, "failed", "crashed"),
        ({"state": TrialState.PRUNED}, "failed", "outside_limits"),
        ({"state": TrialState.RUNNING}, "pending", ""),
        ({"values": [0.9, 1.0], "system_attrs": {"constraints": [0.0, -1.0]}}, "complete", ""),
        ({"values": [0.9, 1.0], "system_attrs": {"constraints": [0.1]}}, "failed", "outside_limits"),
    ],
)
def test_state_of_optuna_becomes_a_state_and_a_reason(study, trial, state, reason):
    study.add_trial(frozen(**trial))
    found = only(study)
    assert (found.states[0], found.reasons[0]) == (state, reason)
    assert found.params == (PARAMS,)
    values = trial.get("values", [math.nan] * 2)
    np.testing.assert_array_equal(found.values, [[v if math.isfinite(v) else math.nan for v in values]])


def test_waiting_skipped_and_misfit_trials_are_left_out(study):
    study.add_trial(frozen(values=[1, 2]))
    study.enqueue_trial(PARAMS)
    study.add_trial(frozen(values=[1, 2], params={"x": 0.5}, distributions={"x": DISTRIBUTIONS["x"]}))
    wide = {**DISTRIBUTIONS, "x": FloatDistribution(0, 9)}
    study.add_trial(frozen(values=[1, 2], params={"x": 7, "batch": 16}, distributions=wide))
    study.add_trial(frozen(values=[1, 2]))
    assert read_trials(study, SPACE).numbers.tolist() == [0, 4]
    assert read_trials(study, SPACE, skip=0).numbers.tolist() == [4]
    assert read_trials(study, Space({"x": Float(0, 1)})).numbers.tolist() == [0, 2, 4]


def test_empty_study_gives_an_empty_table(study):
    assert len(read_trials(study, SPACE)) == 0


def test_trial_has_its_stored_suggestion_until_it_asks_or_ends(fresh):
    trial = fresh.ask()
    store_suggestion(fresh, fresh.trials[0], {"x": 0.25, "batch": 32})
    assert only(fresh).params == ({"x": 0.25, "batch": 32},)
    trial.suggest_float("x", 0, 1)
    known = ({"x": trial.params["x"], "batch": 32},)
    assert only(fresh).params == known
    fresh.tell(trial, state=TrialState.FAIL)
    assert only(fresh).params == known


def test_ended_trial_has_no_parameter_that_its_own_values_exclude(fresh):
    space = Space({"kind": Categorical(["a", "b"]), "y": Float(0, 1, when={"kind": "a"})})
    fresh.enqueue_trial({"kind": "b"})
    trial = fresh.ask()
    store_suggestion(fresh, fresh.trials[0], {"kind": "a", "y": 0.5})
    trial.suggest_categorical("kind", ["a", "b"])
    fresh.tell(trial, [0.9, 1.0])
    assert read_trials(fresh, space).params == ({"kind": "b"},)


def test_constraints_are_those_of_the_user_and_satisfied_where_unset(fresh):
    for constraints in ({"memory": -1.0}, {"power": 2.0}, {"memory": 0.0, "power": -3.0}, {}):
        trial = fresh.ask(DISTRIBUTIONS)
        for key, value in constraints.items():
            trial.set_constraint(key, value)
        fresh.tell(trial, [0.9, 1.0])
    found = read_trials(fresh, SPACE)
    assert found.violations.tolist() == [[-1, 0], [0, 2], [0, -3], [0, 0]]
    assert found.states.tolist() == ["complete", "failed", "complete", "complete"]


def test_incomplete_trial_has_only_its_own_constraints(fresh):
    fresh.ask(DISTRIBUTIONS)
    for state, constraints in ((TrialState.FAIL, {}), (TrialState.PRUNED, {"power": 2.0}), (None, {"memory": -1.0})):
        trial = fresh.ask(DISTRIBUTIONS)
        for key, value in constraints.items():
            trial.set_constraint(key, value)
        fresh.tell(trial, [0.9, 1.0] if state is None else None, state=state)
    nan = math.nan
    np.testing.assert_array_equal(read_trials(fresh, SPACE).violations, [[nan, nan], [nan, nan], [nan, 2], [-1, 0]])


def test_constraint_named_like_an_objective_counts_unless_it_has_a_limit(fresh):
    trial = fresh.ask(DISTRIBUTIONS)
    trial.set_constraint("objective_0", 0.5)
    fresh.tell(trial, [0.2, 1.0])
    assert only(fresh).failures() == {"outside_limits": 1}
    assert only(fresh).violations.shape == (1, 1)
    limited = Objectives([Maximize("objective_0", at_least=0.1), Minimize("objective_1")])
    assert only(fresh, objectives=limited).violations.shape == (1, 0)
    assert only(fresh, objectives=limited).is_complete.all()


def test_objectives_are_the_stored_ones_or_else_the_directions(study):
    assert read_objectives(study) == Objectives([Maximize("objective_0"), Minimize("objective_1")])
    study.set_metric_names(["accuracy", "time"])
    assert read_objectives(study) == Objectives([Maximize("accuracy"), Minimize("time")])
    written = Objectives([Maximize("accuracy", at_least=0.5), Minimize("time", unit="s")])
    study.set_user_attr(OBJECTIVES_KEY, written.to_dict())
    assert read_objectives(study) == written
    study.add_trial(frozen(values=[0.4, 1.0]))
    assert only(study).failures() == {"outside_limits": 1}


def test_times_standard_errors_and_other_metrics_are_read(study):
    study.set_metric_names(["accuracy", "time"])
    attributes = {"time_se": 0.5, "accuracy_se": "unknown", "parameters": 12, "paretune:seconds": 3.0}
    study.add_trial(frozen(values=[0.9, 1.0], user_attrs=attributes))
    study.add_trial(frozen(values=[0.9, 1.0]))
    found = read_trials(study, SPACE)
    np.testing.assert_array_equal(found.losses_se[0], [math.nan, 0.5])
    assert found.metrics == ({"parameters": 12}, {})
    assert found.durations[0] == 3.0
    assert found.durations[1] == pytest.approx(study.trials[1].duration.total_seconds())
    assert found.started[0] == study.trials[0].datetime_start.timestamp()


def test_metric_called_reason_is_a_metric_of_complete_trials_only(study):
    study.add_trial(frozen(values=[0.9, 1.0], user_attrs={"reason": "lost", RUNNER_KEY: {"run": "a"}}))
    study.add_trial(frozen(state=TrialState.FAIL, user_attrs={"reason": "timed_out"}))
    found = read_trials(study, SPACE, skip=2)
    assert found.metrics == ({"reason": "lost"}, {})
    assert found.states.tolist() == ["complete", "failed"]
    assert found.reasons.tolist() == ["", "timed_out"]


def test_other_values_under_reserved_keys_are_ignored(study):
    study.add_trial(frozen(values=[0.9, 1.0], user_attrs={WHERE_KEY: 3, RUNNER_KEY: 3, INSTEAD_OF_KEY: [0]}))
    study.add_trial(frozen(values=[0.9, 1.0], user_attrs={WHERE_KEY: {"begun": "now"}, SECONDS_KEY: "long"}))
    found = read_trials(study, SPACE, skip=2)
    assert found.started.tolist() == [trial.datetime_start.timestamp() for trial in study.trials]
    assert found.metrics == ({}, {})


def test_ambiguous_metric_names_are_ignored(study):
    for names in (["loss", "loss"], ["loss", ""]):
        study.set_metric_names(names)
        assert read_objectives(study).names == ("objective_0", "objective_1")


def test_last_report_of_a_pruned_trial_can_be_learned_but_is_no_result():
    study = optuna.create_study()
    for losses in ([3.0, 2.0], [1.0, 0.5]):
        trial = study.ask({"x": FloatDistribution(0, 1)})
        for step, loss in enumerate(losses):
            trial.report(loss, step)
        study.tell(trial, state=TrialState.PRUNED)
    space = Space({"x": Float(0, 1)})
    learned = read_trials(study, space, with_pruned=True)
    assert learned.losses.tolist() == [[2.0], [0.5]]
    assert learned.is_stopped.all()
    assert np.isnan(read_trials(study, space).losses).all()


def test_pruned_trial_is_stopped_if_it_reported_a_step_and_violated_no_constraint():
    study = optuna.create_study(directions=["minimize", "minimize"])
    for attributes, constraint in (({}, 0.0), ({STEPS_KEY: [{"step": 1, "loss": 0.5}]}, -1.0), ({STEPS_KEY: []}, 2.0)):
        trial = study.ask({"x": FloatDistribution(0, 1)})
        for key, value in {**attributes, "objective_1": 3.0}.items():
            trial.set_user_attr(key, value)
        trial.set_constraint("power", constraint)
        study.tell(trial, state=TrialState.PRUNED)
    found = read_trials(study, Space({"x": Float(0, 1)}))
    assert found.states.tolist() == ["failed", "stopped", "failed"]
    assert found.losses[:, 1].tolist() == [3.0, 3.0, 3.0]  # metrics that are known stay
    assert found.curves.of(1).metrics["loss"].tolist() == [0.5]
