"""Tests of tokens, clients and projects over HTTP."""


def test_own_token_is_described_without_its_text(sigopt, client, tokens):
    described = sigopt.send("GET", "tokens/self")
    assert (described["client"], described["permissions"]) == ("1", "write")
    assert tokens["write"] not in client.get("/v1/tokens/self").text
    assert sigopt.send("GET", "clients/1")["id"] == sigopt.send("GET", "organizations/1")["id"] == "1"


def test_project_is_there_as_soon_as_it_is_named(sigopt):
    assert sigopt.send("GET", "clients/1/projects/demo")["experiment_count"] == 0
    assert sigopt.ids("clients/1/projects") == []
    sigopt.create(project="used")
    assert sigopt.send("GET", "clients/1/projects/used")["experiment_count"] == 1
    created = sigopt.send("POST", "clients/1/projects", {"id": "demo", "name": "Demo", "metadata": {"a": 1}})
    assert (created["name"], created["metadata"]) == ("Demo", {"a": 1})
    assert sigopt.ids("clients/1/projects") == ["used", "demo"]
    sigopt.send("POST", "clients/1/projects", {"id": "demo"}, status=409)
    for project in ("demo", "used"):
        changed = sigopt.send("PUT", f"clients/1/projects/{project}", {"name": "New"})
        assert (changed["id"], changed["name"]) == (project, "New")
    sigopt.send("POST", "clients/1/projects", {"id": "No Good"}, status=400)
