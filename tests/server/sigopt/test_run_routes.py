"""Tests of runs over HTTP, of experiments and without one."""

import json

import pytest

from server.sigopt.requests_of_sigopt import SMALL, Sigopt
from server_client import Client

METRICS = {name: {"value": value} for name, value in {"gain": 0.8, "cost": 0.1, "size": 10, "epochs": 3}.items()}


@pytest.fixture
def experiment(sigopt):
    body = {name: SMALL[name] for name in ("name", "parameters", "metrics")}
    return sigopt.send("POST", "clients/1/projects/demo/aiexperiments", {**body, "type": "random", "budget": 3})["id"]


@pytest.fixture
def begin(sigopt, experiment):
    return lambda **fields: sigopt.send("POST", f"aiexperiments/{experiment}/training_runs", fields)


@pytest.fixture
def merge(sigopt):
    def send(run, status=204, **fields):
        headers = {"x-response-content": "skip"}
        answer = sigopt.client.request("MERGE", f"/v1/training_runs/{run['id']}", json=fields, headers=headers)
        assert answer.status_code == status, answer.text
        return answer

    return send


def trials(client):
    return [(trial["state"], trial["reason"]) for trial in client.json("GET", "/api/studies/small/trials")["trials"]]


def test_run_gives_its_trial_the_outcome(sigopt, begin, merge, client, experiment):
    done, lacking, failed = (begin(name=name, metadata={"host": "w1"}) for name in "abc")
    assert done["assignments"].keys() == {"x", "k"}
    merge(done, values={"gain": {"value": 0.8, "value_stddev": 0.1}})
    merge(done, values={**METRICS, "gain": {"value": 0.8}})
    for run, state in ((done, "completed"), (lacking, "completed"), (failed, "failed")):
        merge(run, state=state)
    assert trials(client) == [("complete", ""), ("failed", "crashed"), ("failed", "crashed")]
    progress = sigopt.send("GET", f"aiexperiments/{experiment}")["progress"]
    assert (progress["remaining_budget"], progress["finished_run_count"]) == (0, 3)
    found = sigopt.send("GET", f"training_runs/{done['id']}")
    assert (found["state"], found["observation"], found["values"]["gain"]["value_stddev"]) == ("completed", "1", 0.1)
    assert sigopt.ids(f"aiexperiments/{experiment}/best_training_runs") == [done["id"]]
    filters = json.dumps([{"field": "experiment", "operator": "==", "value": experiment}])
    assert sigopt.ids(f"clients/1/projects/demo/training_runs?filters={filters}") == [
        failed["id"],
        lacking["id"],
        done["id"],
    ]


def test_values_of_a_finished_run_can_be_corrected(sigopt, begin, merge, client):
    run = begin()
    merge(run, values=METRICS, state="completed")
    merge(run, values={"gain": {"value": 0.5}})
    (trial,) = client.json("GET", "/api/studies/small/trials")["trials"]
    assert trial["values"]["gain"] == 0.5
    sigopt.send("DELETE", f"training_runs/{run['id']}")
    assert trials(client) == []
    assert sigopt.send("PUT", f"training_runs/{run['id']}", {"deleted": False})["deleted"] is False
    assert trials(client) == [("complete", "")]


def test_own_assignments_of_a_run_are_what_was_evaluated(begin, merge, client):
    merge(begin(), assignments={"x": 0.125, "batch": 32}, values=METRICS, state="completed")
    imported = begin(assignments={"x": 0.25, "k": 2}, values=METRICS, state="completed")
    assert (imported["state"], imported["observation"] is None) == ("completed", False)
    params = [trial["params"]["x"] for trial in client.json("GET", "/api/studies/small/trials")["trials"]]
    assert params == [0.125, 0.25]
    refused = merge(begin(), assignments={"x": 7}, status=400).json()
    assert refused["message"] == "assignments.x must be between 0 and 1, but is 7"


def test_checkpoints_are_the_curve_of_the_trial(sigopt, begin, merge, client):
    run = begin()
    for gain in (0.1, 0.2):
        body = {"values": [{"name": "gain", "value": gain}]}
        sigopt.send("POST", f"training_runs/{run['id']}/checkpoints", body)
    merge(run, values=METRICS, state="completed")
    first = sigopt.send("GET", f"training_runs/{run['id']}/checkpoints")["data"][1]
    assert first["values"][0]["value"] == 0.1
    assert sigopt.send("GET", f"training_runs/{run['id']}/checkpoints/{first['id']}") == first
    assert sigopt.send("GET", f"training_runs/{run['id']}")["checkpoint_count"] == 2
    steps = client.json("GET", "/api/studies/small/trials/0")["steps"]
    assert [(step["step"], step["gain"]) for step in steps] == [(1, 0.1), (2, 0.2)]


def test_suggestions_of_an_experiment_with_runs_are_refused(sigopt, experiment):
    sigopt.send("POST", f"experiments/{experiment}/suggestions", {}, status=403)
    sigopt.send("GET", f"aiexperiments/{sigopt.create()}", status=404)
    assert sigopt.send("GET", f"experiments/{experiment}")["object"] == "aiexperiment"
    sigopt.send("DELETE", f"experiments/{experiment}")
    assert sigopt.ids("aiexperiments") == []


def test_runs_without_an_experiment_belong_to_a_project(sigopt, merge, service, tokens):
    run = sigopt.send("POST", "clients/1/projects/demo/training_runs", {"name": "alone"})
    merge(run, values={"loss": {"value": 1}}, state="completed")
    batch = {"runs": [{"name": f"r{i}", "values": {"loss": {"value": i}}} for i in range(3)], "fields": "id"}
    stored = sigopt.send("POST", "clients/1/projects/demo/training_runs/batch", batch)["data"]
    assert [sorted(each) for each in stored] == [["id", "object"]] * 3
    assert len(sigopt.ids("clients/1/projects/demo/training_runs")) == 4
    assert sigopt.ids("training_runs?search=alone") == [run["id"]]
    refused = sigopt.send("POST", "clients/1/projects/demo/training_runs/batch", {"runs": [{}, {"x": 1}]}, status=400)
    assert refused["message"].startswith("runs[1].x: unknown field")
    other = Sigopt(Client(service, tokens["other"]))
    other.send("GET", f"training_runs/{run['id']}", status=404)
    assert other.ids("training_runs") == []
    sigopt.send("POST", f"training_runs/{run['id']}/files", {}, status=400)
    sigopt.send("GET", "training_runs/99", status=404)
