"""Tests of the Optuna sampler: seeds, spaces, failures, parallel trials, and the rest of Optuna."""

import copy
import math
import pickle

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers import PartialFixedSampler
from optuna.trial import TrialState

from paretune.adapters.optuna import ParetoSampler
from paretune.adapters.optuna.distributions import to_space
from paretune.adapters.optuna.infer_space import shared_distributions
from paretune.engine import sobol
from paretune.errors import InvalidInputError, SpaceExhaustedError
from paretune.searchers import bayes
from paretune.space import Categorical, Float, Int, Normal, Space

pytestmark = [
    pytest.mark.usefixtures("quiet_optuna"),
    pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning"),
]

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
    batch = trial.suggest_categorical("batch", [64, 16, 32])
    return x * k, (1 - x) ** 2 + batch / 64


def define_by_run(trial):
    optimizer = trial.suggest_categorical("optimizer", ["sgd", "adam"])
    momentum = trial.suggest_float("momentum", 0.0, 0.9) if optimizer == "sgd" else 0.0
    layers = trial.suggest_int("layers", 1, 3)
    return momentum + layers, momentum - layers


def all_params(study):
    return [trial.params for trial in study.trials]


def suggested(study):
    return [trial.system_attrs.get("paretune:suggested") for trial in study.trials]


def record_calls(monkeypatch):
    """Record the arguments of each call of the engine."""
    calls = []
    suggest = bayes.suggest

    def spy(trials, space, objectives, **arguments):
        calls.append((trials, space, arguments))
        return suggest(trials, space, objectives, **arguments)

    monkeypatch.setattr(bayes, "suggest", spy)
    return calls


# Reproducible


def test_same_seed_gives_the_same_study():
    first, again, other = (create(seed=seed) for seed in (1, 1, 2))
    for study in (first, again, other):
        study.optimize(train, n_trials=5)
    assert all_params(first) == all_params(again) != all_params(other)


def test_pickled_sampler_continues_like_the_original():
    first = create()
    first.optimize(train, n_trials=4)

    def following(sampler):
        study = optuna.create_study(directions=["maximize", "minimize"], sampler=sampler)
        study.add_trials(first.trials)
        study.optimize(train, n_trials=1)
        return all_params(study)

    copies = pickle.loads(pickle.dumps(first.sampler)), copy.deepcopy(first.sampler)  # noqa: S301 (our own bytes)
    expected = following(create().sampler)
    assert [following(sampler) for sampler in copies] == [expected] * 2


def test_samplers_without_a_seed_differ_and_can_be_reseeded():
    one, two = ParetoSampler(), ParetoSampler()
    assert one._seed != two._seed
    before = one._seed
    one.reseed_rng()
    assert one._seed != before


# Search spaces


DICT = {
    "x": FloatDistribution(0, 1),
    "k": IntDistribution(1, 64, log=True),
    "batch": CategoricalDistribution((64, 16, 32)),
}


@pytest.mark.parametrize(
    "search_space", [DICT, Space({"x": Float(0, 1), "k": Int(1, 64, log=True), "batch": Categorical([64, 16, 32])})]
)
def test_given_search_space_is_used_from_the_first_trial(search_space):
    study = create(search_space=search_space, seed=5)
    study.optimize(train, n_trials=4)
    space = search_space if isinstance(search_space, Space) else to_space(search_space)
    points = sobol(space, seed=5)
    assert all_params(study)[:3] == [next(points) for _ in range(3)]
    assert all(trial.state == TrialState.COMPLETE for trial in study.trials)


LAYERS = [(64,), (64, 32), (8, 8, 8)]


def deep(trial):
    layers = trial.suggest_categorical("layers", LAYERS)
    assert layers in LAYERS
    return len(layers) + trial.suggest_float("x", 0, 1)


