"""Tests of tokens and of their file."""

import json

import pytest

from paretune.errors import InvalidInputError
from paretune.server.security.sessions import SESSION_SECONDS, Sessions
from paretune.server.security.tokens import Scope, TokenFile, TokenStore, new_token


@pytest.fixture
def file(tmp_path):
    return TokenFile(tmp_path / "tokens.json")


def test_file_has_only_hashes_and_is_private(file):
    text, token = new_token("worker", Scope.READ, ["nets-*"], expires=9.0)
    file.add(token)
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert text not in file.path.read_text()
    assert TokenFile(file.path).tokens() == (token,)
    assert (text[:3], len(text) > 40) == ("pt_", True)


def test_token_is_found_until_it_expires_or_is_revoked(file):
    text, token = new_token("worker", expires=100.0)
    file.add(token)
    store = TokenStore(file)
    assert store.find(text, now=99.0) == token
    assert store.last_use(token) == 99.0
    assert store.find(text, now=100.0) is None
    assert store.find(text + "x", now=99.0) is None
    TokenFile(file.path).revoke("worker")
    assert store.find(text, now=99.0) is None


def test_names_are_unique_and_known(file):
    file.add(new_token("a")[1])
    with pytest.raises(InvalidInputError, match="there is a token named 'a'"):
        file.add(new_token("a")[1])
    with pytest.raises(InvalidInputError, match="no token named 'b'; there are: a"):
        file.revoke("b")


def test_file_that_others_may_read_is_refused(file):
    file.add(new_token("a")[1])
    file.path.chmod(0o644)
    with pytest.raises(InvalidInputError, match="chmod 600"):
        TokenFile(file.path).tokens()


@pytest.mark.parametrize("content", ["[", "[{}]", json.dumps([{"name": "a", "scope": "all"}])])
def test_damaged_file_is_refused(file, content):
    file.path.write_text(content)
    file.path.chmod(0o600)
    with pytest.raises(InvalidInputError, match="no file of tokens"):
        file.tokens()


def test_scopes_include_lesser_ones():
    assert [[a.includes(b) for b in Scope] for a in Scope] == [[True, False, False], [True, True, False], [True] * 3]


def test_session_ends_in_time_and_with_its_token(file):
    _, token = new_token("a")
    file.add(token)
    now = [0.0]
    sessions = Sessions(TokenStore(file), clock=lambda: now[0])
    values = [sessions.begin(token) for _ in range(2)]
    assert [sessions.find(value) for value in (*values, "x")] == [token, token, None]
    sessions.end(values[0])
    assert sessions.find(values[0]) is None
    now[0] = SESSION_SECONDS
    assert sessions.find(values[1]) is None
    now[0] = 0.0
    file.revoke("a")
    assert sessions.find(values[1]) is None
