"""Fixtures: each framework in turn, on one thread, with a separate folder of locks."""

from functools import cache

import pytest

from paretune.workloads.builtin.diatoms import generated_outlines
from paretune.workloads.builtin.diatoms.frameworks import FRAMEWORKS
from small_diatoms import PARAMS, trained
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


@pytest.fixture(scope="session")
def trainings(split):
    """The weights and the last loss of one training in each framework: two epochs with seed 5."""

    @cache
    def trainings(framework):
        return trained(framework, PARAMS, split.training, epochs=2, seed=5)

    return trainings
