"""Tests of translating the table of an Optuna study."""

import math

import numpy as np
import optuna
import pytest

from paretune import Categorical, Float, Int, Maximize, Minimize, Objectives, Space
from paretune.adapters.optuna.history import read_trials
from paretune.errors import InvalidInputError
from paretune.trials import trials_from_csv

pytestmark = pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")
WANTED = Objectives([Maximize("values_0"), Minimize("values_1")])


def train(trial):
    width = trial.suggest_int("width", 1, 9)
    trial.suggest_categorical("kind", ["a", "b"])
    trial.suggest_float("state", 0, 1)
    trial.set_user_attr("note", f"trial {trial.number}")
    trial.set_user_attr("latency", width / 2)
    if trial.number == 2:
        raise ValueError("no")
    if trial.number == 3:
        trial.set_user_attr("reason", "out_of_memory")
        raise MemoryError
    if trial.number == 4:
        raise optuna.TrialPruned
    if trial.number in (5, 6):
        trial.set_constraint("size", trial.number - 5.5)
    if trial.number == 7:
        return math.inf, 1.0
    return 0.1 * width, width


@pytest.fixture
def study(quiet_optuna):  # noqa: ARG001 (some trials fail on purpose)
    study = optuna.create_study(
        directions=["maximize", "minimize"], sampler=optuna.samplers.RandomSampler(seed=0), study_name="theirs"
    )
    study.optimize(train, n_trials=10, catch=(ValueError, MemoryError))
    running = study.ask()
    running.suggest_int("width", 1, 9)
    running.suggest_categorical("kind", ["a", "b"])
    running.suggest_float("state", 0, 1)
    study.ask()
    study.enqueue_trial({"width": 3})
    return study


def write_csv(folder, study, *, index=True):
    path = folder / "t.csv"
    study.trials_dataframe().to_csv(path, index=index)
    return path


@pytest.mark.parametrize("index", [True, False])
def test_csv_file_gives_the_same_trials_as_its_study(tmp_path, study, index):
    space = Space({"width": Int(1, 9), "kind": Categorical(["a", "b"]), "state": Float(0, 1)})
    stored, read = read_trials(study, space), trials_from_csv(write_csv(tmp_path, study, index=index), WANTED)
    renamed = [{name.removeprefix("params_"): value for name, value in p.items()} for p in read.params]
    assert renamed == list(stored.params)
    assert isinstance(read.space["width"], Int)
    for name in ("losses", "states", "reasons", "numbers"):
        np.testing.assert_array_equal(getattr(read, name), getattr(stored, name), err_msg=name)
    assert set(read.reasons) == {"", "crashed", "out_of_memory", "outside_limits", "not_finite"}
    assert read.is_pending.sum() == 1
    np.testing.assert_allclose(read.durations, stored.durations, atol=1e-6)
    assert np.isfinite(read.started).all()


def test_user_attribute_can_be_an_objective(tmp_path, study):
    wanted = Objectives([Maximize("values_0"), Minimize("user_attrs_latency")])
    read = trials_from_csv(write_csv(tmp_path, study), wanted)
    assert set(read.space) == {"width", "kind", "params_state"}
    assert read.values[0].tolist() == [0.1 * read.params[0]["width"], read.params[0]["width"] / 2]


def test_objectives_are_found_by_the_metric_names_of_the_study(tmp_path, study):
    study.set_metric_names(["accuracy", "latency"])
    path = write_csv(tmp_path, study)
    by_column = trials_from_csv(path, Objectives([Maximize("values_accuracy"), Minimize("values_latency")]))
    by_name = trials_from_csv(path, Objectives([Maximize("accuracy"), Minimize("latency")]))
    np.testing.assert_equal(by_name.losses, by_column.losses)
    assert by_name.space == by_column.space
    own = trials_from_csv(
        write_csv(tmp_path, study), Objectives([Minimize("user_attrs_latency"), Maximize("accuracy")])
    )
    np.testing.assert_equal(own.losses[:, 1], by_name.losses[:, 0])


def test_intermediate_value_of_a_pruned_trial_is_not_its_value(tmp_path):
    def reported(trial):
        x = trial.suggest_float("x", 0, 1)
        trial.report(x, 0)
        if trial.number == 1:
            raise optuna.TrialPruned
        return x

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(reported, n_trials=3)
    read = trials_from_csv(write_csv(tmp_path, study), Objectives([Minimize("value")]))
    assert read.states.tolist() == ["complete", "stopped", "complete"]
    assert np.isnan(read.losses[:, 0]).tolist() == [False, True, False]


@pytest.mark.parametrize(("constraint", "reason"), [("-inf", ""), ("inf", "outside_limits"), ("-1e3", "")])
def test_sign_of_a_constraint_counts_even_if_it_is_infinite(tmp_path, constraint, reason):
    path = tmp_path / "t.csv"
    path.write_text(f"value,params_x,system_attrs_constraints,state\n1,2,[{constraint}],COMPLETE\n")
    assert trials_from_csv(path, Objectives([Minimize("value")])).reasons.tolist() == [reason]


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("0 days 00:00:01.5", 1.5),
        ("1 days 02:00:00", 93_600.0),
        ("0 days", 0.0),
        ("2.5", 2.5),
        ("", math.nan),
        ("-1 days +23:59:59.9", math.nan),
    ],
)
def test_duration_is_converted_to_seconds(tmp_path, duration, seconds):
    path = tmp_path / "t.csv"
    path.write_text(f'value,duration,params_x,system_attrs_constraints,state\n1,{duration},2,"[-1.0, 0.5]",COMPLETE\n')
    read = trials_from_csv(path, Objectives([Minimize("value")]))
    np.testing.assert_equal(read.durations[0], seconds)
    assert read.reasons[0] == "outside_limits"


def test_table_with_any_attributes_of_the_study_is_recognized(tmp_path, study):
    path = tmp_path / "t.csv"
    whole = trials_from_csv(write_csv(tmp_path, study), WANTED)
    study.trials_dataframe(attrs=("values", "params", "user_attrs", "intermediate_values", "_trial_id")).to_csv(path)
    read = trials_from_csv(path, WANTED)
    assert set(read.space) == {"width", "kind", "params_state"}
    assert read.is_complete.sum() >= whole.is_complete.sum()
    path.write_text("value,params_x,note,state\n1,2,a,DONE\n1,2,b,\n")
    with pytest.raises(InvalidInputError, match="line 2: state must be one of complete, failed, pending"):
        trials_from_csv(path, Objectives([Minimize("value")]))


def test_missing_objective_is_reported_with_the_metrics_of_the_study(tmp_path, study):
    study.set_metric_names(["accuracy", "latency"])
    with pytest.raises(InvalidInputError, match=r"no column 'values_0'; its metrics are accuracy, latency, .*number, "):
        trials_from_csv(write_csv(tmp_path, study), WANTED)


@pytest.mark.parametrize("index", [True, False])
def test_header_of_two_lines_is_refused_with_a_remedy(tmp_path, study, index):
    path = tmp_path / "t.csv"
    study.trials_dataframe(multi_index=True).to_csv(path, index=index)
    with pytest.raises(InvalidInputError, match=r"t\.csv names its columns in two lines: write trials_dataframe\(mult"):
        trials_from_csv(path, WANTED)
