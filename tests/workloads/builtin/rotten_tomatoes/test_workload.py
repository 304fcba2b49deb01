"""The workload's space, options, time limit and data: given, downloaded or generated."""

import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from paretune.errors import DataError, InvalidInputError, TrialFailedError
from paretune.evaluation.reporter import Reporter
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Float, Int
from paretune.workloads import load_workload
from paretune.workloads.builtin import rotten_tomatoes
from paretune.workloads.builtin.rotten_tomatoes import WORKLOAD, generated_reviews
from paretune.workloads.builtin.rotten_tomatoes.dataset import make_split
from paretune.workloads.builtin.rotten_tomatoes.evaluation import EvaluationSettings, evaluate

PARAMS = {"dropout_rate": 0.5, "learning_rate": 1e-3, "max_grad_norm": 5.0, "epochs": 1, "batch_size": 10}
PARAMS |= {"embed_dim": 4}


def options(**given):
    return WORKLOAD.parse_settings({"framework": "torch", **given})[0]


def write(folder, positive=b"good film\n" * 600, negative=b"bad film\n" * 600):
    (folder / "rotten_tomatoes").mkdir()
    (folder / "rotten_tomatoes" / "rt-polarity.pos").write_bytes(positive)
    (folder / "rotten_tomatoes" / "rt-polarity.neg").write_bytes(negative)
    return folder


def test_workload_is_found_by_its_name():
    assert load_workload("rotten-tomatoes") is WORKLOAD


def test_space_is_that_of_the_original_experiment():
    assert dict(WORKLOAD.space) == {
        "dropout_rate": Float(0.1, 0.9),
        "learning_rate": Float(1e-8, 1.0, log=True),
        "max_grad_norm": Float(1.0, 10.0),
        "epochs": Int(5, 100),
        "batch_size": Int(10, 100),
        "embed_dim": Int(100, 500),
    }


def test_domain_contains_space():
    assert set(WORKLOAD.domain) == set(WORKLOAD.space)
    for name, parameter in WORKLOAD.space.items():
        assert WORKLOAD.domain[name].low <= parameter.low < parameter.high <= WORKLOAD.domain[name].high


def test_objectives_are_accuracy_and_training_time_with_limits():
    expected = [Maximize("accuracy", at_least=0.75), Minimize("training_time", at_most=250, unit="s")]
    assert list(WORKLOAD.objectives) == expected


def test_defaults_are_the_original_experiment():
    assert options() == {"framework": "torch", "data_fraction": 1.0, "seed": "trial", "repeats": 1, "data": "auto"}


def test_epochs_may_be_fixed_outside_of_space():
    assert WORKLOAD.parse_settings({"epochs": 1})[1] == {"epochs": 1}


@pytest.mark.parametrize(
    "given",
    [
        {"framework": "mxnett"},
        {"data_fraction": 0},
        {"data_fraction": 1.5},
        {"repeats": 0},
        {"seed": -1},
        {"epochs": 0},
        {"dropout_rate": 1},
        {"batch_size": 0},
        {"batch_size": 1_001},
        {"embedding": 3},
    ],
)
def test_settings_outside_domain_are_refused(given):
    with pytest.raises(InvalidInputError, match=next(iter(given))):
        WORKLOAD.parse_settings(given)


def test_default_framework_is_torch_with_gpu_else_mxnet(monkeypatch):
    monkeypatch.setattr("paretune.workloads.builtin.rotten_tomatoes.visible_gpus", lambda: ())
    assert WORKLOAD.parse_settings({})[0]["framework"] == "mxnet"
    monkeypatch.setattr("paretune.workloads.builtin.rotten_tomatoes.visible_gpus", lambda: ("8e6f1f9a",))
    assert WORKLOAD.parse_settings({})[0]["framework"] == "torch"


def test_import_of_workload_loads_no_framework():
    module = "paretune.workloads.builtin.rotten_tomatoes"
    code = f"import sys, {module}; sys.exit(bool({{'torch', 'uv', 'mxnet'}} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_notice_names_generated_reviews(capsys):
    origin = WORKLOAD.prepare(options(data="generated"), None).data
    assert origin.sha256 == make_split(*generated_reviews.draw_reviews()).sha256
    assert origin.name == "reviews put together by Paretune"
    assert "not Rotten Tomatoes (as data=generated asks for)" in origin.notice
    assert capsys.readouterr().err == f"NOTICE: {origin.notice}\n"


def test_generated_data_with_data_folder_are_refused(tmp_path):
    with pytest.raises(InvalidInputError, match=r"data=generated.*--data-dir"):
        WORKLOAD.prepare(options(data="generated"), tmp_path)


def test_reviews_are_generated_with_notice_if_data_are_unreachable(monkeypatch, capsys):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    offline = replace(rotten_tomatoes.ROTTEN_TOMATOES, url="http://127.0.0.1:9")
    monkeypatch.setattr(rotten_tomatoes, "ROTTEN_TOMATOES", offline)
    origin = WORKLOAD.prepare(options(), None).data
    assert "http://127.0.0.1:9/rt-polarity.pos cannot be fetched" in origin.notice
    assert f"NOTICE: {origin.notice}\n" in capsys.readouterr().err


