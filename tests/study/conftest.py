"""Fixtures for the tests of studies: a real PostgreSQL server, started once, and storages."""

import itertools

import pytest

import postgres


@pytest.fixture(scope="session")
def server():
    with postgres.server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def storage(request, tmp_path):
    """The address of an empty storage, for each kind of storage."""
    if request.param == "sqlite":
        return str(tmp_path / "study.db")
    return request.getfixturevalue("server").create(f"database_{next(_numbers)}")


_numbers = itertools.count()
