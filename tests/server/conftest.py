"""A service in this process, with its models in a thread, and clients with tokens of each scope."""

import re
import shutil

import pytest
from optuna.storages import InMemoryStorage

from forked_command import ForkedCommand
from paretune.server import Application, ServerSettings
from paretune.server.security.limits import Limits
from paretune.server.security.tokens import Scope, TokenFile, new_token
from server_client import Client


@pytest.fixture
def database(tmp_path, empty_database):
    """An empty file of studies; the service of a test that asks for it uses it."""
    return shutil.copy(empty_database, tmp_path / "studies.db")


@pytest.fixture
def make_service(request, tmp_path, quiet_optuna):  # noqa: ARG001 (for its effect)
    """Make an application over a storage in memory, or over the file of the test's database."""

    def make(**options):
        has_file = "database" in request.fixturenames
        settings = ServerSettings(
            str(request.getfixturevalue("database")) if has_file else InMemoryStorage(),
            **{"processes": 0, "tokens": tmp_path / "tokens.json", "audit": tmp_path / "audit.jsonl", **options},
        )
        return Application(settings)

    return make


@pytest.fixture
def tokens(tmp_path):
    """The texts of tokens of each scope, and of one for another study, in the file of the service."""
    file, texts = TokenFile(tmp_path / "tokens.json"), {}
    for scope in Scope:
        texts[scope.value], stored = new_token(scope.value, scope)
        file.add(stored)
    texts["other"], stored = new_token("other", Scope.ADMIN, ["other-*"])
    file.add(stored)
    return texts


@pytest.fixture
def service(make_service, tokens):  # noqa: ARG001 (the file must exist)
    return make_service(limits=Limits(failed_logins=10_000))


@pytest.fixture
def client(service, tokens):
    """A client with a token that may write."""
    with Client(service, tokens["write"]) as started:
        yield started


@pytest.fixture
def start(tmp_path):
    """Start `paretune serve`; return the process, its port and the token of its link."""
    started = []

    def call(*words):
        process = ForkedCommand("serve", "--port", "0", *words, folder=tmp_path)
        started.append(process)
        found = re.search(r"http://127.0.0.1:(\d+)/login\?token=(\S+)", process.stdout.readline())
        return process, int(found.group(1)), found.group(2)

    yield call
    for process in started:
        process.kill()
        process.communicate()
