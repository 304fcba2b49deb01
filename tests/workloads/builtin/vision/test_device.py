"""The device of a training, and its lack of memory."""

import pytest
import torch

from paretune.errors import InvalidInputError, TrialFailedError
from paretune.workloads.builtin.vision.device import choose_device, memory_of, synchronizer

CPU = torch.device("cpu")


def test_device_is_the_one_that_is_named(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device("auto") == choose_device("cpu") == CPU
    with pytest.raises(InvalidInputError, match="device=cuda, but PyTorch sees no GPU: set device=cpu"):
        choose_device("cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_device("auto").type == "cuda"
    assert choose_device("cpu") == CPU
    synchronizer(CPU)()


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory.\nDetails"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory"),
    ],
)
def test_lack_of_memory_fails_the_trial_with_its_reason(error):
    with pytest.raises(TrialFailedError) as caught, memory_of(CPU):
        raise error
    assert caught.value.reason == "out_of_memory"
    assert "\n" not in str(caught.value)


def test_other_error_stays_as_it_is():
    with pytest.raises(RuntimeError, match="shapes"), memory_of(CPU):
        raise RuntimeError("shapes")