@pytest.mark.filterwarnings("ignore:Choices for a categorical distribution")
@pytest.mark.parametrize(
    ("url", "is_given"),
    [(None, True), ("sqlite://", False)],
    ids=["of a given space, in memory", "of the trials, in a database"],
)
def test_tuples_can_be_choices(url, is_given, monkeypatch, caplog):
    space = {"layers": CategoricalDistribution(LAYERS), "x": FloatDistribution(0, 1)} if is_given else None
    sampler = ParetoSampler(seed=0, n_startup_trials=6, search_space=space)
    study = optuna.create_study(storage=url, sampler=sampler)
    calls = record_calls(monkeypatch)
    if url is None:  # Optuna does not recognize a tuple that was enqueued in a database
        study.enqueue_trial({"layers": LAYERS[2]})
    study.optimize(deep, n_trials=11)
    trials, space, _ = calls[-1]
    assert space["layers"] == Categorical(["[64]", "[64, 32]", "[8, 8, 8]"])
    assert len(trials) == 10
    assert [len(params["layers"]) for params in all_params(study)[-4:]].count(1) >= 3
    assert not logged(caplog)


def test_conditional_space_fits_a_define_by_run_objective(monkeypatch):
    study = create(search_space=CONDITIONAL)
    calls = record_calls(monkeypatch)
    study.optimize(define_by_run, n_trials=6)
    assert all(CONDITIONAL.contains(params) for params in all_params(study))
    assert {params["optimizer"] for params in all_params(study)} == {"sgd", "adam"}
    assert [len(trials) for trials, _, _ in calls] == list(range(6))


def branches(trial):
    """Two models without a common parameter; the best value of the better one is 0 at (7, 0.3)."""
    if trial.suggest_categorical("model", ["svm", "forest"]) == "svm":
        return 0.5 + (math.log10(trial.suggest_float("C", 1e-3, 1e3, log=True)) - 1) ** 2
    return (trial.suggest_int("depth", 1, 10) - 7) ** 2 + (trial.suggest_float("share", 0.1, 1) - 0.3) ** 2


def test_conditions_are_inferred_from_the_trials_of_branches(monkeypatch, caplog):
    study = create(directions=["minimize"], n_startup_trials=8)
    calls = record_calls(monkeypatch)
    study.optimize(branches, n_trials=25)
    trials, space, _ = calls[-1]
    assert space == Space(
        {
            "model": Categorical(["svm", "forest"]),
            "C": Float(1e-3, 1e3, log=True, when={"model": "svm"}),
            "depth": Int(1, 10, when={"model": "forest"}),
            "share": Float(0.1, 1, when={"model": "forest"}),
        }
    )
    assert len(trials) == 24
    assert study.best_value < 1e-3  # as 1 of 140 random forests has
    assert not logged(caplog)


def test_value_that_always_crashes_is_learned_though_its_parameters_are_unknown():
    def deep(trial):
        n = trial.suggest_int("n", 1, 4)
        units = [trial.suggest_int(f"units_{i}", 4, 64, log=True) for i in range(n)]
        if n == 4:
            raise MemoryError
        return abs(sum(map(math.log, units)) - 9) - n

    study = create(directions=["minimize"])
    study.optimize(deep, n_trials=16, catch=MemoryError)
    assert sum(trial.state == TrialState.FAIL for trial in study.trials) <= 5
    assert study.best_value < -2.5


def test_stepped_values_are_valid_in_optuna(recwarn):
    study = create()
    study.optimize(lambda t: (t.suggest_float("x", 0, 0.3, step=0.1), -t.suggest_float("y", 0.1, 1, step=0.3)), 8)
    assert {params["x"] for params in all_params(study)} <= {0.0, 0.1, 0.2, 0.3}
    assert not [warning for warning in recwarn if "step" in str(warning.message)]


