"""A client that speaks SigOpt's protocol to a service in this process."""

import pytest

from server.sigopt.requests_of_sigopt import Sigopt


@pytest.fixture
def sigopt(client):
    return Sigopt(client)
