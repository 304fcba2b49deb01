"""Models are fitted on one thread, as the engine fits them."""

import pytest

from paretune.engine import improve


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    with improve.one_thread():
        yield
