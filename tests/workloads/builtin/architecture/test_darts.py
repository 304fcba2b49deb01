"""The differentiable search: its softmax, its cost, and a training that goes on exactly."""

import numpy as np
import pytest
import torch

from paretune.measure import TrainingTimer
from paretune.workloads.builtin.architecture.cells import ALL_CHOICES, OPERATIONS, live_edges, simplify
from paretune.workloads.builtin.architecture.darts import (
    N_SNAPSHOTS,
    PENALTIES,
    TEMPERATURES,
    MixtureTraining,
    discretise,
    expected_cost,
    find_candidates,
    shares_of,
    temperature_at,
)
from paretune.workloads.builtin.architecture.network import build
from paretune.workloads.builtin.vision.training import Recipe
from tiny_architectures import IMAGES, TABLE, tiny_task


def some_logits(seed=0):
    return list(torch.randn(6, 5, generator=torch.Generator().manual_seed(seed)))


def test_temperature_falls_from_first_to_last():
    assert (temperature_at(0.0), temperature_at(1.0)) == pytest.approx(TEMPERATURES)
    assert np.all(np.diff([temperature_at(p) for p in np.linspace(0, 1, 9)]) < 0)


def test_discrete_choice_is_limit_of_softmax_at_low_temperature():
    for seed in range(20):
        logits = some_logits(seed)
        chosen = discretise(logits, ALL_CHOICES)
        for share, name in zip(shares_of(logits, 1e-3), chosen, strict=True):
            expected = torch.tensor([float(each == name) for each in OPERATIONS])
            torch.testing.assert_close(share, expected, atol=1e-3, rtol=0)
        for hot in shares_of(logits, 1e4):
            torch.testing.assert_close(hot, torch.full((5,), 0.2), atol=1e-3, rtol=0)


def test_discrete_choice_is_among_fewer_operations():
    logits = [torch.tensor([0.0, 1.0]), *[torch.zeros(1)] * 5]
    assert discretise(logits, (("pool3", "conv1"), *[("skip",)] * 5)) == ("conv1", *["skip"] * 5)


def test_expected_cost_of_a_choice_is_that_of_table():
    architecture = ("conv3", "skip", "conv1", "pool3", "conv3", "conv1")
    shares = [torch.tensor([float(each == name) for each in OPERATIONS]) for name in architecture]
    assert expected_cost(shares, ALL_CHOICES, TABLE).item() == pytest.approx(TABLE.cost(architecture))


def test_expected_cost_has_gradient_of_costs():
    shares = [torch.full((5,), 0.2, requires_grad=True) for _ in range(6)]
    gradient = torch.autograd.grad(expected_cost(shares, ALL_CHOICES, TABLE), shares[0])[0]
    assert gradient.tolist() == pytest.approx([TABLE.operations[name] for name in OPERATIONS])


def make_training(epochs=4):
    net = build(ALL_CHOICES, IMAGES, 0)
    timer = TrainingTimer("cpu", never_waits=True)
    recipe = Recipe(epochs, batch_size=16, learning_rate=0.05)
    return MixtureTraining(net, ALL_CHOICES, tiny_task(), recipe, TABLE, seed=0, timer=timer), timer


@pytest.mark.end_to_end
def test_mixture_gives_a_candidate_for_each_penalty_and_temperature():
    training, timer = make_training()
    with timer:
        losses = list(training)
    assert losses[-1] < losses[0]
    assert len(training.found) == N_SNAPSHOTS * len(PENALTIES)
    found = find_candidates(training)
    assert len(set(found)) == len(found)
    assert all(live_edges(each) and simplify(each) == each for each in found)


@pytest.mark.end_to_end
def test_restored_mixture_goes_on_exactly():
    whole, timer = make_training()
    with timer:
        states = [training_state(whole) for _ in whole]
    again, timer = make_training()
    again.restore(states[1])
    assert again.epoch == 2
    with timer:
        list(again)
    last = training_state(again)
    assert last.keys() == states[-1].keys()
    for name, value in states[-1].items():
        np.testing.assert_array_equal(last[name], value)


def training_state(training):
    return {name: np.array(value) for name, value in training.state().items()}
