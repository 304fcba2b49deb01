"""MLflow tracker: the runs hold the data of the trials."""

import shutil
from dataclasses import replace

import pytest
from mlflow.tracking import MlflowClient

from paretune.tracking import make_tracker


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory):
    """An empty database, made once since MLflow takes seconds for it."""
    folder = tmp_path_factory.mktemp("mlflow")
    MlflowClient(f"sqlite:///{folder}/mlflow.db").search_experiments()
    return folder / "mlflow.db"


@pytest.fixture
def client(empty_database, tmp_path, monkeypatch):
    shutil.copy(empty_database, tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    return MlflowClient()


@pytest.fixture
def shown(client, study, tmp_path):  # noqa: ARG001 (sets the place to write to)
    return make_tracker("mlflow", study.name, study.space, study.objectives, tmp_path)


def runs(client):
    (experiment,) = [e for e in client.search_experiments() if e.name == "nets"]
    return sorted(client.search_runs([experiment.experiment_id]), key=lambda run: int(run.data.tags["number"]))


def test_each_trial_is_a_run_with_parameters_metrics_state_and_times(shown, client, trials):
    for trial in trials:
        shown.write(trial)
    assert [run.info.run_name for run in runs(client)] == [f"trial {trial.number}" for trial in trials]
    for run, trial in zip(runs(client), trials, strict=True):
        renamed = {name.replace("(", "_").replace(")", "_"): str(value) for name, value in trial.params.items()}
        assert run.data.params == renamed
        last = {f"steps/{name}": value for _, metrics in trial.steps for name, value in metrics.items()}
        seconds = {f"seconds/{name}": value for name, value in trial.durations.items()}
        assert run.data.metrics == {**trial.metrics, **last, **seconds}
        assert run.info.status == ("FAILED" if trial.reason else "FINISHED")
        assert run.info.start_time == round(trial.started * 1000)
        assert run.info.end_time == round((trial.started + trial.seconds) * 1000)
        tags = {"study": "nets", "state": trial.state, "reason": trial.reason, "error": trial.error, **trial.details}
        assert {name: value for name, value in tags.items() if value}.items() <= run.data.tags.items()
        history = client.get_metric_history(run.info.run_id, "steps/accuracy")
        assert [(entry.step, entry.value) for entry in history] == [(s, m["accuracy"]) for s, m in trial.steps]


def test_written_trial_is_known_to_the_next_run(shown, client, trials, study, tmp_path):
    assert list(shown.known_keys()) == []
    shown.write(trials[0])
    again = make_tracker("mlflow", study.name, study.space, study.objectives, tmp_path)
    assert list(again.known_keys()) == [trials[0].key]
    assert len(runs(client)) == 1


def test_two_processes_that_write_the_same_trial_leave_one_run(shown, client, trials, study, tmp_path):
    other = make_tracker("mlflow", study.name, study.space, study.objectives, tmp_path)
    for each in (shown, other):
        each.write(trials[0])
    assert len(runs(client)) == 1


def test_incomplete_run_is_replaced(shown, client, trials):
    experiment = client.create_experiment("nets")
    client.create_run(experiment, tags={"paretune.key": trials[0].key, "number": "0"})
    assert list(shown.known_keys()) == []
    shown.write(trials[0])
    (run,) = runs(client)
    assert run.info.status == "FINISHED"
    assert run.data.metrics["accuracy"] == 0.1


def test_lost_trial_has_status_killed(shown, client, trials):
    shown.write(replace(trials[0], state="failed", reason="lost"))
    assert [run.info.status for run in runs(client)] == ["KILLED"]


def test_trial_that_a_scheduler_stopped_has_status_killed(shown, client, trials):
    shown.write(replace(trials[0], state="stopped", reason=""))
    assert [run.info.status for run in runs(client)] == ["KILLED"]
    assert runs(client)[0].data.tags["state"] == "stopped"


def test_location_names_experiment_and_database(shown, tmp_path):
    assert shown.location == f"MLflow: experiment nets in sqlite:///{tmp_path}/mlflow.db"


def live(trial, *steps):
    return replace(trial, state="pending", steps=steps, metrics={}, durations={})


def test_steps_of_a_running_trial_are_in_its_run_once(shown, client, trials):
    trial = trials[0]
    shown.write_steps(live(trial, *trial.steps[:1]))
    (run,) = client.search_runs(client.get_experiment_by_name("nets").experiment_id)
    assert run.info.status == "RUNNING"
    assert run.data.metrics == {"steps/accuracy": 0.1}
    assert list(shown.known_keys()) == []
    shown.write_steps(live(trial, *trial.steps[:2]))
    shown.write(trial)
    (ended,) = runs(client)
    assert (ended.info.run_id, ended.info.status) == (run.info.run_id, "FINISHED")
    history = client.get_metric_history(run.info.run_id, "steps/accuracy")
    assert sorted((entry.step, entry.value) for entry in history) == [(s, m["accuracy"]) for s, m in trial.steps]


def test_run_of_a_process_that_died_is_replaced(shown, client, trials, study, tmp_path):
    shown.write_steps(live(trials[0], *trials[0].steps[:1]))
    again = make_tracker("mlflow", study.name, study.space, study.objectives, tmp_path)
    again.write(trials[0])
    (run,) = runs(client)
    assert run.info.status == "FINISHED"
    assert len(client.get_metric_history(run.info.run_id, "steps/accuracy")) == len(trials[0].steps)
