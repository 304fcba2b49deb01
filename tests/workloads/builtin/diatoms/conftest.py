"""Fixtures: each framework in turn, on one thread, with a separate folder of locks."""

import pytest

from paretune.workloads.builtin.diatoms import generated_outlines
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
    return generated_outlines.draw_outlines().standardised()
