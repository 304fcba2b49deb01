"""Tests of the runs that a service starts: real ones, from the form to the end of the service."""

import re
import time
from urllib.parse import urlencode

import pytest

from paretune.server.security.limits import Limits
from server_client import Client

FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
FIELDS = {"workload": "analytic", "study": "mine", "searcher": "sobol", "trials": "500", "low-1": "8", "high-1": "64"}


@pytest.fixture
def service(make_service, database, tokens):  # noqa: ARG001 (they must exist)
    return make_service(limits=Limits(runs=1, workers=2), allow=("analytic seconds=0.05",))


def wait_until(holds):
    """Wait for a condition: on a busy machine a run begins late."""
    end = time.monotonic() + 300
    while not holds():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)


def n_complete(client):
    answer = client.get("/api/studies/mine")
    return answer.json()["counts"]["complete"] if answer.status_code == 200 else -1


@pytest.mark.end_to_end
def test_run_of_the_form_is_shown_stopped_changed_and_goes_on(client):
    started = client.post("/new", content=urlencode(FIELDS), headers=FORM, follow_redirects=False)
    assert (started.status_code, started.headers["location"]) == (303, "/started/mine")
    wait_until(lambda: n_complete(client) >= 2)
    wait_until(lambda: "End now" in client.get("/studies/mine").text)
    assert client.get("/started/mine", follow_redirects=False).headers["location"] == "/studies/mine"
    body = {"workload": "analytic", "study": "second"}
    assert client.json("POST", "/api/runs", body, status=409)["error"]["code"] == "too_many_runs"

    client.json("POST", "/api/studies/mine/stop")
    wait_until(lambda: client.json("GET", "/api/runs/mine")["state"] == "ended")
    assert client.json("GET", "/api/studies/mine")["ended"] == "paretune stop"
    n = n_complete(client)
    client.json("PATCH", "/api/studies/mine", {"n_trials": n + 30})
    assert client.json("POST", "/api/studies/mine/go-on")["name"] == "mine"
    wait_until(lambda: n_complete(client) > n)

    ended = client.json("DELETE", "/api/runs/mine")
    assert (ended["state"], ended["exit_code"] != 0) == ("ended", True)
    info = client.json("GET", "/api/studies/mine")
    assert (info["searcher"], info["n_trials"], info["counts"]["running"]) == ("sobol", n + 30, 0)
    assert info["space"]["width"]["high"] == 64
    page = client.get("/studies/mine").text
    assert "Go on" in page
    assert "exit code" not in page  # it was ended on purpose


def test_nothing_is_started_without_allowance(make_service, tokens):
    with Client(make_service(), tokens["write"]) as client:
        assert client.json("GET", "/api/workloads")["workloads"] == []
        refused = client.json("POST", "/api/runs", {"workload": "analytic", "study": "mine"}, status=403)["error"]
        assert refused["message"].endswith("no workload: start the service with --allow")
        assert "suggests only" in client.get("/new", headers={"accept": "text/html"}).text


def test_refusals(client, service, tokens):
    client.create("taken")
    body = {"workload": "analytic", "study": "mine"}
    refused = [
        ({**body, "workload": "diatoms"}, 403, "may not be started here; what may is analytic"),
        ({**body, "workload": "/etc/passwd.yaml"}, 403, "may not be started"),
        ({**body, "study": "../up"}, 400, "name of a study"),
        ({**body, "study": "taken"}, 409, "there is a study"),
        ({**body, "run": {"workers": 3}}, 400, "workers must be at most 2"),
        ({**body, "run": {"on_end": "touch here"}}, 400, "cannot be chosen"),
        ({**body, "settings": {"seconds": 0}}, 400, "cannot be set"),
        ({**body, "command": "touch here"}, 400, "Extra inputs"),
    ]
    for wrong, status, message in refused:
        assert message in client.json("POST", "/api/runs", wrong, status=status)["error"]["message"]
    client.json("GET", "/api/runs/mine", status=404)
    assert "was made without a workload" in client.json("POST", "/api/studies/taken/refit", {}, 400)["error"]["message"]
    other = Client(service, tokens["other"])
    assert other.json("POST", "/api/runs", body, status=403)["error"]["code"] == "scope"
    assert Client(service, tokens["read"]).json("POST", "/api/runs", body, status=403)["error"]["code"] == "scope"


def test_wrong_form_is_shown_again_with_what_was_typed(client):
    fields = urlencode({**FIELDS, "trials": "many", "seed": "12"})
    page = client.post("/new", content=fields, headers=FORM)
    assert page.status_code == 400
    assert re.search(r'role="alert">trials must be', page.text)
    assert 'name="seed" inputmode="numeric" value="12"' in page.text
    assert client.get("/new?workload=other", headers={"accept": "text/html"}).status_code == 403
