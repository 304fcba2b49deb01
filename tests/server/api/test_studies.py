"""Tests of the routes for studies."""

import optuna
import pytest

from paretune import Float, Int, Maximize, Minimize, Study
from server_client import OBJECTIVES, SPACE, Client


def test_study_is_made_once(client):
    made = client.create(n_trials=9, seed=3)
    assert (made["state"], made["n_trials"], made["searcher"], made["seed"]) == ("new", 9, "bayes", 3)
    assert (made["space"]["x"]["type"], list(made["objectives"])) == ("float", ["gain", "cost"])
    assert client.create(n_trials=9, seed=3) == made
    other = {"name": "nets", "space": SPACE, "objectives": {"gain": {"goal": "minimize"}}}
    assert client.json("POST", "/api/studies", other, status=409)["error"]["code"] == "other_study"
    assert [study["name"] for study in client.json("GET", "/api/studies")["studies"]] == ["nets"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "../etc"}, "name of a study"),
        ({"name": "nets.csv"}, "name of a study"),
        ({"name": ""}, "name of a study"),
        ({"space": {}}, "at least one parameter"),
        ({"space": {"x": {"type": "float", "low": 1}}}, "x: "),
        ({"space": {"x": {"type": "pickle"}}}, "type must be one of"),
        ({"objectives": {"gain": {"goal": "more"}}}, "goal must be one of"),
        ({"objectives": {"x": {"goal": "minimize"}}}, "x"),
        ({"searcher": "magic"}, "searcher must be one of"),
        ({"searcher": "evolution", "searcher_options": {"populace": 4}}, "no option 'populace'"),
        ({"searcher_options": {"n_startup_trials": 0}}, "n_startup_trials of searcher bayes must be"),
        ({"searcher_options": {"prefer": "speed>=1"}}, "speed"),
        ({"seed": -1}, "greater than or equal to 0"),
        ({"scheduler": {"name": "magic"}}, "scheduler must be one of"),
        ({"scheduler": {"name": "asha", "eta": 1}}, "eta must be at least 2"),
        ({"scheduler": {"name": "asha", "speed": 1}}, "speed"),
        ({"stop": {"target": "loss<=1"}}, "no condition of a target"),
        ({"stop": {"seconds": 0}}, "greater than 0"),
        ({"n_trials": 0}, "greater than or equal to 1"),
        ({"n_trials": "9"}, "integer"),
        ({"command": "rm -r /"}, "Extra inputs"),
    ],
)
def test_wrong_study_is_refused_and_not_made(client, change, message):
    body = {"name": "nets", "space": SPACE, "objectives": OBJECTIVES, **change}
    assert message in client.json("POST", "/api/studies", body, status=400)["error"]["message"]
    assert client.json("GET", "/api/studies") == {"studies": []}


@pytest.mark.parametrize(
    ("searcher", "options", "n"),
    [
        ("pshe2", {"population": 3}, 9),
        ("bayes", {"n_startup_trials": 12}, 9),
        ("nsga2", {"population": 2}, 1),  # Optuna's go on from a fresh random state
    ],
)
def test_searcher_with_its_options_and_seed_is_that_of_the_library(client, tmp_path, searcher, options, n):
    info = client.create(searcher=searcher, searcher_options=options, seed=5)
    assert (info["searcher"], info["searcher_options"], info["seed"]) == (searcher, options, 5)
    space = {"x": Float(0, 1), "k": Int(1, 9)}
    objectives = [Maximize("gain"), Minimize("cost", at_most=0.9, unit="s")]
    storage = tmp_path / "alone.db"
    alone = Study(space, objectives, storage=storage, searcher=searcher, searcher_options=options, seed=5)
    alone.run(lambda params: {"gain": params["x"] * params["k"], "cost": params["x"]}, n_trials=n)
    client.run(n)
    served = client.json("GET", "/api/studies/nets/trials")["trials"]
    assert [trial["params"] for trial in served] == list(alone.trials.params)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>".replace("/", "-"), "=1+1", "a b", "\u202ecod.exe", "é"])
