"""Tests of the read-only views of stored studies."""

import optuna
import pytest
from optuna.storages import InMemoryStorage

from paretune import Categorical, Float, Int, Minimize, Space, Study
from paretune.errors import InvalidInputError, StudyNotFoundError
from paretune.study import activity, load, match_study_names, trial_log
from paretune.study.study_view import REFIT_OF, last_search, load_refit, read_facts, refit_name

pytestmark = pytest.mark.usefixtures("quiet_optuna")
SPACE = Space(
    {
        "width": Int(1, 64, log=True),
        "optimizer": Categorical(["sgd", "adam"]),
        "momentum": Float(0.0, 0.9, when={"optimizer": "sgd"}),
    }
)


@pytest.fixture
def where():
    return InMemoryStorage()


@pytest.fixture
def study(where):
    return open_study(where)


def open_study(where, **changes):
    return Study({"x": Float(0, 1)}, [Minimize("loss")], storage=where, **{"searcher": "random", **changes})


def fail_often(params):
    if params["x"] > 0.5:
        raise ValueError("too large")
    return {"loss": params["x"]}


# Studies of Paretune


def test_loaded_study_equals_the_study(database):
    study = open_study(database)
    study.run(fail_often, 8)
    stored = load("study", database)
    assert (stored.name, stored.n_unfit) == ("study", 0)
    assert stored.trials.to_frame().equals(study.trials.to_frame())
    assert stored.origin == study.origin


def test_loaded_study_does_not_change_with_the_storage(study, where):
    study.run(fail_often, 2)
    stored = load("study", where)
    study.run(fail_often, 4)
    assert len(stored.trials) == 2


def test_facts_are_none_until_a_study_is_defined(where):
    storage = where
    assert read_facts(storage, "study") is None
    optuna.create_study(study_name="study", storage=storage)
    assert read_facts(storage, "study") is None
    open_study(where, facts={"epochs": 3}).run(fail_often, 1)
    assert read_facts(storage, "study") == {"epochs": 3}


def test_last_search_is_the_last_run_that_was_no_import(study, where):
    storage = where
    assert last_search(storage, "study") is None
    study.run(fail_often, 2)
    open_study(where, searcher="sobol", seed=5).run(fail_often, 3)
    other = open_study(InMemoryStorage())
    other.run(fail_often, 2)
    study.add(other.trials, "a.csv", "ab")
    assert last_search(storage, "study") == ("sobol", 5)


def test_refit_is_found_by_the_name_of_its_study(study, where):
    study.run(fail_often, 1)
    assert load_refit("study", where) is None
    open_study(where, name=refit_name("study"), facts={"unrelated": 1}).run(fail_often, 1)
    assert load_refit("study", where) is None
    open_study(where, name="other").run(fail_often, 1)
    open_study(where, name=refit_name("other"), facts={REFIT_OF: "other"}).run(fail_often, 1)
    assert load_refit("other", where).name == refit_name("other")


def test_pattern_matches_names_of_studies_but_not_of_refits(where):
    for name in ("bayes-2", "bayes-1", "sobol-1", "bayes-*"):
        open_study(where, name=name)
    open_study(where, name=refit_name("bayes-1"), facts={REFIT_OF: "bayes-1"})
    assert match_study_names("bayes-[12]*", where) == ["bayes-1", "bayes-2"]
    assert match_study_names("bayes-*", where) == ["bayes-*"]
    assert match_study_names(refit_name("bayes-1"), where) == [refit_name("bayes-1")]
    assert match_study_names("none*", where) == ["none*"]


# Trials


def test_trial_records_have_durations_and_errors(study, where):
    study.run(fail_often, 6)
    records = load("study", where).records
    for number, record in records.items():
        assert set(record["durations"]) == {"suggest", "evaluate"}
        assert ("error" in record) == bool(study.trials.is_failed[number])


@pytest.mark.usefixtures("quiet_optuna")
@pytest.mark.parametrize("value", [3, "x", [1], {"a": 1}])
def test_study_with_other_values_under_reserved_keys_can_be_read(value, where):
    plain = optuna.create_study(study_name="plain", storage=where)

    def train(trial):
        for name in ("runner", "where", "durations", "steps", "error", "instead_of", "seconds", "losses"):
            trial.set_user_attr(f"paretune:{name}", value)
        return 1 / trial.suggest_int("k", 0, 1)

    for k in (0, 1, 1):
        plain.enqueue_trial({"k": k})
    plain.optimize(train, n_trials=2, catch=ZeroDivisionError)
    train(plain.ask())
    now, stored = activity("plain", where), load("plain", where)
    assert (len(now.running), now.n_counted, len(now.failures)) == (1, 3, 1)
    assert list(stored.trials.states) == ["failed", "complete", "pending"]
    assert set(stored.records) == {0, 1, 2}
    assert str(value) in trial_log("plain", 0, where)[1]


