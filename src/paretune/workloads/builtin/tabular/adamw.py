"""AdamW in few operations: `torch.optim` takes seconds to load, and more time for each step of a small net."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

_FIRST, _SECOND, _EPSILON = 0.9, 0.999, 1e-8


class AdamW:
    """Adam with decoupled weight decay, as `torch.optim.AdamW` with its default moments.

    Args:
        variables: the weights that it updates.
        decay: weight decay, in units of the learning rate.
    """

    def __init__(self, variables: Sequence[Tensor], decay: float) -> None:
        self._variables, self._decay, self._step = list(variables), decay, 0
        self._first = [torch.zeros_like(variable) for variable in variables]
        self._second = [torch.zeros_like(variable) for variable in variables]

    @torch.no_grad()
    def apply(self, gradients: tuple[Tensor, ...], rate: float) -> None:
        """Update all variables by one step.

        Args:
            gradients: one for each variable.
            rate: the learning rate of this step.
        """
        self._step += 1
        torch._foreach_lerp_(self._first, gradients, 1 - _FIRST)
        torch._foreach_mul_(self._second, _SECOND)
        torch._foreach_addcmul_(self._second, gradients, gradients, 1 - _SECOND)
        scales = list(torch._foreach_sqrt(self._second))  # noqa: SLF001 (as PyTorch's own optimizers)
        torch._foreach_div_(scales, (1 - _SECOND**self._step) ** 0.5)
        torch._foreach_add_(scales, _EPSILON)
        torch._foreach_mul_(self._variables, 1 - rate * self._decay)
        torch._foreach_addcdiv_(self._variables, self._first, scales, value=-rate / (1 - _FIRST**self._step))