def test_strange_names_have_addresses(client, name):
    key = client.create(name)["key"]
    assert client.json("GET", f"/api/studies/{key}")["name"] == name


def test_unknown_study_is_not_found_and_others_are_not_named(client):
    client.create("secret")
    refused = client.json("GET", "/api/studies/none", status=404)["error"]
    assert (refused["code"], refused["message"]) == ("not_found", "no study 'none'")
    client.json("GET", "/api/studies/~%21", status=400)


def test_study_is_stopped_and_goes_on(client):
    client.create()
    client.run(1)
    assert client.json("POST", "/api/studies/nets/stop")["ended"] == "paretune stop"
    assert client.json("POST", "/api/studies/nets/ask", status=409)["error"]["code"] == "study_ended"
    assert client.json("POST", "/api/studies/nets/go-on")["state"] == "open"
    assert client.ask()["number"] == 1


def test_study_ends_by_a_rule(client):
    client.create(stop={"target": "gain>=1"})
    for gain in (0.5, 1.5):
        client.tell(client.ask()["number"], metrics={"gain": gain, "cost": 0.1})
    client.json("POST", "/api/studies/nets/ask", status=409)
    assert client.json("GET", "/api/studies/nets")["ended"] == "trial 1 met the target gain>=1"


def test_limits_hold_for_earlier_trials_too(client):
    client.create()
    client.tell(client.ask()["number"], metrics={"gain": 1.0, "cost": 0.5})
    changed = client.json("PATCH", "/api/studies/nets", {"at_most": {"cost": 0.25}})
    assert changed["objectives"]["cost"]["at_most"] == 0.25
    assert client.json("GET", "/api/studies/nets/trials/0")["reason"] == "outside_limits"
    client.json("PATCH", "/api/studies/nets", {"at_least": {"cost": 0.25}}, status=400)


def test_study_of_the_library_goes_on_over_http_and_back(client, database):
    arguments = {"storage": database, "name": "mine", "searcher": "sobol", "seed": 7}
    space, objectives = {"x": Float(0, 1)}, [Maximize("gain"), Minimize("cost")]
    study = Study(space, objectives, **arguments)
    study.run(lambda params: {"gain": params["x"], "cost": params["x"]}, n_trials=2)
    client.tell(client.ask("mine")["number"], "mine", metrics={"gain": 1, "cost": 1})
    info = client.json("GET", "/api/studies/mine")
    assert (info["searcher"], info["seed"], info["counts"]["complete"]) == ("sobol", 7, 3)
    study.run(lambda params: {"gain": params["x"], "cost": params["x"]}, n_trials=4)
    assert client.json("GET", "/api/studies/mine")["counts"]["complete"] == 4
    alone = Study(space, objectives, **{**arguments, "name": "alone"})
    alone.run(lambda params: {"gain": params["x"], "cost": params["x"]}, n_trials=4)
    assert study.trials.params == alone.trials.params


def test_study_of_plain_optuna_is_shown_but_not_asked(client, database):
    foreign = optuna.create_study(
        storage=f"sqlite:///{database}", study_name="foreign", directions=["minimize", "minimize"]
    )
    foreign.optimize(lambda trial: (trial.suggest_float("x", 0, 1), 1.0), n_trials=2)
    assert client.json("GET", "/api/studies/foreign")["state"] == "foreign"
    assert len(client.json("GET", "/api/studies/foreign/trials")["trials"]) == 2
    assert "not made by Paretune" in client.json("POST", "/api/studies/foreign/ask", status=400)["error"]["message"]


def test_token_and_its_last_use_are_listed_without_their_secrets(service, tokens):
    admin = Client(service, tokens["admin"])
    listed = admin.json("GET", "/api/tokens")["tokens"]
    assert [token["name"] for token in listed] == ["read", "write", "admin", "other"]
    assert all("digest" not in token for token in listed)
    assert listed[2]["last_use"] > listed[2]["created"]
    admin.json("DELETE", "/api/tokens/write")
    admin.json("DELETE", "/api/tokens/write", status=400)
    Client(service, tokens["write"]).json("GET", "/api/studies", status=401)