def test_log_of_an_unknown_trial_is_an_error(study, where):
    with pytest.raises(InvalidInputError, match="has no trial 3; it has none yet"):
        trial_log("study", 3, where)
    study.run(fail_often, 2)
    with pytest.raises(InvalidInputError, match="has no trial 3; its last is 1"):
        trial_log("study", 3, where)


# Studies of plain Optuna


def test_study_of_plain_optuna_can_be_loaded(where):
    plain = optuna.create_study(study_name="plain", storage=where, directions=["maximize", "minimize"])
    plain.optimize(lambda t: (t.suggest_float("x", 0, 1), 1.0), n_trials=3)

    stored = load("plain", where)
    assert list(stored.trials.space) == ["x"]
    assert stored.trials.values[:, 0].tolist() == [t.params["x"] for t in plain.trials]


def test_conditional_parameters_of_plain_optuna_are_loaded(where):
    def define_by_run(trial):
        optimizer = trial.suggest_categorical("optimizer", ["sgd", "adam"])
        if optimizer == "sgd":
            trial.suggest_float("momentum", 0.0, 0.9)
            if trial.number == 0:
                trial.suggest_float("now and then", 0, 1)
        trial.suggest_int("of two ranges", 1, 2 + trial.number % 2)
        return trial.suggest_int("width", 1, 64, log=True), 1.0

    sampler = optuna.samplers.RandomSampler(seed=0)
    plain = optuna.create_study(sampler=sampler, study_name="plain", storage=where, directions=["maximize", "minimize"])
    plain.enqueue_trial({"optimizer": "sgd"})
    plain.optimize(define_by_run, n_trials=12)

    stored = load("plain", where)
    others = {"now and then": Float(0, 1), "of two ranges": Int(1, 3)}
    assert dict(stored.trials.space) == {**SPACE, **others}, "no parameter is lost"
    assert stored.n_unfit == 0
    assert [p.get("now and then") for p in stored.trials.params] == [t.params.get("now and then") for t in plain.trials]
    assert [params.get("momentum") for params in stored.trials.params] == [
        t.params.get("momentum") for t in plain.trials
    ]
    assert "left_out" not in stored.origin


def test_every_trial_of_plain_optuna_is_loaded_after_edits_of_the_objective(where):
    plain = optuna.create_study(study_name="plain", storage=where)
    plain.optimize(lambda t: t.suggest_float("x", 0, 1) + t.suggest_float("old", 0, 1), n_trials=2)
    plain.optimize(lambda t: t.suggest_float("x", 0, 2) + t.suggest_int("b", 0, 100 - t.number), n_trials=3)
    plain.optimize(lambda t: t.suggest_float("foreign", 0, 1), n_trials=1)

    stored = load("plain", where)
    assert list(stored.trials.params) == [trial.params for trial in plain.trials]
    assert dict(stored.trials.space) == {
        "x": Float(0, 2),
        "b": Int(0, 98),
        "old": Float(0, 1),
        "foreign": Float(0, 1),
    }
    assert (stored.n_unfit, stored.n_begun) == (0, 0)
    assert list(stored.trials.to_frame().columns)[3:7] == list(stored.trials.space)


@pytest.mark.filterwarnings("ignore:Choices for a categorical distribution")
def test_choices_of_plain_optuna_that_are_tuples_are_loaded_as_text(where):
    def deep(trial):
        layers = trial.suggest_categorical("layers", [(64,), (64, 32)])
        return sum(layers), trial.suggest_float("drop", 0, 1) if len(layers) > 1 else 0.0

    sampler = optuna.samplers.RandomSampler(seed=0)
    plain = optuna.create_study(sampler=sampler, study_name="plain", storage=where, directions=["maximize", "minimize"])
    plain.optimize(deep, n_trials=8)

    stored = load("plain", where)
    drop = Float(0, 1, when={"layers": "[64, 32]"})
    assert stored.trials.space == Space({"layers": Categorical(["[64]", "[64, 32]"]), "drop": drop})
    assert len(stored.trials) == 8


def test_running_trial_without_all_parameters_has_begun_and_is_not_unfit(where):
    study = optuna.create_study(study_name="plain", storage=where)
    for i in range(3):
        trial = study.ask()
        trial.suggest_float("x", 0, 1)
        trial.suggest_float("y", 0, 1)
        study.tell(trial, i)
    study.ask()
    study.ask().suggest_float("x", 0, 1)
    study.ask().suggest_float("other", 0, 1)
    loaded = load("plain", where)
    assert (len(loaded.trials), loaded.n_begun, loaded.n_unfit) == (3, 2, 1)


def test_unknown_study_is_refused(study, where):  # noqa: ARG001 (for its effect)
    for call in (load, activity):
        with pytest.raises(StudyNotFoundError, match="no study 'other' in this storage; it has study"):
            call("other", where)
