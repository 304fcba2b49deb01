"""Tests of the routes for trials."""

import pytest

from paretune.study import load


def test_trials_are_asked_for_and_told(client, database):
    client.create()
    trial = client.ask()
    assert (trial["number"], trial["source"]) == (0, "computed")
    told = client.tell(0, metrics={"gain": 1.5, "cost": 0.5, "cost_se": 0.1, "epochs": 3})
    assert (told["state"], told["values"], told["errors"]) == (
        "complete",
        {"gain": 1.5, "cost": 0.5},
        {"gain": None, "cost": 0.1},
    )
    assert (told["metrics"], told["params"]) == ({"epochs": 3}, trial["params"])
    stored = load("nets", database)
    assert stored.trials.params[0] == trial["params"]
    assert stored.trials.values.tolist() == [[1.5, 0.5]]


def test_failures_have_reasons(client):
    client.create()
    numbers = [client.ask()["number"] for _ in range(3)]
    assert client.tell(numbers[0], reason="out_of_memory", message="does not fit")["error"] == "does not fit"
    assert client.tell(numbers[1], metrics={"gain": 1, "cost": 2.0})["reason"] == "outside_limits"
    assert client.tell(numbers[2], reason="lost")["reason"] == "lost"
    again = client.ask()
    assert (again["source"], again["number"]) == ("queue", 3)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({}, "either metrics or a reason"),
        ({"metrics": {"gain": 1, "cost": 0.1}, "reason": "crashed"}, "either metrics or a reason"),
        ({"metrics": {"gain": 1}}, "'cost' is missing"),
        ({"metrics": {"gain": True, "cost": 0.1}}, "'gain' must be a number"),
        ({"metrics": {"gain": 1, "cost": 0.1, "cost_se": -1}}, "standard error"),
        ({"metrics": {"gain": 1, "cost": 0.1, "paretune:x": 1}}, "reserved"),
        ({"reason": "tired"}, "reason must be one of"),
        ({"reason": "crashed", "why": ""}, "why: Extra inputs"),
    ],
)
def test_wrong_outcome_leaves_the_trial_pending(client, told, message):
    client.create()
    client.ask()
    refused = client.json("POST", "/api/studies/nets/trials/0/tell", told, status=400)
    assert message in refused["error"]["message"]
    assert client.json("GET", "/api/studies/nets/trials/0")["state"] == "pending"


def test_a_trial_is_told_once(client):
    client.create()
    client.ask()
    told = {"metrics": {"gain": 1, "cost": 0.1}}
    client.json("POST", "/api/studies/nets/trials/0/tell", told)
    assert client.json("POST", "/api/studies/nets/trials/0/tell", told, status=409)["error"]["code"] == "not_pending"
    assert client.json("POST", "/api/studies/nets/trials/7/tell", told, status=404)["error"]["code"] == "not_found"


def test_repeated_requests_with_a_key_are_carried_out_once(client):
    client.create()
    key = {"idempotency-key": "worker-1/17"}
    first, again = client.ask(headers=key), client.ask(headers=key)
    assert (again["number"], again["params"], again["source"]) == (first["number"], first["params"], "repeated")
    told = {"metrics": {"gain": 1, "cost": 0.1}}
    views = [client.json("POST", "/api/studies/nets/trials/0/tell", told, headers=key) for _ in range(2)]
    assert views[0] == views[1]
    own = {"observations": [{"params": {"x": 0.5, "k": 3}, **told}]}
    assert [client.json("POST", "/api/studies/nets/trials", own, headers=key)["numbers"] for _ in range(2)] == [[0]] * 2
    other = {"idempotency-key": "worker-1/18"}
    assert [client.json("POST", "/api/studies/nets/trials", own, headers=other)["numbers"] for _ in range(2)] == [
        [1]
    ] * 2
    assert client.ask()["number"] == 2


def test_many_trials_are_asked_for_at_once(client):
    client.create(searcher="random")
    asked = client.json("POST", "/api/studies/nets/ask", {"n": 5})["trials"]
    assert sorted(trial["number"] for trial in asked) == [0, 1, 2, 3, 4]
    assert len({str(trial["params"]) for trial in asked}) == 5


def test_total_of_trials_is_exact(client):
    client.create(n_trials=3)
    client.run(3)
    refused = client.json("POST", "/api/studies/nets/ask", status=409)
    assert refused["error"]["code"] == "study_ended"
    assert client.json("GET", "/api/studies/nets")["ended"] == "3 trials"
    client.json("PATCH", "/api/studies/nets", {"n_trials": 4})
    assert client.ask()["number"] == 3
    client.json("POST", "/api/studies/nets/ask", status=409)


def test_queue_comes_first(client):
    client.create()
    params = {"x": 0.25, "k": 3}
    assert client.json("POST", "/api/studies/nets/queue", {"params": params}) == {"queued": True}
    assert client.json("POST", "/api/studies/nets/queue", {"params": params}) == {"queued": False}
    client.json("POST", "/api/studies/nets/queue", {"params": {"x": 2, "k": 3}}, status=400)
    given = client.ask()
    assert (given["params"], given["source"]) == (params, "queue")
    assert client.tell(given["number"], metrics={"gain": 1, "cost": 0.1})["params"] == params


def test_steps_are_reported_and_hopeless_trials_stop(client):
    client.create(scheduler={"name": "asha", "min_resource": 1, "max_resource": 9, "eta": 2}, searcher="random")
    for _ in range(9):  # as many as the rule learns from
        number = client.ask()["number"]
        for step in (1, 9):
            metrics = {"gain": step * (1.0 + number), "cost": 0.05 * (1 + number % 7)}
            client.json("POST", f"/api/studies/nets/trials/{number}/report", {"step": step, "metrics": metrics})
        client.tell(number, metrics=metrics)
    number = client.ask()["number"]
    bad = {"step": 1, "metrics": {"gain": 0.0, "cost": 0.8}}
    assert client.json("POST", f"/api/studies/nets/trials/{number}/report", bad) == {"go_on": False}
    told = client.tell(number, metrics=bad["metrics"])
    assert (told["state"], told["steps"]) == ("stopped", [{"step": 1, **bad["metrics"]}])
    client.json("POST", f"/api/studies/nets/trials/{number}/report", bad, status=409)


def test_observations_are_added_together_or_not_at_all(client):
    client.create()
    good = {"params": {"x": 0.5, "k": 3}, "metrics": {"gain": 1, "cost": 0.1}}
    failed = {"params": {"x": 0.75, "k": 3}, "reason": "crashed", "message": "why"}
    wrong = {"params": {"x": 0.5, "k": 30}, "metrics": {"gain": 1, "cost": 0.1}}
    refused = client.json("POST", "/api/studies/nets/trials", {"observations": [good, wrong]}, status=400)
    assert refused["error"]["message"].startswith("observation 2 of 2: k must be between 1 and 9")
    assert client.json("POST", "/api/studies/nets/trials", {"observations": [good, failed]})["numbers"] == [0, 1]
    listed = client.json("GET", "/api/studies/nets/trials")["trials"]
    assert [(trial["state"], trial["error"]) for trial in listed] == [("complete", ""), ("failed", "why")]


def test_trials_are_listed_page_by_page(client):
    client.create(searcher="random")
    client.json("POST", "/api/studies/nets/ask", {"n": 5})
    pages, after = [], -1
    while after is not None:
        page = client.json("GET", f"/api/studies/nets/trials?after={after}&limit=2")
        pages.append([trial["number"] for trial in page["trials"]])
        after = page["next_after"]
    assert pages == [[0, 1], [2, 3], [4]]
