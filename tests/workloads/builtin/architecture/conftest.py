"""Fixtures: one thread, and a separate folder of locks."""

import pytest

from torch_threads import one_thread

__all__ = ["one_thread"]


@pytest.fixture(autouse=True)
def own_locks(tmp_path, monkeypatch):
    monkeypatch.setenv("PARETUNE_LOCKS", str(tmp_path))