def test_failed_or_pruned_trial_does_not_shrink_the_space():
    study = create()

    def early(trial):
        x = trial.suggest_float("x", 0, 1)
        if trial.number % 3 == 1:
            raise optuna.TrialPruned
        if trial.number % 3 == 2:
            raise RuntimeError
        return x, trial.suggest_float("y", 0, 1)

    study.optimize(early, n_trials=2)
    assert list(shared_distributions(study.trials[1:])) == ["x"]
    study.optimize(early, n_trials=3, catch=RuntimeError)
    assert list(shared_distributions(study.trials)) == ["x", "y"]
    assert list(shared_distributions(study.trials[1:3])) == ["x"]
    assert list(shared_distributions([])) == []


# Failures


def test_study_of_failures_never_repeats_a_configuration_of_a_finite_space():
    study = create()

    def fail(trial):
        trial.suggest_int("k", 0, 3)
        trial.suggest_categorical("c", ["a", "b"])
        raise RuntimeError

    study.optimize(fail, n_trials=8, catch=RuntimeError)
    assert len({tuple(sorted(params.items())) for params in all_params(study)}) == 8


def test_configuration_that_crashed_early_is_not_suggested_again():
    study = create()

    def early(trial):
        x = trial.suggest_float("x", 0, 1)
        if x > 0.5:
            raise RuntimeError
        return x, 1 - x + trial.suggest_float("y", 0, 1)

    study.optimize(early, n_trials=10, catch=RuntimeError)
    assert len({params["x"] for params in all_params(study)}) == 10
    assert sum(trial.state == TrialState.FAIL for trial in study.trials) < 8


def test_changed_range_is_searched_and_old_trials_inside_are_learned(monkeypatch, caplog):
    study = create()
    study.optimize(lambda t: (t.suggest_float("x", 0, 1), 1.0), n_trials=5)
    calls = record_calls(monkeypatch)
    study.optimize(lambda t: (t.suggest_float("x", 0.5, 2), 1.0), n_trials=4)
    n_inside = sum(trial.params["x"] >= 0.5 for trial in study.trials[:5])
    assert [space["x"] for _, space, _ in calls[1:]] == [Float(0.5, 2)] * 3
    assert [len(trials) for trials, _, _ in calls[1:]] == [n_inside + n for n in (1, 2, 3)]
    assert suggested(study)[6:] == all_params(study)[6:]
    assert not caplog.records


def test_range_that_depends_on_another_parameter_is_searched(monkeypatch, caplog):
    def dependent(trial):
        a = trial.suggest_int("a", 0, 100)
        return a, trial.suggest_int("b", 0, 100 - a)

    study = create(n_startup_trials=20)
    study.optimize(dependent, n_trials=6)
    calls = record_calls(monkeypatch)
    study.optimize(dependent, n_trials=4)
    assert [len(trials) for trials, _, _ in calls] == [6, 7, 8, 9], "all trials are learned"
    for planned, params in zip(suggested(study)[6:], all_params(study)[6:], strict=True):
        assert params == planned | {"b": min(planned["b"], 100 - params["a"])}
    assert not caplog.records


def test_parameter_that_came_later_is_suggested_and_earlier_trials_are_learned(monkeypatch, caplog):
    study = create()
    study.optimize(lambda t: (t.suggest_float("x", 0, 1), 1.0), n_trials=5)

    def with_more(trial):
        return trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)

    study.optimize(with_more, n_trials=1)
    calls = record_calls(monkeypatch)
    study.optimize(with_more, n_trials=3)
    assert [len(trials) for trials, _, _ in calls] == [6, 7, 8]
    assert all(planned.keys() == {"x", "y"} for planned in suggested(study)[6:])
    assert suggested(study)[6:] == all_params(study)[6:]
    assert not any(arguments["may_repeat"] for _, _, arguments in calls)
    assert not caplog.records


def test_foreign_trial_makes_no_parameter_random(monkeypatch, caplog):
    study = create()
    study.optimize(train, n_trials=4)
    unit = FloatDistribution(0, 1)
    study.add_trial(optuna.trial.create_trial(values=[0.0, 0.0], params={"z": 0.5}, distributions={"z": unit}))
    calls = record_calls(monkeypatch)
    study.optimize(train, n_trials=3)
    assert [len(trials) for trials, _, _ in calls] == [4, 5, 6]
    assert suggested(study)[5:] == all_params(study)[5:]
    assert not any(arguments["may_repeat"] for _, _, arguments in calls)
    assert not caplog.records


