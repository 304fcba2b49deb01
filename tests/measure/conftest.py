"""A folder of lock files for each test."""

import pytest


@pytest.fixture(autouse=True)
def lock_folder(tmp_path, monkeypatch):
    folder = tmp_path / "locks"
    folder.mkdir()
    monkeypatch.setenv("PARETUNE_LOCKS", str(folder))
    monkeypatch.delenv("PARETUNE_LOCK_HELD", raising=False)
    return folder
