"""A real PostgreSQL server for the tests of what is stored, started once."""

import itertools

import pytest

import postgres


@pytest.fixture(scope="session")
def server():
    with postgres.server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def storage(request, tmp_path):
    """The storage of a study, of each kind."""
    if request.param == "sqlite":
        return str(tmp_path / "study.db")
    return request.getfixturevalue("server").create(f"database_{next(_numbers)}")


_numbers = itertools.count()
