"""Locks of their own for measurements, so that no other process of the machine waits for these tests or delays them."""

import pytest


@pytest.fixture(autouse=True)
def own_locks(monkeypatch, tmp_path_factory):
    monkeypatch.setenv("PARETUNE_LOCKS", str(tmp_path_factory.mktemp("locks")))
