"""Each framework in turn, on one thread, with locks of the test's own."""

import pytest
import torch

from paretune.workloads.diatoms import outlines
from paretune.workloads.diatoms.frameworks import FRAMEWORKS


@pytest.fixture(autouse=True)
def own_locks(tmp_path, monkeypatch):
    monkeypatch.setenv("PARETUNE_LOCKS", str(tmp_path))


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """PyTorch's threads wait for each other by spinning, which takes long where cores are contended."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(params=FRAMEWORKS)
def framework(request):
    return request.param


@pytest.fixture(scope="session")
def split():
    return outlines.draw().standardised()