def test_parameter_that_exists_with_none_is_learned(monkeypatch, caplog):
    def branch(trial):
        norm = trial.suggest_categorical("norm", [None, "batch"])
        return trial.suggest_float("drop", 0, 1) if norm is None else 0.5, 1.0

    study = create(n_startup_trials=20)
    study.optimize(branch, n_trials=6)
    calls = record_calls(monkeypatch)
    study.optimize(branch, n_trials=2)
    assert calls[0][1]["drop"] == Float(0, 1, when={"norm": None})
    assert suggested(study)[6:] == all_params(study)[6:]
    assert not caplog.records


def test_parameter_that_is_sometimes_absent_does_not_stop_the_search():
    unit = FloatDistribution(0, 1)
    study = create(search_space={"x": unit, "y": unit, "c": CategoricalDistribution(["a", "b"])})

    def some(trial):
        x, c = trial.suggest_float("x", 0, 1), trial.suggest_categorical("c", ["a", "b"])
        return x, x + (trial.suggest_float("y", 0, 1) if c == "a" else 0.0)

    study.optimize(some, n_trials=9)
    assert len({params["x"] for params in all_params(study)}) >= 6


def test_engine_gets_reasons_states_and_pending_trials(monkeypatch):
    study = create(search_space=DICT)
    for state, reason in ((TrialState.FAIL, "out_of_memory"), (TrialState.FAIL, None), (TrialState.PRUNED, None)):
        trial = study.ask(DICT)
        if reason:
            trial.set_user_attr("reason", reason)
        study.tell(trial, state=state)
    asked = study.ask(DICT)
    calls = record_calls(monkeypatch)
    study.optimize(train, n_trials=1)
    ((trials, _, _),) = calls
    assert trials.reasons.tolist() == ["out_of_memory", "crashed", "outside_limits", ""]
    assert trials.states.tolist() == ["failed"] * 3 + ["pending"]
    assert trials.params[3] == asked.params


def test_violated_constraints_are_failures_outside_the_limits(monkeypatch):
    study = create(search_space=DICT)

    def constrained(trial):
        trial.set_constraint("size", 1.0 if trial.number % 2 else -1.0)
        return train(trial)

    study.optimize(constrained, n_trials=4)
    calls = record_calls(monkeypatch)
    study.optimize(constrained, n_trials=1)
    ((trials, _, _),) = calls
    assert trials.violations.tolist() == [[-1], [1], [-1], [1]]
    assert trials.failures() == {"outside_limits": 2}


# Parallel trials


def test_trials_that_begin_together_differ():
    study = create(search_space=DICT)
    study.optimize(train, n_trials=4)
    together = [study.ask() for _ in range(3)]
    for trial in together:
        train(trial)
    assert len({tuple(trial.params.items()) for trial in together}) == 3
    for trial in together:
        study.tell(trial, [1.0, 2.0])


def test_pending_trial_has_its_whole_suggestion_before_it_asks_for_it(monkeypatch):
    study = create(search_space=DICT)
    slow = study.ask()
    slow.suggest_float("x", 0, 1)
    calls = record_calls(monkeypatch)
    study.optimize(train, n_trials=1)
    ((trials, _, _),) = calls
    assert trials.is_pending.all()
    train(slow)
    assert trials.params == (slow.params,)


def test_simultaneous_suggestions_use_different_seeds(monkeypatch):
    study = create(search_space=DICT, seed=9)
    one, two = study.ask(), study.ask()
    calls = record_calls(monkeypatch)
    for trial in (one, two):
        train(trial)
    first, second = (arguments["seed"] for _, _, arguments in calls)
    assert first != second == 9


