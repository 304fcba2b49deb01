"""The controller: its probabilities, its gradient against autograd, and what it learns."""

import itertools

import numpy as np
import pytest
import torch

from paretune.workloads.builtin.architecture.cells import ALL_CHOICES, OPERATIONS
from paretune.workloads.builtin.architecture.controller import (
    N_TARGETS,
    Controller,
    reinforce_loss,
    reward,
    train_controllers,
)
from tiny_architectures import JUDGE

FIXED = ("skip",)
SMALL = (("skip", "conv3"), FIXED, FIXED, ("none", "conv1", "pool3"), FIXED, FIXED)  # 6 architectures


def every_small_one():
    names = itertools.product(*SMALL)
    return torch.tensor([[OPERATIONS.index(name) for name in each] for each in names])


def unequal_controller():
    controller = Controller(SMALL, 0)
    with torch.no_grad():
        for i, weight in enumerate(controller.parameters()):
            weight.copy_(torch.randn(weight.shape, generator=torch.Generator().manual_seed(i)) * 0.3)
    return controller


def test_probabilities_of_all_architectures_sum_to_one():
    for controller in (Controller(SMALL, 0), unequal_controller()):
        logs, _ = controller.log_probabilities(every_small_one())
        assert float(logs.detach().exp().sum()) == pytest.approx(1.0, abs=1e-5)


def test_new_controller_draws_all_with_equal_probability():
    logs, entropies = Controller(SMALL, 0).log_probabilities(every_small_one())
    torch.testing.assert_close(logs.exp(), torch.full((6,), 1 / 6))
    torch.testing.assert_close(entropies, torch.full((6,), float(np.log(6))))


def test_draws_follow_probabilities():
    controller, n = unequal_controller(), 2_000
    drawn = controller.draw(n, torch.Generator().manual_seed(0))
    every = every_small_one()
    shares = torch.stack([(drawn == each).all(dim=1).float().mean() for each in every])
    assert float(shares.sum()) == pytest.approx(1.0)
    torch.testing.assert_close(shares, controller.log_probabilities(every)[0].exp().detach(), atol=0.04, rtol=0)


@pytest.mark.parametrize("baseline", [0.0, 0.7])
def test_reinforce_gradient_is_that_of_expected_reward(baseline):
    # All architectures once, each with the same probability: the mean over them is the expectation, exactly.
    controller, every = Controller(SMALL, 0), every_small_one()
    rewards = torch.tensor([0.1, 0.9, 0.4, 0.3, 0.8, 0.2])
    weights = list(controller.parameters())
    logs, _ = controller.log_probabilities(every)
    expected = torch.autograd.grad(-(logs.exp() * rewards).sum(), weights, retain_graph=True)
    found = torch.autograd.grad(reinforce_loss(logs, rewards, baseline), weights)
    assert any(float(each.abs().max().detach()) > 1e-3 for each in expected)
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-4)


def test_reward_falls_with_cost():
    assert reward(0.9, 2.0, 2.0) == pytest.approx(0.9)
    assert reward(0.9, 4.0, 2.0) == pytest.approx(0.9 * 2**-0.07)


@pytest.mark.end_to_end
def test_controller_learns_what_is_rewarded():
    trained = train_controllers(JUDGE, ALL_CHOICES, 300, seed=0)
    assert len(trained) == N_TARGETS
    for each in trained:
        drawn = list(each.rewards)
        early, late = (np.mean([each.rewards[a] for a in part]) for part in (drawn[:30], drawn[-30:]))
        assert late > early + 0.05
        best = each.best_first()[0]
        assert (
            each.rewards[best]
            == max(each.rewards.values())
            == reward(*(JUDGE.accuracy(best), JUDGE.table.cost(best), each.target))
        )


def test_controllers_do_not_draw_what_is_not_allowed():
    for each in train_controllers(JUDGE, SMALL, 40, seed=0):
        assert all(name in (*allowed, "none") for a in each.rewards for name, allowed in zip(a, SMALL, strict=True))
