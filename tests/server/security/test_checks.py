"""Tests of the checks of headers."""

import pytest

from paretune.server.security.checks import may_use_cookie

HOST = {"host": "127.0.0.1:8765"}


@pytest.mark.parametrize(
    ("headers", "may"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8765"}, False),
        ({"origin": "http://127.0.0.1:8765"}, True),
        ({"origin": "https://127.0.0.1:8765"}, False),
        ({"origin": "http://127.0.0.1:9999"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
)
def test_only_this_site_changes_something_with_a_cookie(headers, may):
    for method in ("POST", "PUT", "PATCH", "DELETE", "MERGE", "ANYTHING"):
        assert may_use_cookie(method, "http", HOST | headers) is may
    assert may_use_cookie("GET", "http", HOST | headers)
