"""Tests of the Optuna internals that are used: a failure names what Optuna changed."""

import inspect
import re

import optuna
import pytest
from optuna.distributions import FloatDistribution
from optuna.storages import BaseStorage, InMemoryStorage, RDBStorage
from optuna.trial import TrialState

from paretune.adapters.optuna import internals
from paretune.adapters.optuna.attributes import is_queued

pytestmark = pytest.mark.usefixtures("quiet_optuna")
X = FloatDistribution(0.0, 1.0)


@pytest.fixture
def database(tmp_path):
    return f"sqlite:///{tmp_path / 'study.db'}"


@pytest.fixture
def study(database):
    return optuna.create_study(storage=database, study_name="study", directions=["minimize", "minimize"])


def test_study_storage_is_a_storage_of_optuna(study):
    storage = internals.study_storage(study)
    assert isinstance(storage, BaseStorage), "Study._storage is no BaseStorage"
    assert storage.get_all_studies()[0].study_name == "study"


def test_cached_storage_holds_its_database_storage_in_backend(study):
    storage = internals.study_storage(study)
    assert isinstance(internals.unwrapped_storage(storage), RDBStorage), "_CachedStorage._backend is no RDBStorage"


def test_storage_without_a_cache_is_its_own_backend():
    storage = InMemoryStorage()
    assert internals.unwrapped_storage(storage) is storage


def test_cache_calls_no_other_private_method_of_its_database_storage(study):
    source = inspect.getsource(type(internals.study_storage(study)))
    called = set(re.findall(r"self\._backend\.(\w+)\(", source)) - BaseStorage.__abstractmethods__
    unused = {"_get_best_trial_id", "_get_stale_trial_ids", "get_best_trial"}  # Paretune asks for neither
    unused |= {name for name in called if "heartbeat" in name}
    assert called - unused == internals.CACHED_STORAGE_METHODS, "the cache calls methods that are not retried"


def test_private_methods_that_the_cache_calls_exist():
    missing = [name for name in internals.CACHED_STORAGE_METHODS if not callable(getattr(RDBStorage, name, None))]
    assert not missing, f"RDBStorage has no {missing}"


def test_user_attributes_of_a_study_are_read_from_the_storage(study):
    study.set_user_attr("key", {"a": 1})
    assert internals.study_user_attrs(study)["key"] == {"a": 1}, "Study._storage or Study._study_id changed"


def test_metric_names_are_stored_under_their_system_attribute(study):
    assert internals.metric_names(study) == []
    with pytest.warns(optuna.exceptions.ExperimentalWarning):
        study.set_metric_names(["accuracy", "latency"])
    assert internals.metric_names(study) == ["accuracy", "latency"], "the key study:metric_names changed"


def test_filtered_study_of_a_pruner_has_what_the_sampler_reads():
    seen = []

    class Sampler(optuna.samplers.RandomSampler):
        def infer_relative_search_space(self, study, trial):  # noqa: ARG002 (Optuna's signature)
            seen.append((type(study).__name__, internals.study_user_attrs(study), internals.metric_names(study)))
            return {}

    pruner = optuna.pruners.HyperbandPruner(min_resource=1, max_resource=4)
    study = optuna.create_study(sampler=Sampler(), pruner=pruner)
    study.set_user_attr("key", 1)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    assert seen[-1] == ("_BracketStudy", {"key": 1}, []), "HyperbandPruner's filtered study changed"


def test_trial_is_found_by_its_number(study):
    study.ask()
    assert internals.get_trial(study, 0).state == TrialState.RUNNING
    with pytest.raises(KeyError):
        internals.get_trial(study, 1)


def test_waiting_trials_are_claimed_in_order_and_once(study):
    assert internals.claim_waiting_trial(study, is_queued) is None
    study.enqueue_trial({"x": 0.25})
    study.enqueue_trial({"x": 0.75})
    claimed = [internals.claim_waiting_trial(study, is_queued) for _ in range(3)]
    assert [trial and (trial.number, internals.fixed_params(trial)) for trial in claimed] == [
        (0, {"x": 0.25}),
        (1, {"x": 0.75}),
        None,
    ]
    assert {trial.state for trial in study.trials} == {TrialState.RUNNING}


def test_parameters_of_a_claimed_trial_are_set_with_their_distributions(study):
    study.ask()
    internals.set_trial_params(study, study.trials[0], {"x": (0.5, X)})
    assert (study.trials[0].params, study.trials[0].distributions) == ({"x": 0.5}, {"x": X})


def test_user_attribute_is_set_by_the_number_of_a_trial(study):
    study.ask()
    internals.set_trial_user_attr(study, 0, "key", 1)
    assert study.trials[0].user_attrs == {"key": 1}


@pytest.mark.parametrize("is_frozen", [True, False])
def test_system_attribute_is_set_on_frozen_and_live_trials(study, is_frozen):
    trial = study.ask()
    internals.set_trial_system_attr(study, study.trials[0] if is_frozen else trial, "key", 1)
    assert study.trials[0].system_attrs["key"] == 1, "_trial_id or set_trial_system_attr changed"


def test_parameter_is_asked_for_by_its_distribution(study):
    value = internals.suggest_value(study.ask(), "x", X)
    assert (study.trials[0].params, study.trials[0].distributions) == ({"x": value}, {"x": X}), "Trial._suggest changed"


def test_enqueued_parameters_are_stored_under_their_system_attribute(study):
    study.enqueue_trial({"x": 0.5})
    study.ask()
    study.ask()
    first, second = study.trials
    assert internals.fixed_params(first) == {"x": 0.5}, "the key fixed_params changed"
    assert internals.fixed_params(second) == {}
    assert [internals.was_enqueued(trial) for trial in (first, second)] == [True, False]


def test_named_constraints_win_over_their_list(study):
    trial = study.ask()
    trial.set_constraint("latency", 0.5)
    for key, value in internals.listed_constraints([0.5]).items():
        internals.set_trial_system_attr(study, trial, key, value)
    study.tell(trial, [0.0, 0.0])
    assert internals.named_constraints(study.trials[0]) == {"latency": 0.5}, "the prefix constraints: changed"


def test_constraint_attributes_are_those_that_a_trial_of_optuna_writes(study):
    trial = study.ask()
    trial.set_constraint("latency", 0.5)
    written = study.trials[0].system_attrs
    assert internals.constraint_attributes({"latency": 0.5}) == written | internals.listed_constraints([0.5])


def test_listed_constraints_are_read_by_optuna(study):
    system = internals.listed_constraints([1.0, -1.0])
    study.add_trial(optuna.trial.create_trial(values=[0.0, 0.0], system_attrs=system))
    values = list(internals.named_constraints(study.trials[0]).values())
    assert values == [1.0, -1.0], "the system attribute constraints changed"


@pytest.mark.parametrize("is_database", [False, True])
def test_running_trial_can_wait_again_and_is_claimed_once(is_database, study):
    chosen = study if is_database else optuna.create_study()
    trial = chosen.ask()
    stored = internals.get_trial(chosen, trial.number)
    internals.let_wait(chosen, stored)
    assert internals.get_trial(chosen, trial.number).state == TrialState.WAITING, "a running trial cannot wait again"
    assert internals.ask(chosen, lambda _: False).number == 1, "Study.ask has other steps"
    assert internals.claim_waiting(chosen, stored)
    assert not internals.claim_waiting(chosen, stored), "a trial can be claimed twice"
