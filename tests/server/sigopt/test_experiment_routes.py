"""Tests of experiments over HTTP."""

import pytest

from server.sigopt.requests_of_sigopt import EXPERIMENT, SMALL, Sigopt, own
from server_client import Client


def test_experiment_is_a_study_like_any_other(sigopt, client):
    experiment = sigopt.send("POST", "clients/1/experiments", EXPERIMENT)
    study = client.json("GET", "/api/studies/mlp")
    assert (study["searcher"], study["objectives"]["accuracy"]["at_least"]) == ("bayes", 0.75)
    assert sigopt.send("GET", f"experiments/{experiment['id']}") == experiment
    assert [parameter["name"] for parameter in experiment["parameters"]] == sorted(
        parameter["name"] for parameter in EXPERIMENT["parameters"]
    )


def test_equal_names_and_hostile_ones_get_studies_of_their_own(sigopt, client):
    for name in ("a", "a", "../../etc/passwd", "<script>", ".csv", "\u202eabc", " "):
        assert sigopt.send("GET", f"experiments/{sigopt.create(name=name)}")["name"] == name
    names = [study["name"] for study in client.json("GET", "/api/studies")["studies"]]
    assert len(set(names)) == 7
    assert {"a", "a-2", "-..-etc-passwd"} <= set(names) | {name.lstrip(".") for name in names}
    assert "<script>" not in client.get("/v1/experiments").text


def test_experiments_are_changed_archived_and_listed(sigopt):
    first, second = sigopt.create(project="p"), sigopt.create(name="other")
    changed = sigopt.send("PUT", f"experiments/{first}", {"name": "new", "observation_budget": 5})
    assert (changed["name"], changed["observation_budget"]) == ("new", 5)
    assert sigopt.send("DELETE", f"experiments/{first}?include_runs=true") == {}
    assert sigopt.ids("experiments") == [second]
    assert sigopt.ids("experiments?state=all&limit=1") == [second]
    assert sigopt.ids("clients/1/projects/p/experiments?state=deleted") == [first]
    assert sigopt.send("PUT", f"experiments/{first}", {"state": "active"})["state"] == "active"
    sigopt.send("GET", "experiments?search=x", status=400)
    sigopt.send("GET", "experiments?colour=x", status=400)


def test_errors_have_the_form_that_the_client_reads(sigopt, client):
    assert sigopt.send("GET", "experiments/99", status=404) == {"message": "there is no experiment 99", "status": 404}
    assert sigopt.send("GET", "nothing", status=404)["status"] == 404
    assert sigopt.send("PATCH", "experiments", status=405)["status"] == 405
    assert client.post("/v1/experiments", content=b"[]", headers={"content-type": "application/json"}).json() == {
        "message": "the body must be an object", "status": 400,
    }  # fmt: skip
    assert (
        "NaN"
        in client.post("/v1/experiments", content=b'{"a": NaN}', headers={"content-type": "application/json"}).json()[
            "message"
        ]
    )


def test_scoped_token_sees_and_makes_only_its_own_experiments(sigopt, service, tokens):
    e = sigopt.create()
    other = Sigopt(Client(service, tokens["other"]))
    mine = other.create(name="other-1")
    assert other.ids("experiments") == [mine]
    for method, path in (
        ("GET", f"experiments/{e}"),
        ("POST", f"experiments/{e}/suggestions"),
        ("DELETE", f"experiments/{e}"),
    ):
        other.send(method, path, status=404)
    refused = other.send("POST", "experiments", SMALL, status=403)
    assert refused["message"].startswith("the token may not use")
    reader = Sigopt(Client(service, tokens["read"]))
    reader.send("POST", f"experiments/{e}/suggestions", {}, status=403)
    assert reader.ids("experiments") == [mine, e]


@pytest.mark.usefixtures("quiet_optuna")
def test_importances_are_shares(sigopt):
    e = sigopt.create()
    assert "5 observations" in sigopt.send("GET", f"experiments/{e}/metric_importances", status=422)["message"]
    batch = [own(i / 20, gain=(i / 20) ** 2, cost=1 - i / 20) for i in range(20)]
    sigopt.send("POST", f"experiments/{e}/observations/batch", {"observations": batch, "no_optimize": True})
    cost, gain = sigopt.send("GET", f"experiments/{e}/metric_importances")["data"]
    assert (cost["metric"], gain["metric"]) == ("cost", "gain")
    assert gain["importances"]["x"] == pytest.approx(1)
    assert sigopt.send("GET", f"experiments/{e}/importances")["importances"]["x"] == pytest.approx(1)


def test_stopping_criteria_and_share_tokens_are_answered(sigopt):
    e = sigopt.create()
    assert sigopt.send("GET", f"experiments/{e}/stopping_criteria")["should_stop"] is False
    assert "paretune token" in sigopt.send("POST", f"experiments/{e}/tokens", {}, status=403)["message"]
