"""Is the sampler at home in Optuna: reproducible, parallel, and deaf to nothing that a study says?"""

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
from paretune.space import Categorical, Float, Int, Space

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


def asked_for(monkeypatch):
    """What the engine was asked, each time."""
    calls = []
    suggest = bayes.suggest

    def spy(trials, space, objectives, **arguments):
        calls.append((trials, space, arguments))
        return suggest(trials, space, objectives, **arguments)

    monkeypatch.setattr(bayes, "suggest", spy)
    return calls


# Reproducible


def test_the_same_seed_gives_the_same_study():
    first, again, other = (create(seed=seed) for seed in (1, 1, 2))
    for study in (first, again, other):
        study.optimize(train, n_trials=6)
    assert all_params(first) == all_params(again) != all_params(other)


def test_a_pickled_sampler_goes_on_as_the_first_would_have():
    first = create()
    first.optimize(train, n_trials=4)
    for sampler in (pickle.loads(pickle.dumps(first.sampler)), copy.deepcopy(first.sampler)):  # noqa: S301 (our own bytes)
        again = optuna.create_study(directions=["maximize", "minimize"], sampler=sampler)
        again.add_trials(first.trials)
        again.optimize(train, n_trials=1)
        following = create()
        following.add_trials(first.trials)
        following.optimize(train, n_trials=1)
        assert all_params(again) == all_params(following)


def test_without_a_seed_samplers_differ_and_reseeding_changes_one():
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
def test_a_given_search_space_is_used_from_the_first_trial(search_space):
    study = create(search_space=search_space, seed=5)
    study.optimize(train, n_trials=5)
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
@pytest.mark.parametrize("url", [None, "sqlite://"], ids=["in memory", "in a database"])
@pytest.mark.parametrize("is_given", [True, False], ids=["of a given space", "of the trials"])
def test_tuples_are_choices_as_others_are(url, is_given, monkeypatch, caplog):
    space = {"layers": CategoricalDistribution(LAYERS), "x": FloatDistribution(0, 1)} if is_given else None
    sampler = ParetoSampler(seed=0, n_startup_trials=6, search_space=space)
    study = optuna.create_study(storage=url, sampler=sampler)
    calls = asked_for(monkeypatch)
    if url is None:  # Optuna does not know a tuple again that has waited in a database
        study.enqueue_trial({"layers": LAYERS[2]})
    study.optimize(deep, n_trials=14)
    trials, space, _ = calls[-1]
    assert space["layers"] == Categorical(["[64]", "[64, 32]", "[8, 8, 8]"])
    assert len(trials) == 13
    assert [len(params["layers"]) for params in all_params(study)[-4:]].count(1) >= 3
    assert not told(caplog)


def test_a_space_with_conditions_serves_an_objective_that_is_defined_by_running(monkeypatch):
    study = create(search_space=CONDITIONAL)
    calls = asked_for(monkeypatch)
    study.optimize(define_by_run, n_trials=8)
    assert all(CONDITIONAL.contains(params) for params in all_params(study))
    assert {params["optimizer"] for params in all_params(study)} == {"sgd", "adam"}
    assert [len(trials) for trials, _, _ in calls] == list(range(8))


def branches(trial):
    """Two models of no common parameter; the better one is best at (7, 0.3), with 0."""
    if trial.suggest_categorical("model", ["svm", "forest"]) == "svm":
        return 0.5 + (math.log10(trial.suggest_float("C", 1e-3, 1e3, log=True)) - 1) ** 2
    return (trial.suggest_int("depth", 1, 10) - 7) ** 2 + (trial.suggest_float("share", 0.1, 1) - 0.3) ** 2


def test_branches_are_searched_as_a_space_with_the_conditions_that_trials_tell_would_be(monkeypatch, caplog):
    study = create(directions=["minimize"], n_startup_trials=8)
    calls = asked_for(monkeypatch)
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
    assert study.best_value < 1e-3  # as 1 in 140 forests at random are
    assert not told(caplog)


def test_a_value_with_which_all_crashes_is_learned_from_also_where_no_trial_has_told_what_exists_with_it():
    def deep(trial):
        n = trial.suggest_int("n", 1, 4)
        units = [trial.suggest_int(f"units_{i}", 4, 64, log=True) for i in range(n)]
        if n == 4:
            raise MemoryError
        return abs(sum(map(math.log, units)) - 9) - n

    study = create(directions=["minimize"])
    study.optimize(deep, n_trials=20, catch=MemoryError)
    assert sum(trial.state == TrialState.FAIL for trial in study.trials) <= 5
    assert study.best_value < -2.5


