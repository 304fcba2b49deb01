"""Hypothesis: a quick profile at the desk, a thorough one where CI is set."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # tests run side by side; torch reads it when it is loaded
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

import optuna
import pytest
from hypothesis import settings

settings.register_profile("dev", max_examples=25, deadline=None)
settings.register_profile("ci", max_examples=100, deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture
def quiet_optuna():
    """Optuna says every trial aloud; and a failed one with its whole traceback."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    yield
    optuna.logging.set_verbosity(before)
