"""Tests of suggestions and their queue over HTTP."""

from server.sigopt.requests_of_sigopt import values


def test_suggestions_are_listed_by_state_and_deleted_ones_are_gone(sigopt, client):
    e = sigopt.create()
    path = f"experiments/{e}/suggestions"
    first, second, third = (sigopt.send("POST", path, {"metadata": {"host": f"w{i}"}}) for i in range(3))
    assert (first["metadata"], first["state"]) == ({"host": "w0"}, "open")
    sigopt.observe(e, {"suggestion": first["id"], "values": values()})
    assert sigopt.send("DELETE", f"{path}/{second['id']}") == {}
    assert sigopt.ids(f"{path}?state=open") == [third["id"]]
    assert sigopt.ids(path) == [third["id"], first["id"]]
    assert sigopt.ids(f"{path}?deleted=True") == [second["id"]]
    assert sigopt.ids(f"{path}?id={first['id']},99") == [first["id"]]
    assert sigopt.send("GET", f"{path}/{second['id']}")["deleted"] is True
    sigopt.send("DELETE", f"{path}?state=open")
    assert sigopt.ids(path) == [first["id"]]
    counts = client.json("GET", "/api/studies/small")["counts"]
    assert (counts["running"], counts["waiting"]) == (0, 0)
    sigopt.send("GET", f"{path}/99", status=404)


def test_metadata_of_a_suggestion_can_be_changed_after_it_was_observed(sigopt):
    e = sigopt.create()
    suggestion = sigopt.send("POST", f"experiments/{e}/suggestions", {})["id"]
    sigopt.observe(e, {"suggestion": suggestion, "values": values()})
    path = f"experiments/{e}/suggestions/{suggestion}"
    for metadata in ({"a": 1}, {"b": 2}, None):
        assert sigopt.send("PUT", path, {"metadata": metadata})["metadata"] == metadata
    assert sigopt.send("PUT", path, {"assignments": {}}, status=400)["message"].startswith("assignments: unknown field")


def test_own_configuration_becomes_a_suggestion(sigopt):
    e = sigopt.create()
    found = sigopt.send("POST", f"experiments/{e}/suggestions", {"assignments": {"x": 0.25, "k": 2}})
    assert found["assignments"] == {"x": 0.25, "k": 2}
    sigopt.send("POST", f"experiments/{e}/suggestions", {"assignments": {"x": 0.25}}, status=400)


def test_queue_is_served_first_and_in_order(sigopt):
    e = sigopt.create()
    path = f"experiments/{e}/queued_suggestions"
    queued = [sigopt.send("POST", path, {"assignments": {"x": x, "k": 1}})["id"] for x in (0.1, 0.2, 0.1, 0.3)]
    sigopt.send("DELETE", f"{path}/{queued[1]}")
    assert sigopt.ids(path) == [queued[3], queued[2], queued[0]]
    given = [sigopt.send("POST", f"experiments/{e}/suggestions", {}) for _ in range(2)]
    assert [each["assignments"]["x"] for each in given] == [0.1, 0.1]
    assert sigopt.send("GET", f"{path}/{queued[3]}")["assignments"] == {"x": 0.3, "k": 1}
    sigopt.send("DELETE", path)
    assert sigopt.ids(path) == []
    assert sigopt.send("GET", f"{path}/99", status=404)["status"] == 404
    sigopt.send("POST", path, {"assignments": {"x": 9, "k": 1}}, status=400)


def test_stopped_study_gives_no_more_suggestions(sigopt, client):
    e = sigopt.create()
    client.json("POST", "/api/studies/small/stop")
    assert "small" in sigopt.send("POST", f"experiments/{e}/suggestions", {}, status=409)["message"]
