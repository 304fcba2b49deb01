"""The schedules of the learning rate, and the optimizer against PyTorch's."""

from itertools import pairwise

import pytest
import torch

from paretune.workloads.builtin.vision.choices import SCHEDULES
from paretune.workloads.builtin.vision.sgd import MomentumDescent, rate_factor


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_rate_begins_whole_and_never_rises(schedule):
    factors = [rate_factor(schedule, i / 50) for i in range(51)]
    assert factors[0] == 1
    assert all(later <= earlier for earlier, later in pairwise(factors))
    assert factors[-1] == pytest.approx({"constant": 1, "step": 0.01}.get(schedule, 0))


@pytest.mark.end_to_end  # loading PyTorch's optimizers takes seconds
def test_descent_is_that_of_pytorch():
    ours, theirs = (
        [torch.tensor([[1.0, -2.0]], requires_grad=True), torch.tensor([3.0], requires_grad=True)] for _ in range(2)
    )
    descent = MomentumDescent(ours, 0.8, 0.1)
    groups = [{"params": [theirs[0]], "weight_decay": 0.1}, {"params": [theirs[1]], "weight_decay": 0.0}]
    reference = torch.optim.SGD(groups, lr=0.05, momentum=0.8, nesterov=True)
    for _ in range(6):
        descent.apply(torch.autograd.grad((ours[0] ** 2).sum() + (ours[1] ** 4 / 50).sum(), ours), 0.05)
        reference.zero_grad()
        ((theirs[0] ** 2).sum() + (theirs[1] ** 4 / 50).sum()).backward()
        reference.step()
    for our, their in zip(ours, theirs, strict=True):
        torch.testing.assert_close(our, their)