def test_given_folder_without_files_is_an_error_without_fallback(tmp_path, monkeypatch):
    with pytest.raises(DataError, match=r"rt-polarity\.pos does not exist"):
        WORKLOAD.prepare(options(), tmp_path)
    monkeypatch.setenv("PARETUNE_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"rt-polarity\.pos does not exist"):
        WORKLOAD.prepare(options(), None)


def test_empty_file_in_given_folder_is_an_error(tmp_path):
    with pytest.raises(DataError, match=r"rt-polarity\.neg is empty; expected one review per line"):
        WORKLOAD.prepare(options(), write(tmp_path, negative=b""))


def test_too_few_reviews_are_an_error_that_names_files(tmp_path):
    with pytest.raises(DataError, match=r"rt-polarity\.pos and .*rt-polarity\.neg: expected more than 1,000 reviews"):
        WORKLOAD.prepare(options(), write(tmp_path, b"good\n" * 9, b"bad\n" * 9))


def test_other_reviews_of_same_format_have_other_origin(tmp_path):
    origin = WORKLOAD.prepare(options(), write(tmp_path)).data
    assert origin.name == "data in the form of Rotten Tomatoes"
    assert "rt-polarity.pos" in origin.notice


def test_fraction_smaller_than_largest_batch_is_refused():
    message = "data_fraction=0.01 leaves 21 of 2000 reviews to learn from: at least 100 are needed"
    with pytest.raises(InvalidInputError, match=message):
        WORKLOAD.prepare(options(data="generated", data_fraction=0.01), None)


def test_batch_larger_than_training_data_is_refused():
    evaluate = WORKLOAD.prepare(options(data="generated", data_fraction=0.1), None).evaluate
    with pytest.raises(InvalidInputError, match="batch_size is 202, but there are 200 training reviews"):
        evaluate(PARAMS | {"batch_size": 202})


def test_repeats_use_following_seeds():
    settings = {"data": "generated", "data_fraction": 0.05}
    both = WORKLOAD.prepare(options(**settings, seed=4, repeats=2), None).evaluate(PARAMS)
    single = [WORKLOAD.prepare(options(**settings, seed=4), None).evaluate(PARAMS)]
    single.append(WORKLOAD.prepare(options(**settings), None).evaluate(PARAMS, seed=5))
    losses = [run["training_loss"] for run in single]
    assert losses[0] != losses[1]
    assert both["training_loss"] == pytest.approx(np.mean(losses))
    assert both["accuracy_se"] == pytest.approx(abs(single[0]["accuracy"] - single[1]["accuracy"]) / 2)
    assert "training_time_se" in both
    assert "accuracy_se" not in single[0]


@pytest.mark.parametrize("repeats", [1, 3])
def test_training_that_exceeds_time_limit_is_stopped(repeats):
    within = WORKLOAD.objectives.with_limits({}, {"training_time": 1e-6})
    prepared = WORKLOAD.prepare(options(data="generated", data_fraction=0.05, repeats=repeats), None)
    with pytest.raises(TrialFailedError, match="stopped after 1 of 7 epochs: training_time already exceeds") as failure:
        prepared.evaluate_for(within)(PARAMS | {"epochs": 7})
    assert failure.value.reason == "timed_out"
    assert failure.value.metrics["training_time"] > 1e-6
    assert not {"accuracy", "training_loss", "training_time_se"} & set(failure.value.metrics)


def test_limit_holds_for_mean_time_of_several_trainings():
    """The first takes twice the limit of one, the second is given up when both have used up three."""
    times, given = iter([2.0, 1.5]), []

    def train(params):
        given.append(params["max_seconds"])
        seconds = next(times)
        return {"accuracy": 0.8, "training_time": seconds, "epochs_run": 5 if seconds == 2.0 else 4}

    within = WORKLOAD.objectives.with_limits({}, {"training_time": 1.0})
    settings = EvaluationSettings(train, 100, repeats=3)
    with pytest.raises(TrialFailedError) as failure:
        evaluate(PARAMS | {"epochs": 5}, settings=settings, objectives=within)
    assert given == [3.0, 1.0]
    assert failure.value.metrics["training_time"] == pytest.approx(3.5 / 3)


def test_training_without_limit_is_never_stopped():
    within = Objectives([Maximize("accuracy"), Minimize("training_time")])
    prepared = WORKLOAD.prepare(options(data="generated", data_fraction=0.05), None)
    assert prepared.evaluate_for(within)(PARAMS)["epochs_run"] == 1


@pytest.mark.end_to_end
def test_trial_in_new_process_prints_nothing():
    evaluate = WORKLOAD.prepare(options(data="generated", data_fraction=0.05), None).evaluate
    code = "import pickle, sys; evaluate, params = pickle.load(sys.stdin.buffer); print(evaluate(params)['accuracy'])"
    handed_over = pickle.dumps((evaluate, PARAMS))
    trial = subprocess.run([sys.executable, "-c", code], input=handed_over, capture_output=True, check=True)
    assert 0 <= float(trial.stdout) <= 1
    assert trial.stderr == b""


def test_real_reviews_have_expected_hash(real, capsys):
    origin = WORKLOAD.prepare(options(), real).data
    assert (origin.name, origin.notice) == ("Rotten Tomatoes", "")
    assert capsys.readouterr().err == ""


def test_each_epoch_is_reported_with_accuracy_and_loss():
    report = Reporter()
    prepared = WORKLOAD.prepare(options(data="generated", data_fraction=0.05), None)
    metrics = prepared.evaluate(PARAMS | {"epochs": 3}, report)
    steps = report.curve.steps
    assert [step["step"] for step in steps] == [1, 2, 3]
    assert steps[-1] == {"step": 3, **{name: metrics[name] for name in ("accuracy", "training_loss")}}


def test_refused_report_ends_a_training_without_failing_it():
    prepared = WORKLOAD.prepare(options(data="generated", data_fraction=0.05, repeats=3), None)
    metrics = prepared.evaluate(PARAMS | {"epochs": 5}, lambda step, _metrics: step < 2)
    assert metrics["epochs_run"] == 2
