"""Fixtures: real and tiny data, MXNet's environment, separate locks, and a training that shares the cores."""

import os
import threading
from pathlib import Path

import numpy as np
import pytest

from paretune.errors import InvalidInputError
from paretune.measure import shared_device
from paretune.workloads.builtin.rotten_tomatoes.dataset import Part, Split
from paretune.workloads.builtin.rotten_tomatoes.on_mxnet import launcher

REAL = Path(os.environ.get("PARETUNE_DATA") or Path(__file__).parents[5] / "shared" / "data")


@pytest.fixture(autouse=True)
def no_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("PARETUNE_DATA", raising=False)
    monkeypatch.setenv("PARETUNE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "locks").mkdir()
    monkeypatch.setenv("PARETUNE_LOCKS", str(tmp_path / "locks"))


@pytest.fixture
def real():
    if not (REAL / "rotten_tomatoes" / "rt-polarity.pos").is_file():
        pytest.skip("Rotten Tomatoes may not be committed: set PARETUNE_DATA")
    return REAL


@pytest.fixture(scope="session")
def mxnet_python():
    """The interpreter of MXNet's environment."""
    try:
        launcher.set_up_environment()
    except InvalidInputError as error:
        pytest.skip(str(error))
    return launcher._run_uv("python", "find").stdout.strip()


@pytest.fixture
def tiny():
    """Thirty reviews of seven words out of twenty, twelve more to measure on; the word 1 means praise."""
    generator = np.random.default_rng(0)

    def part(n):
        labels = np.arange(n, dtype=np.int32) % 2
        tokens = generator.integers(2, 20, (n, 7), dtype=np.int32)
        tokens[labels == 1, 3] = 1
        return Part(tokens, labels)

    return Split(part(30), part(12), 20)


@pytest.fixture
def params():
    """A net for the tiny split."""
    return {
        "dropout_rate": 0.25,
        "learning_rate": 1e-3,
        "max_grad_norm": 5.0,
        "epochs": 3,
        "batch_size": 7,
        "embed_dim": 6,
        "seed": 0,
    }


@pytest.fixture
def beside_another():
    """Trains while this thread uses the cores, too, and lets measurements in; the metrics, and what was waited."""

    def beside_another(train, params):
        found = []
        thread = threading.Thread(target=lambda: found.append(train(params)), daemon=True)
        with shared_device("cpu") as use:
            thread.start()
            while thread.is_alive():
                use.give_way()
        return found[0], use.seconds_waited

    return beside_another