def test_two_threads_can_share_a_sampler():
    study = create(search_space=DICT)
    study.optimize(train, n_trials=6, n_jobs=2)
    assert [trial.state for trial in study.trials] == [TrialState.COMPLETE] * 6
    assert len({tuple(params.items()) for params in all_params(study)}) == 6


def test_running_configurations_are_repeated_evenly_when_no_other_is_left():
    """There are more workers than configurations, so some must repeat others."""
    space = {"k": IntDistribution(1, 3)}
    study = create(directions=["minimize"], search_space=space)
    running = [study.ask(space) for _ in range(9)]
    assert sorted(trial.params["k"] for trial in running) == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    study.tell(next(trial for trial in running if trial.params["k"] == 2), state=TrialState.FAIL)
    assert sorted(study.ask(space).params["k"] for _ in range(2)) == [1, 3]
    for trial in study.get_trials(states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)
    with pytest.raises(SpaceExhaustedError, match="all 3 configurations"):
        study.ask(space)


# With the rest of Optuna


def test_reference_point_is_in_the_values_of_the_study(monkeypatch):
    study = create(directions=["maximize", "minimize"], reference_point=[0.5, 2.0])
    study.optimize(train, n_trials=2)
    calls = record_calls(monkeypatch)
    study.optimize(train, n_trials=1)
    ((_, _, arguments),) = calls
    assert arguments["reference_point"].tolist() == [-0.5, 2.0]


def test_parameters_can_be_fixed():
    sampler = PartialFixedSampler({"k": 8}, ParetoSampler(seed=0, n_startup_trials=3))
    study = optuna.create_study(directions=["maximize", "minimize"], sampler=sampler)
    study.optimize(train, n_trials=5)
    assert {params["k"] for params in all_params(study)} == {8}
    conditional = ParetoSampler(seed=0, n_startup_trials=3, search_space=CONDITIONAL)
    study = optuna.create_study(
        directions=["maximize", "minimize"], sampler=PartialFixedSampler({"optimizer": "sgd"}, conditional)
    )
    study.optimize(define_by_run, n_trials=5)
    assert {params["optimizer"] for params in all_params(study)} == {"sgd"}


def test_enqueued_trials_are_run_unchanged_and_learned(monkeypatch):
    study = create(search_space=DICT)
    study.enqueue_trial({"x": 0.125, "k": 3, "batch": 16})
    study.enqueue_trial({"x": 0.25})
    calls = record_calls(monkeypatch)
    study.optimize(train, n_trials=3)
    assert all_params(study)[0] == {"x": 0.125, "k": 3, "batch": 16}
    assert all_params(study)[1]["x"] == 0.25
    assert calls[-1][0].params == tuple({name: params[name] for name in DICT} for params in all_params(study)[:2])


def test_free_parameters_of_an_enqueued_trial_suit_its_fixed_ones():
    """A small x crashes if k = a, and is best if k = b."""

    def train(trial):
        x, i = trial.suggest_float("x", 0, 1), trial.suggest_int("i", 1, 5)
        if trial.suggest_categorical("k", ["a", "b"]) == "a" and x < 0.2:
            raise MemoryError
        return x + i

    study = create(directions=["minimize"], n_startup_trials=8)
    study.optimize(train, n_trials=12, catch=MemoryError)
    for _ in range(8):
        study.enqueue_trial({"k": "a"})
    study.optimize(train, n_trials=8, catch=MemoryError)
    enqueued = study.trials[12:]
    assert {trial.params["k"] for trial in enqueued} == {"a"}
    completed = [trial.value for trial in enqueued if trial.state == TrialState.COMPLETE]
    assert len(completed) >= 3
    assert min(completed) < 1.25  # the best possible is 1.2


