"""The largest batch that fits, with PyTorch's error in place of a memory that is full."""

import json

import pytest
import torch

from paretune.workloads.builtin.images import batch_probe
from paretune.workloads.builtin.images.batch_probe import largest_batch, probe_batch, remembered_batch
from paretune.workloads.builtin.images.nets import NetShape

CPU = torch.device("cpu")
SHAPE = NetShape("small", (4, 4, 4), 1, 1, 4, 1, 2)


def memory_for(n, tried):
    def try_batch(size):
        tried.append(size)
        if size > n:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")

    return try_batch


@pytest.mark.parametrize("n", [4, 5, 37, 100, 1000])
def test_largest_batch_is_found_in_few_steps(n):
    tried = []
    found = largest_batch(memory_for(n, tried), 4096)
    assert found <= n
    assert found >= 0.75 * n - 1
    assert len(tried) <= 14


def test_limit_is_taken_if_it_fits_and_four_if_nothing_does():
    assert largest_batch(memory_for(10_000, []), 300) == 300
    assert largest_batch(memory_for(10_000, []), 4) == 4
    assert largest_batch(memory_for(0, []), 4096) == 4


def test_other_error_ends_the_probe():
    def try_batch(_size):
        raise RuntimeError("shapes differ")

    with pytest.raises(RuntimeError, match="shapes differ"):
        largest_batch(try_batch, 64)


def test_training_steps_are_taken():
    assert probe_batch(SHAPE, CPU, 16) == 16


def test_result_is_remembered_for_the_same_net_and_device(tmp_path, monkeypatch):
    assert remembered_batch(SHAPE, CPU, 8, tmp_path / "cache") == 8
    monkeypatch.setattr(batch_probe, "probe_batch", lambda *_: 5)
    assert remembered_batch(SHAPE, CPU, 8, tmp_path / "cache") == 8
    assert remembered_batch(SHAPE, CPU, 9, tmp_path / "cache") == 5
    path = tmp_path / "cache" / "largest_batches.json"
    assert sorted(json.loads(path.read_text()).values()) == [5, 8]
    path.write_text("damaged")
    assert remembered_batch(SHAPE, CPU, 8, tmp_path / "cache") == 5
