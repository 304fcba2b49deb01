"""The plateau rule of Keras 2.0.5, compared with its published loop."""

import math
from itertools import accumulate

import numpy as np
import pytest

from paretune.workloads.builtin.diatoms.plateau import Plateau


def rates(rate, losses):
    return [state.rate for state in accumulate(losses, Plateau.update, initial=Plateau(rate))][1:]


def keras_2_0_5(rate, losses):
    """The rule as published: a loop over epochs that changes its variables in place."""
    best, wait, rates = math.inf, 0, []
    for loss in losses:
        if loss < best - 1e-4:
            best, wait = loss, 0
        else:
            if wait >= 50 and rate > 1e-4 + 1e-4 * 1e-4:
                rate, wait = max(rate / 2, 1e-4), 0
            wait += 1
        rates.append(rate)
    return rates


def test_rate_halves_after_51_epochs_without_progress_then_every_50():
    trace = rates(0.8, [1.0] * 160)
    assert [epoch for epoch in range(1, 160) if trace[epoch] != trace[epoch - 1]] == [51, 101, 151]
    assert trace[-1] == 0.1


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rate", [1.0, 3e-4, 1.00009e-4, 1e-4, 1e-6])
def test_rule_equals_published_loop_on_random_losses(seed, rate):
    generator = np.random.default_rng(seed)
    losses = np.cumsum(generator.normal(0, 1e-3, 400)) * generator.choice([0.01, 1.0])
    assert rates(rate, losses) == keras_2_0_5(rate, losses)


def test_improvement_below_threshold_does_not_count():
    state = Plateau(0.1, best=1.0, wait=3)
    assert state.update(1.0 - 0.9e-4) == Plateau(0.1, best=1.0, wait=4)
    assert state.update(1.0 - 1.1e-4) == Plateau(0.1, best=1.0 - 1.1e-4, wait=0)


def test_rate_stops_at_minimum_and_lower_rate_never_changes():
    assert rates(1.5e-4, [1.0] * 200)[-1] == 1e-4
    assert rates(1e-7, [1.0] * 200)[-1] == 1e-7


def test_nan_loss_is_no_improvement():
    assert rates(0.4, [math.nan] * 52)[-1] == 0.2
