"""Adam with the learning-rate decay of Keras 2.0.5, in PyTorch."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor


class DecayingAdam:
    """Adam with the learning rate ``rate / (1 + decay * t)`` at step ``t``, counted from 0.

    Unlike in `torch.optim.Adam`, epsilon is added to the root of the uncorrected second moment. The step and the rate
    are tensors on the device, so `apply` never waits for the device and may be recorded in a CUDA graph.

    Args:
        params: ``learning_rate``, ``one_minus_beta_1``, ``one_minus_beta_2``, ``epsilon`` and ``decay``.
        variables: the weights that it updates.
    """

    def __init__(self, params: Mapping[str, Any], variables: Sequence[Tensor]) -> None:
        self._variables = list(variables)
        self._first = [torch.zeros_like(variable) for variable in variables]
        self._second = [torch.zeros_like(variable) for variable in variables]
        self._shares = float(params["one_minus_beta_1"]), float(params["one_minus_beta_2"])
        self._epsilon, self._decay = float(params["epsilon"]), float(params["decay"])
        self._rate = torch.tensor(params["learning_rate"], dtype=torch.float64, device=variables[0].device)
        self._step = torch.zeros_like(self._rate)
        self._rate_known = params["learning_rate"]

    @property
    def rate(self) -> float:
        """The learning rate before its decay."""
        return float(self._rate_known)

    @rate.setter
    def rate(self, rate: float) -> None:
        if rate != self._rate_known:
            self._rate_known = rate
            self._rate.fill_(rate)

    @property
    def moments(self) -> list[Tensor]:
        """The moving means, first those of the gradients, then those of their squares, and the number of steps."""
        return [*self._first, *self._second, self._step]

    @torch.no_grad()
    def apply(self, gradients: tuple[Tensor, ...]) -> None:
        """Update all variables by one step."""
        first, second = self._shares  # weights of a new gradient in the two moving means
        rate = self._rate / (1 + self._decay * self._step)
        self._step += 1
        rate = rate * _bias_correction(second, self._step).sqrt() / _bias_correction(first, self._step)
        torch._foreach_lerp_(self._first, gradients, first)
        torch._foreach_mul_(self._second, 1 - second)
        torch._foreach_addcmul_(self._second, gradients, gradients, second)
        steps = list(torch._foreach_sqrt(self._second))  # noqa: SLF001 (as PyTorch's own optimizers)
        torch._foreach_add_(steps, self._epsilon)
        torch._foreach_reciprocal_(steps)
        torch._foreach_mul_(steps, self._first)
        torch._foreach_mul_(steps, rate.to(steps[0].dtype))
        torch._foreach_sub_(self._variables, steps)


def _bias_correction(share: float, step: Tensor) -> Tensor:
    """The total weight of a moving mean after some steps, ``1 - (1 - share)^step``, without cancellation."""
    return -torch.expm1(step * (math.log1p(-share) if share < 1 else -math.inf))