def test_fixed_conditional_parameter_has_its_value_where_it_exists():
    study = create(search_space=CONDITIONAL)
    study.optimize(define_by_run, n_trials=4)
    for _ in range(6):
        study.enqueue_trial({"momentum": 0.5, "layers": 2})
    study.optimize(define_by_run, n_trials=6)
    assert all(params.get("momentum", 0.5) == 0.5 and params["layers"] == 2 for params in all_params(study)[4:])
    assert {params["optimizer"] for params in all_params(study)[4:]} == {"sgd", "adam"}


@pytest.mark.filterwarnings("ignore:Fixed parameter k")
def test_enqueued_trial_runs_though_it_is_outside_the_space_or_has_always_failed():
    study = create(n_startup_trials=2)
    study.optimize(train, n_trials=3)
    study.enqueue_trial({"k": 100})
    study.optimize(train, n_trials=1)
    assert study.trials[-1].params["k"] == 100
    tiny = create(directions=["minimize"], search_space={"k": IntDistribution(1, 2), "j": IntDistribution(1, 2)})

    def fail(trial):
        j = trial.suggest_int("j", 1, 2)
        if trial.suggest_int("k", 1, 2) == 2:
            raise MemoryError
        return j

    tiny.optimize(fail, n_trials=4, catch=MemoryError)
    tiny.enqueue_trial({"k": 2})
    tiny.optimize(fail, n_trials=1, catch=MemoryError)
    assert tiny.trials[-1].params["k"] == 2


def test_one_objective_is_enough():
    study = create(directions=["minimize"])
    study.optimize(lambda trial: (trial.suggest_float("x", -1, 1) - 0.3) ** 2, n_trials=12)
    assert study.best_value < 1e-3


def test_study_in_a_file_can_be_resumed(database):
    storage = f"sqlite:///{database}"
    for _ in range(2):
        study = optuna.create_study(
            directions=["maximize", "minimize"],
            sampler=ParetoSampler(seed=0, n_startup_trials=3),
            storage=storage,
            study_name="s",
            load_if_exists=True,
        )
        study.optimize(train, n_trials=3)
    assert len({tuple(params.items()) for params in all_params(study)}) == 6
    study._storage.remove_session()
    study._storage._backend.engine.dispose()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seed": -1}, "seed must be between 0 and 4294967295, but is -1"),
        ({"seed": "zero"}, "seed must be a number"),
        ({"n_startup_trials": 0}, "n_startup_trials must be between 1 and"),
        ({"n_startup_trials": 2.5}, "n_startup_trials must be a whole number"),
        ({"reference_point": 1.0}, "reference_point must be a list of one number per objective, but is 1.0"),
        ({"reference_point": [1.0, np.nan]}, "reference_point must be finite"),
        ({"reference_point": ["a", "b"]}, "reference_point must be a number"),
        ({"search_space": ["x"]}, "search_space must be a dict from names"),
        ({"search_space": {"x": (0, 1)}}, "x must be an Optuna distribution"),
        ({"search_space": {}}, "at least one parameter"),
    ],
)
def test_wrong_argument_is_refused_in_one_line(arguments, message):
    with pytest.raises(InvalidInputError, match=message) as refused:
        ParetoSampler(**arguments)
    assert "\n" not in str(refused.value)


def test_device_that_torch_cannot_use_is_refused_before_any_training():
    with pytest.raises(InvalidInputError, match="device must be one that torch can use here, but is 'gpuu'"):
        ParetoSampler(device="gpuu")


def test_reference_point_of_another_length_is_refused_in_one_line():
    study = create(search_space=DICT, reference_point=[1.0])
    with pytest.raises(InvalidInputError, match="reference_point has 1 values, but the study has 2 objectives"):
        study.optimize(train, n_trials=1)


def logged(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "paretune"]