def test_stepped_values_are_those_that_optuna_knows(recwarn):
    study = create()
    study.optimize(lambda t: (t.suggest_float("x", 0, 0.3, step=0.1), -t.suggest_float("y", 0.1, 1, step=0.3)), 8)
    assert {params["x"] for params in all_params(study)} <= {0.0, 0.1, 0.2, 0.3}
    assert not [warning for warning in recwarn if "step" in str(warning.message)]


def test_a_trial_that_failed_or_was_pruned_early_does_not_shrink_the_space():
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


def test_a_study_that_only_fails_never_repeats_itself_on_a_finite_space():
    study = create()

    def fail(trial):
        trial.suggest_int("k", 0, 3)
        trial.suggest_categorical("c", ["a", "b"])
        raise RuntimeError

    study.optimize(fail, n_trials=8, catch=RuntimeError)
    assert len({tuple(sorted(params.items())) for params in all_params(study)}) == 8


def test_what_crashes_before_it_asks_for_all_is_not_suggested_again():
    study = create()

    def early(trial):
        x = trial.suggest_float("x", 0, 1)
        if x > 0.5:
            raise RuntimeError
        return x, 1 - x + trial.suggest_float("y", 0, 1)

    study.optimize(early, n_trials=14, catch=RuntimeError)
    assert len({params["x"] for params in all_params(study)}) == 14
    assert sum(trial.state == TrialState.FAIL for trial in study.trials) < 10


def test_a_parameter_that_is_not_always_asked_for_holds_up_nothing():
    unit = FloatDistribution(0, 1)
    study = create(search_space={"x": unit, "y": unit, "c": CategoricalDistribution(["a", "b"])})

    def some(trial):
        x, c = trial.suggest_float("x", 0, 1), trial.suggest_categorical("c", ["a", "b"])
        return x, x + (trial.suggest_float("y", 0, 1) if c == "a" else 0.0)

    study.optimize(some, n_trials=14)
    assert len({params["x"] for params in all_params(study)}) >= 8


def test_reasons_states_and_pending_trials_reach_the_engine(monkeypatch):
    study = create(search_space=DICT)
    for state, reason in ((TrialState.FAIL, "out_of_memory"), (TrialState.FAIL, None), (TrialState.PRUNED, None)):
        trial = study.ask(DICT)
        if reason:
            trial.set_user_attr("reason", reason)
        study.tell(trial, state=state)
    asked = study.ask(DICT)
    calls = asked_for(monkeypatch)
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
    calls = asked_for(monkeypatch)
    study.optimize(constrained, n_trials=1)
    ((trials, _, _),) = calls
    assert trials.violations.tolist() == [[-1], [1], [-1], [1]]
    assert trials.failures() == {"outside_limits": 2}


# Side by side


def test_trials_that_are_asked_for_together_differ():
    study = create(search_space=DICT)
    study.optimize(train, n_trials=4)
    together = [study.ask() for _ in range(3)]
    for trial in together:
        train(trial)
    assert len({tuple(trial.params.items()) for trial in together}) == 3
    for trial in together:
        study.tell(trial, [1.0, 2.0])


def test_a_trial_is_pending_with_all_that_was_suggested_for_it_before_it_asks_for_all(monkeypatch):
    study = create(search_space=DICT)
    slow = study.ask()
    slow.suggest_float("x", 0, 1)
    calls = asked_for(monkeypatch)
    study.optimize(train, n_trials=1)
    ((trials, _, _),) = calls
    assert trials.is_pending.all()
    train(slow)
    assert trials.params == (slow.params,)


def test_who_suggests_at_the_same_moment_as_another_takes_a_seed_of_its_own(monkeypatch):
    study = create(search_space=DICT, seed=9)
    one, two = study.ask(), study.ask()
    calls = asked_for(monkeypatch)
    for trial in (one, two):
        train(trial)
    first, second = (arguments["seed"] for _, _, arguments in calls)
    assert first != second == 9


def test_two_threads_share_a_sampler():
    study = create(search_space=DICT)
    study.optimize(train, n_trials=8, n_jobs=2)
    assert [trial.state for trial in study.trials] == [TrialState.COMPLETE] * 8
    assert len({tuple(params.items()) for params in all_params(study)}) == 8


def test_where_nothing_else_is_left_what_runs_is_begun_once_more_evenly_until_all_has_failed():
    """More workers than configurations: the study goes on, as the first that succeed may be repeated anyway."""
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


def test_a_reference_point_is_in_the_studys_own_values(monkeypatch):
    study = create(directions=["maximize", "minimize"], reference_point=[0.5, 2.0])
    study.optimize(train, n_trials=2)
    calls = asked_for(monkeypatch)
    study.optimize(train, n_trials=1)
    ((_, _, arguments),) = calls
    assert arguments["reference_point"].tolist() == [-0.5, 2.0]


def test_parameters_can_be_held_fixed():
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


