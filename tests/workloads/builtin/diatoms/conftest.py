"""Each framework in turn, on one thread, with locks of the test's own."""

import pytest

from paretune.workloads.builtin.diatoms import outlines
from paretune.workloads.builtin.diatoms.frameworks import FRAMEWORKS
from torch_threads import one_thread

__all__ = ["one_thread"]


@pytest.fixture(autouse=True)
def own_locks(tmp_path, monkeypatch):
    monkeypatch.setenv("PARETUNE_LOCKS", str(tmp_path))


@pytest.fixture(params=FRAMEWORKS)
def framework(request):
    return request.param


@pytest.fixture(scope="session")
def split():
    return outlines.draw().standardised()
