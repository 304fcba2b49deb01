"""Models are fitted on one thread, as the engine fits them."""

import pytest

from paretune.engine.improve import _one_thread


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    with _one_thread():
        yield