def test_enqueued_trials_are_run_as_they_are_and_learned_from(monkeypatch):
    study = create(search_space=DICT)
    study.enqueue_trial({"x": 0.125, "k": 3, "batch": 16})
    study.enqueue_trial({"x": 0.25})
    calls = asked_for(monkeypatch)
    study.optimize(train, n_trials=3)
    assert all_params(study)[0] == {"x": 0.125, "k": 3, "batch": 16}
    assert all_params(study)[1]["x"] == 0.25
    assert calls[-1][0].params == tuple({name: params[name] for name in DICT} for params in all_params(study)[:2])


def test_what_an_enqueued_trial_leaves_open_is_chosen_to_go_with_what_it_fixes():
    """With k = a small x crash, and with k = b they are the best: better than all that is possible with k = a."""

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
    assert min(completed) < 1.25  # of 1.2 at best


def test_a_fixed_parameter_that_exists_only_with_another_is_held_where_it_exists():
    study = create(search_space=CONDITIONAL)
    study.optimize(define_by_run, n_trials=4)
    for _ in range(6):
        study.enqueue_trial({"momentum": 0.5, "layers": 2})
    study.optimize(define_by_run, n_trials=6)
    assert all(params.get("momentum", 0.5) == 0.5 and params["layers"] == 2 for params in all_params(study)[4:])
    assert {params["optimizer"] for params in all_params(study)[4:]} == {"sgd", "adam"}


@pytest.mark.filterwarnings("ignore:Fixed parameter k")
def test_an_enqueued_trial_is_run_though_its_values_are_not_of_the_space_or_all_with_them_has_failed():
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


def test_one_objective_will_do():
    study = create(directions=["minimize"])
    study.optimize(lambda trial: (trial.suggest_float("x", -1, 1) - 0.3) ** 2, n_trials=12)
    assert study.best_value < 1e-3


def test_a_study_lives_on_in_a_file(tmp_path):
    storage = f"sqlite:///{tmp_path / 'study.db'}"
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
def test_a_wrong_argument_is_refused_in_one_line(arguments, message):
    with pytest.raises(InvalidInputError, match=message) as refused:
        ParetoSampler(**arguments)
    assert "\n" not in str(refused.value)


def test_a_device_that_torch_cannot_use_is_refused_before_any_training():
    with pytest.raises(InvalidInputError, match="device must be one that torch can use here, but is 'gpuu'"):
        ParetoSampler(device="gpuu")


def test_a_reference_point_of_another_length_is_refused_in_one_line():
    study = create(search_space=DICT, reference_point=[1.0])
    with pytest.raises(InvalidInputError, match="reference_point has 1 values, but the study has 2 objectives"):
        study.optimize(train, n_trials=1)


def told(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "paretune"]


def test_a_parameter_that_is_sampled_at_random_for_ever_is_told_of_once(caplog):
    def by_a_float(trial):
        x = trial.suggest_float("x", 0, 1)
        return x, trial.suggest_float("y", 0, 1) if x > 0.5 else 0.0

    study = create(n_startup_trials=20)
    study.optimize(by_a_float, n_trials=12)
    (message,) = told(caplog)
    assert message.startswith(
        "y is sampled at random, since complete trials have several ranges of it, or do not show when"
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
    ids=["misspelt", "of another range", "that should not exist"],
)
def test_a_parameter_that_does_not_fit_the_space_is_told_of_once(caplog, space, why):
    study = create(directions=["minimize"], search_space=Space(space))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=6)
    (message,) = told(caplog)
    assert message.startswith(f"x is sampled at random: {why}")


def test_where_nothing_is_sampled_at_random_for_ever_nothing_is_told(caplog):
    create(n_startup_trials=20).optimize(train, n_trials=5)
    for space in (None, CONDITIONAL):
        create(n_startup_trials=20, search_space=space).optimize(define_by_run, n_trials=12)
    failing = create(n_startup_trials=20)
    failing.optimize(lambda trial: 1 / 0 * trial.suggest_float("x", 0, 1), n_trials=3, catch=ZeroDivisionError)
    assert not told(caplog)


