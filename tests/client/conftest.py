"""A service in a thread, and a client of it."""

import pytest
from optuna.storages import InMemoryStorage

from paretune import Client
from paretune.server import Application, ServerSettings
from paretune.server.security.tokens import Scope, new_token
from service_thread import listening


@pytest.fixture(scope="module")
def address_and_token():
    text, token = new_token("test", Scope.ADMIN)
    with listening(Application(ServerSettings(InMemoryStorage(), start_token=token, processes=0))) as address:
        yield address, text


@pytest.fixture
def client(address_and_token, quiet_optuna):  # noqa: ARG001 (for its effect)
    return Client(*address_and_token)
