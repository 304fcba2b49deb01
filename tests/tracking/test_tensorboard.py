"""TensorBoard tracker: event files hold the data of the trials. Covers `tensorboard` and `tensorboard_events`."""

import resource
from dataclasses import replace

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import api_pb2, metadata
from tensorboard.util import tensor_util

from paretune.tracking import make_tracker


@pytest.fixture
def shown(study, tmp_path):
    return make_tracker("tensorboard", study.name, study.space, study.objectives, tmp_path / "runs")


@pytest.fixture
def written(shown, trials):
    for trial in trials:
        shown.write(trial)
    return shown


def read(tmp_path, trial):
    accumulator = EventAccumulator(str(tmp_path / "runs" / trial.key))
    accumulator.Reload()
    return accumulator


def hparams(accumulator):
    content = accumulator.SummaryMetadata(metadata.SESSION_START_INFO_TAG).plugin_data.content
    start = metadata.parse_session_start_info_plugin_data(content)
    kinds = {"string_value": str, "bool_value": bool, "number_value": float}
    return {
        name: kinds[value.WhichOneof("kind")](getattr(value, value.WhichOneof("kind")))
        for name, value in start.hparams.items()
    }


@pytest.mark.usefixtures("written")
def test_scalars_are_metrics_durations_and_steps_of_each_trial(tmp_path, trials):
    for trial in trials:
        accumulator = read(tmp_path, trial)
        found = {
            tag: [(event.step, event.value) for event in accumulator.Scalars(tag)]
            for tag in accumulator.Tags()["scalars"]
        }
        expected = {name: [(trial.number, pytest.approx(value))] for name, value in trial.metrics.items()}
        expected |= {f"seconds/{name}": [(trial.number, pytest.approx(s))] for name, s in trial.durations.items()}
        for step, metrics in trial.steps:
            for name, value in metrics.items():
                expected.setdefault(f"steps/{name}", []).append((step, pytest.approx(value)))
        assert found == expected


@pytest.mark.usefixtures("written")
def test_table_of_hyperparameters_has_each_trial_and_its_result(tmp_path, trials):
    for trial in trials:
        accumulator = read(tmp_path, trial)
        expected = {name: "None" if value is None else value for name, value in trial.params.items()}
        assert hparams(accumulator) == {**expected, "ended as": trial.reason or "complete"}
        content = accumulator.SummaryMetadata(metadata.SESSION_END_INFO_TAG).plugin_data.content
        end = metadata.parse_session_end_info_plugin_data(content)
        assert end.status == (api_pb2.STATUS_FAILURE if trial.reason else api_pb2.STATUS_SUCCESS)
        assert end.end_time_secs == pytest.approx(trial.started + trial.seconds)


@pytest.mark.usefixtures("written")
def test_columns_of_the_table_are_parameters_and_objectives(tmp_path, trials, study):
    content = read(tmp_path, trials[0]).SummaryMetadata(metadata.EXPERIMENT_TAG).plugin_data.content
    experiment = metadata.parse_experiment_plugin_data(content)
    columns = {info.name: info for info in experiment.hparam_infos}
    assert list(columns) == [*study.space, "ended as"]
    assert (columns["k"].domain_interval.min_value, columns["k"].domain_interval.max_value) == (1, 8)
    assert list(columns["act"].domain_discrete) == ["relu", "None"]
    assert columns["flag"].type == api_pb2.DATA_TYPE_BOOL
    assert columns["batch (max)"].type == api_pb2.DATA_TYPE_FLOAT64
    assert [metric.name.tag for metric in experiment.metric_infos] == ["accuracy", "latency"]
    assert experiment.metric_infos[1].display_name == "latency [s]"


@pytest.mark.usefixtures("written")
def test_text_of_a_trial_has_reason_and_error(tmp_path, trials):
    (event,) = read(tmp_path, trials[1]).Tensors("trial")
    text = tensor_util.make_ndarray(event.tensor_proto)[0].decode()
    assert "| reason | crashed |" in text
    assert "| error | ValueError: wrong \\| shape in two lines (conftest.py, line 29) |" in text
    assert "| seed | 3 |" in text


def test_written_trials_are_known_and_never_written_twice(written, trials, tmp_path):
    assert sorted(written.known_keys()) == sorted(trial.key for trial in trials)
    written.write(trials[0])
    assert len(list((tmp_path / "runs" / trials[0].key).iterdir())) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


def test_full_disk_leaves_no_incomplete_trial(shown, trials, tmp_path):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            shown.write(trials[0])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert shown.known_keys() == []
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]
    shown.write(trials[0])
    assert shown.known_keys() == [trials[0].key]


def live(trial, *steps):
    return replace(trial, state="pending", steps=steps, metrics={}, durations={})


def steps_in(accumulator):
    return [(event.step, pytest.approx(event.value)) for event in accumulator.Scalars("steps/accuracy")]


def test_steps_of_a_running_trial_are_shown_and_not_repeated(shown, trials, tmp_path):
    trial = trials[0]
    shown.write_steps(live(trial, *trial.steps[:1]))
    accumulator = read(tmp_path, trial)
    assert steps_in(accumulator) == [(10, 0.1)]
    assert shown.known_keys() == []
    shown.write_steps(live(trial, *trial.steps[:2]))
    shown.write(trial)
    for each in (accumulator.Reload(), read(tmp_path, trial)):
        assert steps_in(each) == [(s, m["accuracy"]) for s, m in trial.steps]
        assert [event.value for event in each.Scalars("latency")] == [pytest.approx(trial.metrics["latency"])]
    assert shown.known_keys() == [trial.key]


def test_steps_of_a_process_that_died_are_not_repeated(shown, trials, study, tmp_path):
    shown.write_steps(live(trials[0], *trials[0].steps[:2]))
    again = make_tracker("tensorboard", study.name, study.space, study.objectives, tmp_path / "runs")
    again.write(trials[0])
    again.write(trials[0])
    assert steps_in(read(tmp_path, trials[0])) == [(s, m["accuracy"]) for s, m in trials[0].steps]


def test_steps_after_the_end_are_ignored(shown, trials, study, tmp_path):
    again = make_tracker("tensorboard", study.name, study.space, study.objectives, tmp_path / "runs")
    shown.write(trials[0])
    again.write_steps(live(trials[0], (99, {"accuracy": 1.0})))
    assert len(steps_in(read(tmp_path, trials[0]))) == len(trials[0].steps)