def test_trials_that_teach_nothing_are_told_of(caplog):
    study = optuna.create_study(directions=["minimize"] * 2, sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(define_by_run, n_trials=12)
    n_adam = sum(trial.params["optimizer"] == "adam" for trial in study.trials)
    space = Space({"optimizer": Categorical(["sgd", "adam"]), "momentum": Float(0.0, 0.9), "layers": Int(1, 3)})
    study.sampler = ParetoSampler(seed=0, search_space=space)
    study.optimize(define_by_run, n_trials=3)
    (message,) = told(caplog)
    assert message.startswith(f"{n_adam} of 12 trials are ignored, since they are not of the search_space: trial ")
    assert "'optimizer': 'adam'" in message


@pytest.mark.parametrize("error", [-1, "small", True])
def test_a_standard_error_that_is_none_is_told_of_once_and_not_learned(error, caplog, monkeypatch):
    study = create()
    study.set_metric_names(["accuracy", "time"])
    calls = asked_for(monkeypatch)

    def measured(trial):
        trial.set_user_attr("accuracy_se", float("nan"))
        trial.set_user_attr("time_se", error if trial.number % 2 else 0.25)
        return train(trial)

    study.optimize(measured, n_trials=6)
    (message,) = told(caplog)
    assert message == f"trial 1 has time_se={error}; {MUST_BE}: leave it out if it is not known"
    np.testing.assert_array_equal(calls[-1][0].losses_se[:2], [[np.nan, 0.25], [np.nan, np.nan]])


MUST_BE = "a standard error must be a number >= 0"


def test_a_penalty_is_learned_as_the_failure_that_it_stands_for_and_told_of_once(caplog):
    def penalized(trial):
        values = train(trial)
        return (0.0, 1e6) if trial.params["x"] > 0.5 else values

    def raising(trial):
        values = train(trial)
        if trial.params["x"] > 0.5:
            raise MemoryError
        return values

    failing, told_numbers = create(n_startup_trials=8), create(n_startup_trials=8)
    failing.optimize(raising, n_trials=12, catch=MemoryError)
    assert told(caplog) == []
    told_numbers.optimize(penalized, n_trials=12)
    assert all_params(told_numbers) == all_params(failing)
    (message,) = told(caplog)
    assert "such as" in message
    assert "reported objective_0 0 and objective_1 1000000, which is taken for a penalty: they count as" in message
    assert message.endswith("better let a training that fails end with an error")


def test_a_sampler_of_before_tells_of_penalties_too(caplog):
    sampler = create(n_startup_trials=8).sampler
    del vars(sampler)["_warnings"]
    study = optuna.create_study(directions=["minimize"] * 2, sampler=pickle.loads(pickle.dumps(sampler)))  # noqa: S301 (our own bytes)
    study.optimize(lambda t: (1e6, 1e6) if t.suggest_float("x", 0, 1) > 0.5 else (t.params["x"], 1.0), n_trials=10)
    assert len(told(caplog)) == 1


# Where a study is more than its space


def kinds(trial):
    kind = trial.suggest_categorical("kind", ["a", "b", "c"])
    x = trial.suggest_float(f"x_{kind}", 0, 1)
    if x > 0.6:
        raise MemoryError
    return {"a": 0, "b": 10, "c": 20}[kind] + x


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.end_to_end
def test_a_choice_that_has_failed_for_another_parameter_is_chosen_again_and_the_best_most():
    study = create(directions=["minimize"])
    study.optimize(kinds, n_trials=40, catch=MemoryError)
    chosen = [trial.params["kind"] for trial in study.trials[-20:]]
    assert chosen.count("a") > 12


def test_of_what_is_not_suggested_together_no_process_repeats_another():
    """A sampler that is made anew for each trial, as by a job a trial."""
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


def test_two_processes_that_suggest_at_the_same_moment_suggest_different_things(monkeypatch):
    """The second asks and is answered while the first is choosing."""
    space = {"k": CategoricalDistribution([1, 2, 3, 4]), "j": IntDistribution(0, 4)}
    study = create(search_space=space)
    study.optimize(lambda t: (t.suggest_categorical("k", [1, 2, 3, 4]), t.suggest_int("j", 0, 4)), n_trials=6)
    theirs_too = ParetoSampler(seed=0, n_startup_trials=3, search_space=space)
    other = optuna.load_study(study_name=study.study_name, storage=study._storage, sampler=theirs_too)
    suggest, theirs = bayes.suggest, []

    def interrupted(*given, **arguments):
        found = suggest(*given, **arguments)
        if not theirs:
            theirs.append(None)  # lest they be interrupted too
            theirs[0] = other.ask(space).params
        return found

    monkeypatch.setattr(bayes, "suggest", interrupted)
    assert study.ask(space).params != theirs[0]


@pytest.mark.parametrize(
    "pruner", [optuna.pruners.HyperbandPruner(), optuna.pruners.SuccessiveHalvingPruner()], ids=["hyperband", "halving"]
)
def test_with_a_pruner_most_trials_end_early_and_are_learned_from_all_the_same(pruner):
    def train(trial):
        x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(3)]
        loss = sum((value - 0.2 - 0.25 * i) ** 2 for i, value in enumerate(x))
        for step in range(1, 17):
            trial.report(loss + (1 + x[0]) / step, step)
            if trial.should_prune():
                raise optuna.TrialPruned
        return loss

    study = optuna.create_study(sampler=ParetoSampler(seed=1), pruner=pruner, study_name="f")  # Hyperband draws by it
    study.optimize(train, n_trials=25)
    assert study.best_value < 0.1  # of 3; some that counted what was pruned as crashes stayed above 0.3
