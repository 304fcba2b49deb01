"""A thousand hostile requests: none is answered with a fault of the service, none without a token."""

import json
import random
import re
from urllib.parse import quote

import pytest

from paretune.server.security.limits import Limits
from paretune.server.security.rules import OPEN_PATHS
from server_client import all_routes

N_REQUESTS = 1_000
pytestmark = pytest.mark.end_to_end
TEXTS = (
    "",
    "nets",
    "0",
    "<script>",
    "../../etc/passwd",
    "=1+1",
    "\u202e",
    "a" * 3_000,
    "\ud800",
    "\0",
    "%00",
    "~~",
    "1e9999",
)
VALUES = (None, True, -1, 0, 1, 2**70, 1e308, -0.5, [], [[]], {}, {"": None}, [None] * 300, *TEXTS)
RAW = (
    "",
    "null",
    "[",
    "NaN",
    '{"n":NaN}',
    '{"n":1e400}',
    '{"n":1,"n":2}',
    "[" * 5_000,
    '"\\ud800"',
    "\x00",
    "1" * 5_000,
)
WORDS = (
    "name",
    "params",
    "metrics",
    "values",
    "suggestion",
    "assignments",
    "observations",
    "metadata",
    "failed",
    "state",
)


@pytest.fixture
def service(make_service, database, tokens):  # noqa: ARG001 (they must exist)
    return make_service(limits=Limits(requests=1e9, failed_logins=10**9), allow=("analytic",))


def operations(service):
    """Method, address and the names of the body's fields of every route, those that the schema leaves out included."""
    schema = service.routes_app.openapi()
    for route in all_routes(service.routes_app):
        for method in sorted(getattr(route, "methods", None) or ()):
            described = schema["paths"].get(route.path, {}).get(method.lower(), {})
            body = json.dumps(described.get("requestBody", {}))
            found = re.search(r"#/components/schemas/(\w+)", body)
            fields = schema["components"]["schemas"][found.group(1)]["properties"] if found else {}
            yield method, route.path, sorted(fields) or list(WORDS)


# Those that start runs, or compute for seconds or for ever, have tests of their own.
LEFT_OUT = ("/runs", "/new", "/refit", "/confidence", "/comparison", "/analysis", "/report.html", "/compare", "/events")
LEFT_OUT += ("/go-on", "{action}")


def hostile(rng, method, path, fields):
    """The address and the options of a request."""
    path = re.sub(r"\{\w+\}", lambda _: rng.choice((*TEXTS[1:], *["nets"] * 8)), path)
    path = quote(path[:500], safe="/", errors="surrogatepass") + rng.choice(
        ("", "?limit=x", "?limit=-1&after=%ff", "?n=1e9")
    )
    fields = rng.sample(fields, k=rng.randint(0, len(fields)))
    body = rng.choice(RAW) if rng.random() < 0.3 else json.dumps({field: rng.choice(VALUES) for field in fields})
    kind = rng.choice(("application/json", "application/json", "text/plain", "application/x-www-form-urlencoded"))
    body = "" if method in ("GET", "HEAD", "OPTIONS") else body
    headers = {"content-type": kind}
    return path, {"content": body.encode(errors="surrogatepass"), "headers": headers, "follow_redirects": False}


def test_no_request_makes_the_service_fail_or_passes_without_a_token(client, service, tokens):
    client.create(searcher="random")
    client.run(2)
    rng = random.Random(0)  # noqa: S311 (the same requests in every run)
    token = {"authorization": f"Bearer {tokens['admin']}"}
    client.headers.pop("authorization")
    routes = [(method, path, fields) for method, path, fields in operations(service) if not path.endswith(LEFT_OUT)]
    assert len(routes) > 80
    for i in range(N_REQUESTS):
        method, route, fields = routes[i % len(routes)]
        path, request = hostile(rng, method, route, fields)
        answer = client.request(method, path, **{**request, "headers": {**request["headers"], **token}})
        assert answer.status_code < 500, (method, path, request, answer.text)
        if route not in OPEN_PATHS and not route.startswith("/static/"):
            assert client.request(method, path, **request).status_code in (401, 303), (method, path)