@pytest.mark.parametrize("error", [-1, "small", True])
def test_impossible_standard_error_is_logged_once_and_not_learned(error, caplog, monkeypatch):
    study = create()
    study.set_metric_names(["accuracy", "time"])
    calls = record_calls(monkeypatch)

    def measured(trial):
        trial.set_user_attr("accuracy_se", float("nan"))
        trial.set_user_attr("time_se", error if trial.number % 2 else 0.25)
        return train(trial)

    study.optimize(measured, n_trials=6)
    (message,) = logged(caplog)
    assert message == f"trial 1 has time_se={error}; {MUST_BE}: leave it out if it is not known"
    np.testing.assert_array_equal(calls[-1][0].losses_se[:2], [[np.nan, 0.25], [np.nan, np.nan]])


MUST_BE = "a standard error must be a number >= 0"


def test_penalty_is_learned_as_a_failure_and_logged_once(caplog):
    def penalized(trial):
        values = train(trial)
        return (0.0, 1e6) if trial.params["x"] > 0.5 else values

    def raising(trial):
        values = train(trial)
        if trial.params["x"] > 0.5:
            raise MemoryError
        return values

    failing, penalizing = create(n_startup_trials=8), create(n_startup_trials=8)
    failing.optimize(raising, n_trials=12, catch=MemoryError)
    assert logged(caplog) == []
    penalizing.optimize(penalized, n_trials=12)
    assert all_params(penalizing) == all_params(failing)
    (message,) = logged(caplog)
    assert "such as" in message
    assert "reported objective_0 0 and objective_1 1000000, which is taken for a penalty: they count as" in message
    assert message.endswith("a training that fails should raise an error instead")


def test_sampler_pickled_by_an_earlier_version_logs_penalties(caplog):
    sampler = create(n_startup_trials=8).sampler
    del vars(sampler)["_warnings"]
    study = optuna.create_study(directions=["minimize"] * 2, sampler=pickle.loads(pickle.dumps(sampler)))  # noqa: S301 (our own bytes)
    study.optimize(lambda t: (1e6, 1e6) if t.suggest_float("x", 0, 1) > 0.5 else (t.params["x"], 1.0), n_trials=10)
    assert len(logged(caplog)) == 1


# Studies with conditions, several processes or pruners


def kinds(trial):
    kind = trial.suggest_categorical("kind", ["a", "b", "c"])
    x = trial.suggest_float(f"x_{kind}", 0, 1)
    if x > 0.6:
        raise MemoryError
    return {"a": 0, "b": 10, "c": 20}[kind] + x


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.end_to_end
def test_choice_is_suggested_again_after_failures_of_another_parameter():
    study = create(directions=["minimize"])
    study.optimize(kinds, n_trials=26, catch=MemoryError)
    chosen = [trial.params["kind"] for trial in study.trials[-12:]]
    assert chosen.count("a") > 7


def test_new_sampler_for_each_trial_repeats_no_draw():
    """Each trial has a new sampler, as if each were a job of its own."""
    study = create(directions=["minimize"] * 2)

    def train(trial):
        return trial.suggest_float(f"x_{trial.number % 2}", 0, 1), 1.0

    for _ in range(8):
        study.sampler = ParetoSampler(seed=0)
        study.optimize(train, n_trials=1)
    drawn = [value for params in all_params(study) for value in params.values()]
    assert len(set(drawn)) == 8
    again = create(directions=["minimize"] * 2)
    again.optimize(train, n_trials=8)
    assert all_params(again) == all_params(study)


def test_two_processes_that_suggest_together_suggest_different_configurations(monkeypatch):
    """The second gets its suggestion while the first is computed."""
    space = {"k": CategoricalDistribution([1, 2, 3, 4]), "j": IntDistribution(0, 4)}
    study = create(search_space=space)
    study.optimize(lambda t: (t.suggest_categorical("k", [1, 2, 3, 4]), t.suggest_int("j", 0, 4)), n_trials=6)
    other_sampler = ParetoSampler(seed=0, n_startup_trials=3, search_space=space)
    other = optuna.load_study(study_name=study.study_name, storage=study._storage, sampler=other_sampler)
    suggest, others = bayes.suggest, []

    def interrupted(*given, **arguments):
        found = suggest(*given, **arguments)
        if not others:
            others.append(None)  # the other is not interrupted
            others[0] = other.ask(space).params
        return found

    monkeypatch.setattr(bayes, "suggest", interrupted)
    assert study.ask(space).params != others[0]


