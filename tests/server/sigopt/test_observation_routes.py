"""Tests of observations over HTTP: created, changed and deleted."""

from server.sigopt.requests_of_sigopt import own, values


def test_observation_closes_its_suggestion_and_its_deletion_opens_it(sigopt, client):
    e = sigopt.create()
    suggestion = sigopt.send("POST", f"experiments/{e}/suggestions", {})
    observed = sigopt.observe(e, {"suggestion": suggestion["id"], "values": values()})
    assert observed["assignments"] == suggestion["assignments"]
    assert sigopt.send("GET", f"experiments/{e}/suggestions/{suggestion['id']}")["state"] == "closed"
    assert sigopt.send("DELETE", f"experiments/{e}/observations/{observed['id']}") == {}
    assert sigopt.ids(f"experiments/{e}/suggestions?state=open") == [suggestion["id"]]
    assert sigopt.ids(f"experiments/{e}/observations") == []
    again = sigopt.observe(e, {"suggestion": suggestion["id"], "values": values(gain=0.5)})
    assert again["suggestion"] == suggestion["id"]
    trials = client.json("GET", "/api/studies/small/trials")["trials"]
    assert [trial["values"]["gain"] for trial in trials] == [0.5]


def test_changed_observation_keeps_its_id_and_is_what_the_study_knows(sigopt, client):
    e = sigopt.create()
    observed = sigopt.observe(e, own(0.5))
    path = f"experiments/{e}/observations/{observed['id']}"
    changed = sigopt.send("PUT", path, {"values": values(gain=0.9, size=30), "metadata": {"why": "typing error"}})
    assert (changed["id"], changed["metadata"]) == (observed["id"], {"why": "typing error"})
    assert sigopt.send("GET", path) == changed
    (trial,) = client.json("GET", "/api/studies/small/trials")["trials"]
    assert (trial["values"]["gain"], trial["reason"]) == (0.9, "outside_limits")
    counts = client.json("GET", "/api/studies/small")["counts"]
    assert (counts["complete"], counts["failed"]) == (0, 1)  # the replaced one does not count
    assert sigopt.send("PUT", path, {"failed": True})["values"] == []
    assert sigopt.send("PUT", path, {"assignments": {"x": 0.75, "k": 5}})["assignments"]["x"] == 0.75
    sigopt.send("PUT", path, {"colour": 1}, status=400)
    sigopt.send("PUT", f"experiments/{e}/observations/99", {"failed": True}, status=404)


def test_suggestion_may_be_observed_twice(sigopt):
    e = sigopt.create()
    suggestion = sigopt.send("POST", f"experiments/{e}/suggestions", {})["id"]
    first, second = (sigopt.observe(e, {"suggestion": suggestion, "values": values(gain=g)}) for g in (0.1, 0.2))
    assert first["assignments"] == second["assignments"]
    sigopt.send("DELETE", f"experiments/{e}/observations/{second['id']}")
    assert sigopt.ids(f"experiments/{e}/observations") == [first["id"]]
    assert sigopt.ids(f"experiments/{e}/suggestions?state=open") == []


def test_batch_is_stored_whole_or_not_at_all(sigopt):
    e = sigopt.create()
    suggestion = sigopt.send("POST", f"experiments/{e}/suggestions", {})["id"]
    path, good = f"experiments/{e}/observations/batch", [own(0.1), {"suggestion": suggestion, "failed": True}]
    refused = sigopt.send("POST", path, {"observations": [*good, own(7)]}, status=400)
    assert refused == {
        "message": "Error in observation 3/3: assignments: x must be between 0 and 1, but is 7",
        "status": 400,
    }
    refused = sigopt.send("POST", path, {"observations": [{"failed": True}]}, status=400)
    assert refused["message"] == "Error in observation 1/1: give either suggestion or assignments"
    assert sigopt.send("POST", path, {"observations": good, "dry_run": True})["count"] == 0
    assert sigopt.ids(f"experiments/{e}/observations") == []
    assert sigopt.send("POST", path, {"observations": good})["count"] == 2
    assert sigopt.ids(f"experiments/{e}/observations") == ["2", "1"]
    sigopt.send("DELETE", f"experiments/{e}/observations")
    assert sigopt.ids(f"experiments/{e}/observations") == []
    assert sigopt.ids(f"experiments/{e}/suggestions?state=open") == [suggestion]


def test_moved_threshold_judges_earlier_observations(sigopt, client):
    e = sigopt.create()
    first, second = sigopt.observe(e, own(0.1, size=10)), sigopt.observe(e, own(0.2, size=15, gain=0.9))
    metrics = [
        m if m["name"] != "size" else {**m, "threshold": 12} for m in sigopt.send("GET", f"experiments/{e}")["metrics"]
    ]
    assert sigopt.ids(f"experiments/{e}/best_assignments") == [second["id"]]
    sigopt.send("PUT", f"experiments/{e}", {"metrics": metrics})
    assert sigopt.ids(f"experiments/{e}/best_assignments") == [first["id"]]
    assert sigopt.ids(f"experiments/{e}/observations") == [second["id"], first["id"]]
    reasons = [trial["reason"] for trial in client.json("GET", "/api/studies/small/trials")["trials"]]
    assert reasons == ["", "outside_limits"]
