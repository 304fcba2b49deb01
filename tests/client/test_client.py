"""Tests of the client of a service."""

import subprocess
import sys

import pytest

from paretune import Client, Float, Maximize, Minimize
from paretune.client import ServiceError
from paretune.errors import InvalidInputError, StudyMismatchError, StudyNotFoundError

OBJECTIVES = [Maximize("gain"), Minimize("cost")]


def test_studies_are_made_opened_and_listed(client):
    made = client.create_study("a b/c".replace("/", "-"), {"x": Float(0, 1)}, OBJECTIVES)
    assert repr(made) == "RemoteStudy('a b-c')"
    opened = client.study("a b-c")
    assert (opened.space, opened.objectives) == (made.space, made.objectives)
    assert "a b-c" in [study["name"] for study in client.studies()]
    with pytest.raises(StudyMismatchError):
        client.create_study("a b-c", {"x": Float(0, 2)}, OBJECTIVES)
    with pytest.raises(StudyNotFoundError, match="no study 'none'"):
        client.study("none")


@pytest.mark.parametrize("url", ["127.0.0.1:8765", "file:///etc/passwd", "http://"])
def test_address_must_be_one_of_http(url):
    with pytest.raises(InvalidInputError, match="address of a service"):
        Client(url, "pt_x")


def test_wrong_token_is_refused(address_and_token):
    with pytest.raises(ServiceError, match="unknown, revoked or expired") as refused:
        Client(address_and_token[0], "pt_wrong").studies()
    assert (refused.value.status, refused.value.code) == (401, "wrong_token")
    with pytest.raises(InvalidInputError, match="token is needed"):
        Client(address_and_token[0], "")


def test_client_loads_neither_optuna_nor_torch():
    code = "import sys, paretune; paretune.Client('http://127.0.0.1:1', 'x'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"optuna", "torch", "sqlalchemy", "scipy", "fastapi"} & set(loaded) == set()