def test_trial_that_another_process_has_ended_meanwhile_is_not_repeated(monkeypatch):
    """The other gets its suggestion and its values while the first is computed."""
    space = {"k": CategoricalDistribution([1, 2, 3, 4]), "j": IntDistribution(0, 4)}
    study = create(search_space=space)
    study.optimize(lambda t: (t.suggest_categorical("k", [1, 2, 3, 4]), t.suggest_int("j", 0, 4)), n_trials=6)
    other_sampler = ParetoSampler(seed=0, n_startup_trials=3, search_space=space)
    other = optuna.load_study(study_name=study.study_name, storage=study._storage, sampler=other_sampler)
    suggest, others = bayes.suggest, []

    def interrupted(trials, space_, objectives, **arguments):
        if not others:
            others.append(None)  # the other is not interrupted
            trial = other.ask(space)
            others[0] = trial.params
            other.tell(trial, [1.0, 1.0])
        return suggest(trials, space_, objectives, **arguments | {"seed": 0})

    monkeypatch.setattr(bayes, "suggest", interrupted)
    assert study.ask(space).params != others[0]


def test_trials_that_begin_before_any_has_ended_differ():
    study = create()
    trials = [study.ask() for _ in range(8)]
    kinds = [trial.suggest_categorical("kind", ["a", "b"]) for trial in trials]
    found = {(kind, trial.suggest_int("k", 1, 4)) for kind, trial in zip(kinds, trials, strict=True)}
    assert len(found) == 8


@pytest.mark.parametrize(
    "pruner", [optuna.pruners.HyperbandPruner(), optuna.pruners.SuccessiveHalvingPruner()], ids=["hyperband", "halving"]
)
def test_pruned_trials_are_learned(pruner):
    def train(trial):
        x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(3)]
        loss = sum((value - 0.2 - 0.25 * i) ** 2 for i, value in enumerate(x))
        for step in range(1, 17):
            trial.report(loss + (1 + x[0]) / step, step)
            if trial.should_prune():
                raise optuna.TrialPruned
        return loss

    study = optuna.create_study(
        sampler=ParetoSampler(seed=1), pruner=pruner, study_name="f"
    )  # Hyperband uses the name as a seed
    study.optimize(train, n_trials=25)
    assert study.best_value < 0.1  # of 0 to 3; above 0.3 if pruned trials counted as crashes


def test_suggestions_satisfy_the_constraints_of_a_given_space_and_its_priors_are_used():
    space = Space(
        {"x": Float(0, 1, prior=Normal(0.9, 0.02)), "y": Float(0, 1)}, [{"weights": {"x": 1, "y": 1}, "at_most": 1.8}]
    )
    study = create(search_space=space, n_startup_trials=6)
    study.enqueue_trial({"x": 0.95})
    study.enqueue_trial({"x": 1.0, "y": 1.0})  # Optuna tries it, though it violates the constraint

    def objective(trial):
        x, y = trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)
        return x * y, x**2

    study.optimize(objective, n_trials=8)
    assert [trial.params["x"] for trial in study.trials[:2]] == [0.95, 1.0]
    assert all(trial.params["x"] + trial.params["y"] <= 1.8 for trial in study.trials if trial.number != 1)
    assert sum(abs(trial.params["x"] - 0.9) < 0.1 for trial in study.trials[2:]) >= 3


def test_wrong_preference_is_refused():
    with pytest.raises(InvalidInputError, match="prefer must be text, but is 3"):
        ParetoSampler(prefer=3)
    study = create(prefer="speed>=1", n_startup_trials=1)
    with pytest.raises(InvalidInputError, match="'speed>=1' is no condition of a target"):
        study.optimize(train, n_trials=2)
