"""Tests of the guard: every route, with every method, refuses those who may not."""

import asyncio
import base64
import re

import pytest

from paretune.server.security import guard as guard_module
from paretune.server.security.limits import Limits
from paretune.server.security.rules import OPEN_PATHS, rule_of
from paretune.server.security.tokens import TokenFile
from server_client import Client, all_routes

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "MERGE", "TRACE", "STRANGE")
SAFE = ("GET", "HEAD", "OPTIONS")


def addresses(app):
    """An address for each route: of an existing study, where it names one."""
    found = {re.sub(r"\{number\}", "0", re.sub(r"\{key[^}]*\}", "nets", route.path)) for route in all_routes(app)}
    found |= {path.replace("{experiment}", "1") for path in found}  # of SigOpt's protocol
    return sorted(re.sub(r"\{[^}]*\}", "x", path) for path in found)


@pytest.fixture
def walk(service, client):
    """Send every method to every address, and to some that no route has; return those that were not refused."""
    client.create()
    strange = ["/api", "/api/studies/nets/nothing", "/api/studies/none/trials/0", "/v1/experiments", "/nothing"]
    paths = [*addresses(service.routes_app), *strange]
    assert {"/api/studies/nets/trials/0/tell", "/v1/experiments/1/suggestions"} <= set(paths)

    def call(token, statuses, select=lambda _method, _path: True):
        headers = client.headers.copy()
        client.headers.pop("authorization")
        if token:
            client.headers["authorization"] = f"Bearer {token}"
        passed = []
        for path in paths:
            for method in METHODS:
                if path in OPEN_PATHS or path.startswith("/static/") or not select(method, path):
                    continue
                status = client.request(method, path, follow_redirects=False).status_code
                if status not in statuses:
                    passed.append((method, path, status))
        client.headers = headers
        return passed

    return call


def test_no_route_answers_without_a_token(walk):
    assert walk("", {401}) == []


def test_no_route_answers_a_wrong_token(walk):
    assert walk("pt_wrong", {401}) == []


def test_token_that_may_read_changes_nothing(walk, tokens, client):
    revision = client.json("GET", "/api/studies/nets")["revision"]
    assert walk(tokens["read"], {403}, lambda method, path: method not in SAFE and path != "/logout") == []
    assert client.json("GET", "/api/studies/nets")["revision"] == revision


def test_token_that_may_write_manages_no_tokens(walk, tokens):
    assert walk(tokens["write"], {403}, lambda _method, path: path.startswith(("/api/tokens", "/api/audit"))) == []


def test_token_of_another_study_finds_nothing(walk, tokens):
    def is_about_study(method, path):
        return rule_of(method, path).study == "nets"

    assert walk(tokens["other"], {404}, is_about_study) == []


def test_token_of_another_study_lists_and_makes_only_its_own(service, client, tokens):
    client.create("nets")
    other = Client(service, tokens["other"])
    other.create("other-1")
    assert [study["name"] for study in other.json("GET", "/api/studies")["studies"]] == ["other-1"]
    body = {"name": "mine", "space": {"x": {"type": "float", "low": 0, "high": 1}}, "objectives": {}}
    other.json("POST", "/api/studies", body, status=403)
    other.json("GET", "/api/studies/other-1/comparison?baseline=nets", status=404)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:9", "[::1]:8765", "LOCALHOST"])
def test_own_host_is_answered(client, host):
    assert client.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.", "10.0.0.1", "a b", "[::2]"])
def test_other_host_is_refused_before_anything_else(client, host):
    assert client.get("/health", headers={"host": host}).status_code == 421


def test_missing_host_is_refused(service):
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/health", "headers": [], "client": ("127.0.0.1", 1)}
    asyncio.run(service(scope, None, send))
    assert sent[0]["status"] == 400


def test_configured_host_is_answered(make_service):
    with Client(make_service(allowed_hosts=("Nets.example",))) as client:
        assert client.get("/health", headers={"host": "nets.example"}).status_code == 200


def test_basic_and_bearer_give_the_same_token(service, tokens):
    basic = base64.b64encode(f"{tokens['read']}:".encode()).decode()
    for header, status in ((f"Basic {basic}", 200), (f"bearer {tokens['read']}", 200), ("Basic ???", 401), ("x", 401)):
        assert Client(service).get("/api/studies", headers={"authorization": header}).status_code == status


