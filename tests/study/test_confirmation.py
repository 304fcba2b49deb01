"""The end of a run that trains the likely front again."""

import random
from collections import Counter

import optuna
import pytest

from paretune import Float, Int, Maximize, Minimize, Study
from paretune.errors import InvalidInputError
from paretune.schedulers import Asha
from paretune.study import Budget, EndKind

OBJECTIVES = [Maximize("gain"), Minimize("cost")]
NOISE = 0.05


@pytest.fixture
def storage(quiet_optuna):  # noqa: ARG001 (for its effect)
    return optuna.storages.InMemoryStorage()


def open_study(storage, name="study"):
    return Study({"x": Float(0, 1)}, OBJECTIVES, storage=storage, name=name, searcher="random")


def train(params, seed):
    gain = params["x"] + random.Random(seed).gauss(0, NOISE)  # noqa: S311 (no secret)
    return {"gain": gain, "gain_se": NOISE, "cost": params["x"], "cost_se": 0.0}


def train_exactly(params):
    return {"gain": params["x"], "gain_se": 0.0, "cost": params["x"] // 0.5, "cost_se": 0.0}


def configurations(study):
    return [tuple(params.values()) for params in study.trials.params]


@pytest.mark.parametrize("confirm", ["25%", 2])
def test_last_trials_train_earlier_configurations_again_with_fresh_seeds(storage, confirm):
    study = open_study(storage)
    study.run(train, 8, confirm=confirm)
    found = configurations(study)
    assert len(set(found[:6])) == 6
    assert set(found[6:]) <= set(found[:6])
    assert len({metrics["seed"] for metrics in study.trials.metrics}) == 8
    assert study.ended.kind is EndKind.ALL_TRIALS


def test_run_without_confirmation_repeats_nothing(storage):
    study = open_study(storage)
    study.run(train, 12)
    assert len(set(configurations(study))) == 12


def test_rest_goes_to_the_search_once_the_front_stands(storage):
    """The two best of exact measurements are trained twice, then nothing is uncertain."""
    study = open_study(storage)
    study.run(train_exactly, 16, confirm="50%")
    counts = Counter(configurations(study))
    front = {tuple(params.values()) for params in study.front().params}
    repeated = {found for found, n in counts.items() if n > 1}
    assert front <= repeated
    assert set(counts.values()) == {1, 2}
    assert len(counts) > 8


def test_interrupted_run_confirms_the_same(storage):
    whole, parts = open_study(storage), open_study(storage, name="parts")
    whole.run(train, 8, confirm=2)

    def stop(trial, _outcome):
        if trial.number in {4, 6}:
            raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            parts.run(train, 8, confirm=2, on_trial=stop)
    open_study(storage, name="parts").run(train, 8, confirm=2)
    assert configurations(parts) == configurations(whole)
    assert parts.trials.values.tolist() == whole.trials.values.tolist()


def test_confirm_ends_when_the_front_stands(storage):
    study = open_study(storage)
    study.run(train_exactly, 8)
    study.confirm(train_exactly, 100)
    counts = Counter(configurations(study))
    assert study.ended.kind is EndKind.CONFIRMED
    assert len(counts) == 8
    assert {found for found, n in counts.items() if n == 2} == {tuple(p.values()) for p in study.front().params}
    n = len(study.trials)
    study.confirm(train_exactly, 5)
    assert len(study.trials) == n


def test_confirm_spends_at_most_its_trials(storage):
    study = open_study(storage)
    study.run(train, 8)
    study.confirm(train, 2)
    assert len(study.trials) == 10
    assert len(set(configurations(study))) == 8


def test_lost_confirmation_is_trained_with_its_own_seed(storage):
    study, lost = open_study(storage), []

    def lose_one(params, seed):
        if len(configurations(study)) == 7 and not lost:
            lost.append(seed)
            raise KeyboardInterrupt
        return train(params, seed)

    with pytest.raises(KeyboardInterrupt):
        study.run(lose_one, 8, confirm=2)
    study.run(train, 8, confirm=2)
    done = study.trials[~study.trials.is_lost]
    assert lost[0] in [metrics.get("seed") for metrics in done.metrics]
    assert len({tuple(params.values()) for params in done.params}) == 6


def test_confirmation_with_models_where_the_noise_is_not_known(storage):
    def train_without_errors(params, seed):
        return {name: value for name, value in train(params, seed).items() if not name.endswith("_se")}

    study = open_study(storage)
    study.run(train_without_errors, 12, confirm=1)
    assert len(set(configurations(study))) == 11


def test_scheduler_stops_no_confirmation(storage):
    def report_badly(params, report, seed):
        for step in range(1, 10):
            if not report(step, {"gain": -step, "cost": params["x"]}):
                break
        return train(params, seed) | {"last": step}

    study = open_study(storage)
    study.run(report_badly, 12, scheduler=Asha(9), confirm=3)
    again = [i for i, found in enumerate(configurations(study)) if found in configurations(study)[:i]]
    assert again
    assert [study.trials.metrics[i]["last"] for i in again] == [9] * len(again)
    assert not study.trials.is_stopped[again].any()


def test_share_of_a_budget_of_steps_is_confirmed(storage):
    def report_steps(params, report, seed):
        for step in range(1, 11):
            report(step, {"gain": 0.0})
        return train(params, seed)

    study = open_study(storage)
    study.run(report_steps, budget=Budget("epochs", 100, 10), confirm="20%")
    found = configurations(study)
    assert (len(found), len(set(found[:8]))) == (10, 8)
    assert set(found[8:]) <= set(found[:8])


@pytest.mark.end_to_end
def test_workers_confirm_different_doubts_at_once(storage):
    study = open_study(storage)
    study.run(train, 11, confirm=3, workers=2)
    counts = Counter(configurations(study))
    assert (len(study.trials), len(counts)) == (11, 8)


def test_finite_space_that_is_exhausted_can_be_confirmed(storage):
    study = Study({"x": Int(0, 2)}, OBJECTIVES, storage=storage, searcher="grid")
    study.run(train, 3)
    study.confirm(train, 2)
    assert (len(study.trials), len(set(configurations(study)))) == (5, 3)


@pytest.mark.parametrize(
    ("confirm", "message"),
    [
        ("0%", "confirm must be more than 0 % and at most 100 %, but is 0 %"),
        ("101%", "at most 100 %, but is 101 %"),
        (0, "confirm must be at least 1 trial, but is 0"),
        ("some", "confirm must be a share such as 10%, or a number of trials, but is 'some'"),
        (True, "but is True"),
        (0.1, "but is 0.1"),
        (-1, "but is -1"),
    ],
)
def test_wrong_part_is_refused_before_a_trial(storage, confirm, message):
    study = open_study(storage)
    with pytest.raises(InvalidInputError, match=message):
        study.run(train, 4, confirm=confirm)
    assert len(study.trials) == 0


def test_number_of_trials_needs_a_total_of_trials(storage):
    with pytest.raises(InvalidInputError, match="only the budget limits the run: give a share such as 10%"):
        open_study(storage).run(train, budget=Budget("hours", 1), confirm=5)
