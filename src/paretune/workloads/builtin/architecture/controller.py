"""A small recurrent controller that draws architectures, trained by REINFORCE (Zoph and Le 2017).

The reward of an architecture is accuracy x (cost / target)^w (Tan et al. 2019, "MnasNet"). Each target has a controller
of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from paretune.workloads.builtin.architecture.candidates import Judge
from paretune.workloads.builtin.architecture.cells import (
    EDGES,
    OPERATIONS,
    Architecture,
    Choices,
    draw,
    live_edges,
    simplify,
)

EXPONENT = -0.07  # w of the reward
N_TARGETS = 4  # quantiles of the cost of drawn architectures
_HIDDEN, _RATE, _BATCH = 32, 0.02, 5
_MEMORY = 0.8  # share of the baseline that stays after each batch
_ENTROPY = 0.01  # weight of the entropy, which keeps the controller from settling at once
_N_FOR_QUANTILES = 200


class Controller(nn.Module):
    """Draws the operation of one edge after another; each draw depends on those before.

    Args:
        choices: the operations that each edge may have; others have the probability 0.
        seed: of the initial weights.
    """

    def __init__(self, choices: Choices, seed: int) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self._embedding = nn.Embedding(len(OPERATIONS) + 1, _HIDDEN)
            self._cell = nn.LSTMCell(_HIDDEN, _HIDDEN)
            self._head = nn.Linear(_HIDDEN, len(OPERATIONS))
        nn.init.zeros_(self._head.weight)  # all architectures begin with the same probability
        nn.init.zeros_(self._head.bias)
        allowed = [[0.0 if name in operations else -torch.inf for name in OPERATIONS] for operations in choices]
        self._mask = torch.tensor(allowed)

    @torch.no_grad()
    def draw(self, n: int, generator: torch.Generator) -> Tensor:
        """Draw ``n x 6`` places in `OPERATIONS`."""
        drawn: list[Tensor] = []

        def choose(log_shares: Tensor) -> Tensor:
            drawn.append(torch.multinomial(log_shares.exp(), 1, generator=generator)[:, 0])
            return drawn[-1]

        self._walk(n, choose)
        return torch.stack(drawn, dim=1)

    def log_probabilities(self, drawn: Tensor) -> tuple[Tensor, Tensor]:
        """The logarithm of the probability of each drawn architecture, and the entropy of its decisions.

        Args:
            drawn: ``n x 6`` places in `OPERATIONS`.

        Returns:
            ``n`` logarithms and ``n`` entropies.
        """
        columns = iter(drawn.T)
        shares = self._walk(len(drawn), lambda _: next(columns))
        chosen = [each.gather(1, column[:, None])[:, 0] for each, column in zip(shares, drawn.T, strict=True)]
        entropies = [-(each.exp() * each.masked_fill(each.isinf(), 0.0)).sum(dim=1) for each in shares]
        return torch.stack(chosen).sum(dim=0), torch.stack(entropies).sum(dim=0)

    def _walk(self, n: int, choose: Callable[[Tensor], Tensor]) -> list[Tensor]:
        """Decide edge by edge; return the ``n x 5`` logarithms of the probabilities of each decision."""
        shares: list[Tensor] = []
        inputs, state = torch.full((n,), len(OPERATIONS)), None
        for edge in range(len(EDGES)):
            state = self._cell(self._embedding(inputs), state)
            shares.append(functional.log_softmax(self._head(state[0]) + self._mask[edge], dim=1))
            inputs = choose(shares[-1])
        return shares


def reinforce_loss(log_probabilities: Tensor, rewards: Tensor, baseline: float) -> Tensor:
    """The loss of which the gradient is an estimate of minus the gradient of the expected reward (Williams 1992).

    Args:
        log_probabilities: ``n`` logarithms of the probabilities of what was drawn.
        rewards: ``n`` rewards.
        baseline: is subtracted from the rewards, which lowers the variance only.
    """
    return -((rewards - baseline) * log_probabilities).mean()


def reward(accuracy: float, cost: float, target: float) -> float:
    """The accuracy, times a power of the cost: half of the target costs as much as 5 % more accuracy.

    Example:
        >>> round(reward(0.9, 2.0, 2.0), 3), round(reward(0.9, 1.0, 2.0), 3)
        (0.9, 0.945)
    """
    return float(accuracy * (cost / target) ** EXPONENT)


@dataclass(frozen=True)
class TrainedController:
    """What the training of a controller gave.

    Args:
        target: of the cost.
        rewards: of each drawn architecture that has a path.
    """

    target: float
    rewards: dict[Architecture, float]

    def best_first(self) -> list[Architecture]:
        """The drawn architectures by their rewards."""
        return sorted(self.rewards, key=lambda each: -self.rewards[each])


def train_controllers(judge: Judge, choices: Choices, n: int, seed: int) -> list[TrainedController]:
    """Train a controller for each target.

    Args:
        judge: knows accuracy and cost.
        choices: the operations that each edge may have.
        n: how many architectures all of them draw together.
        seed: of their weights and draws.
    """
    rng = np.random.default_rng(seed)
    drawn = [draw(choices, rng) for _ in range(_N_FOR_QUANTILES)]
    costs = [judge.table.cost(each) for each in drawn if live_edges(each)] or [judge.table.fixed]
    targets = np.quantile(costs, (np.arange(N_TARGETS) + 0.5) / N_TARGETS)
    return [
        _train(judge, choices, float(target), max(1, n // (N_TARGETS * _BATCH)), seed + i)
        for i, target in enumerate(targets)
    ]


def _train(judge: Judge, choices: Choices, target: float, n_steps: int, seed: int) -> TrainedController:
    controller, generator = Controller(choices, seed), torch.Generator().manual_seed(seed)
    adam = torch.optim.Adam(controller.parameters(), lr=_RATE)
    found: dict[Architecture, float] = {}
    baseline: float | None = None
    for _ in range(n_steps):
        drawn = controller.draw(_BATCH, generator)
        architectures = [simplify(tuple(OPERATIONS[i] for i in row)) for row in drawn.tolist()]
        rewards = [reward(judge.accuracy(each), judge.table.cost(each), target) for each in architectures]
        found |= {each: value for each, value in zip(architectures, rewards, strict=True) if live_edges(each)}
        mean = float(np.mean(rewards))
        baseline = mean if baseline is None else _MEMORY * baseline + (1 - _MEMORY) * mean
        logs, entropies = controller.log_probabilities(drawn)
        loss = reinforce_loss(logs, torch.tensor(rewards), baseline) - _ENTROPY * entropies.mean()
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        adam.step()
    return TrainedController(target, found)