def test_revoked_token_is_refused_at_once(client, tmp_path):
    client.json("GET", "/api/studies")
    TokenFile(tmp_path / "tokens.json").revoke("write")
    client.json("GET", "/api/studies", status=401)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"n": NaN}', "NaN"),
        (b'{"n": 1e400}', "too large"),
        (b'{"n": 1, "n": 2}', "occurs twice"),
        (b'{"n": "\\u0000"}', "NUL"),
        (b'{"n": "\\ud800"}', "surrogate"),
        (b"[" * 100 + b"]" * 100, "nested"),
        (b'{"n": 123456789012345678901234567890}', "64 bits"),
        (b"\xff", "UTF-8"),
        (b"{", "no JSON"),
        (b"[]", "valid"),
    ],
)
def test_json_that_is_not_strict_is_refused(client, body, message):
    client.create()
    answer = client.post("/api/studies/nets/ask", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert message in answer.json()["error"]["message"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_body_of_another_type_is_refused(client, kind):
    client.create()
    answer = client.post("/api/studies/nets/ask", content=b'{"n": 1}', headers={"content-type": kind})
    assert answer.status_code == 415


@pytest.mark.parametrize("is_chunked", [False, True])
def test_large_body_is_refused(service, tokens, is_chunked):
    body = b" " * (service.service.settings.limits.body + 1)
    content = iter([body]) if is_chunked else body
    with Client(service, tokens["write"]) as client:
        answer = client.post("/api/studies", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 413


def test_slow_body_is_given_up(service, tokens, monkeypatch):
    monkeypatch.setattr(guard_module, "BODY_SECONDS", 0.01)
    sent = []

    async def receive():
        await asyncio.sleep(60)

    async def send(message):
        sent.append(message)

    headers = [(b"host", b"127.0.0.1"), (b"authorization", f"Bearer {tokens['write']}".encode())]
    scope = {"type": "http", "method": "POST", "path": "/api/studies", "headers": headers, "client": ("127.0.0.1", 1)}
    asyncio.run(service(scope, receive, send))
    assert sent[0]["status"] == 408


def test_many_requests_and_many_wrong_tokens_are_slowed_down(make_service, tokens):
    with Client(make_service(limits=Limits(requests=1.0, failed_logins=3)), tokens["write"]) as client:
        statuses = [client.get("/api/studies").status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        wrong = [client.get("/api/studies", headers={"authorization": "Bearer x"}).status_code for _ in range(4)]
        assert wrong == [401, 401, 401, 429]


def test_every_answer_has_headers_that_protect(client):
    for path in ("/health", "/api/studies", "/nothing"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert re.fullmatch("[0-9a-f]{16}", headers["x-request-id"])
        assert "server" not in headers


def test_failure_of_the_service_shows_no_trace(service, tokens, monkeypatch):
    async def fail():
        raise RuntimeError("secret path /root")

    monkeypatch.setattr(service.service, "names", fail)
    with Client(service, tokens["read"], raise_server_exceptions=False) as client:
        answer = client.get("/api/studies")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["error"]["request"] == answer.headers["x-request-id"]


def test_websockets_are_refused(client):
    with pytest.raises(Exception), client.websocket_connect("/api/studies"):  # noqa: B017, PT011 (Starlette's own)
        pass


@pytest.mark.usefixtures("database")
def test_tokens_are_in_no_log_and_no_database(client, tokens, tmp_path, caplog):
    client.create()
    client.run(1)
    client.get(f"/login?token={tokens['write']}")
    client.get("/api/studies", headers={"authorization": f"Bearer {tokens['write']}x"})
    for file in tmp_path.iterdir():
        content = file.read_bytes()
        assert tokens["write"].encode() not in content, file
        assert tokens["write"][9:].encode() not in content, file
    assert tokens["write"] not in caplog.text


def test_changes_are_in_the_audit_log(client, service, tokens):
    client.create()
    client.get("/api/studies", headers={"authorization": "Bearer wrong"})
    entries = Client(service, tokens["admin"]).json("GET", "/api/audit")["entries"]
    described = [(entry["method"], entry["path"], entry["status"], entry.get("name")) for entry in entries]
    assert described == [("POST", "/api/studies", 200, "write"), ("GET", "/api/studies", 401, None)]
    assert entries[0]["token"] == tokens["write"][:8]
