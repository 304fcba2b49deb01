"""Hypothesis profiles: the same examples in each run by default, fresh ones with HYPOTHESIS_PROFILE=explore."""

import os
import shutil

os.environ.setdefault("OMP_NUM_THREADS", "1")  # tests run side by side; torch reads it when it is loaded
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

import optuna
import pytest
from hypothesis import settings
from optuna.storages._rdb.storage import _VersionManager

settings.register_profile("default", max_examples=15, deadline=None, derandomize=True)
settings.register_profile("explore", max_examples=200, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


_read_migrations, _migrations = _VersionManager._create_alembic_script, []


def _read_migrations_once(manager):
    """Optuna reads all of its migrations three times for each new database, four fifths of the time to create one."""
    if not _migrations:
        _migrations.append(_read_migrations(manager))
    return _migrations[0]


_VersionManager._create_alembic_script = _read_migrations_once


@pytest.fixture
def quiet_optuna():
    """Optuna says every trial aloud; and a failed one with its whole traceback."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    yield
    optuna.logging.set_verbosity(before)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """A file with Optuna's tables, since making them takes a second."""
    from paretune.study import open_storage  # loads much: few tests need it

    path = tmp_path_factory.mktemp("empty") / "studies.db"
    open_storage(path)
    return path


@pytest.fixture
def database(empty_database, tmp_path):
    """The path of a database without studies."""
    return shutil.copy(empty_database, tmp_path / "a.db")
