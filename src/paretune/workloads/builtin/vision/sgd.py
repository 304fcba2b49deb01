"""Gradient descent with momentum in few operations: `torch.optim` takes seconds to load."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor


def rate_factor(schedule: str, progress: float) -> float:
    """The share of the learning rate that is used at a moment of the training.

    Args:
        schedule: ``constant``; ``step``: a tenth from the half on, and a hundredth from three quarters on; ``linear``
            and ``cosine``: falling to 0.
        progress: from 0 to 1.

    Example:
        >>> [round(rate_factor("step", progress), 2) for progress in (0, 0.5, 0.8)]
        [1.0, 0.1, 0.01]
    """
    if schedule == "step":
        return 0.01 if progress >= 0.75 else 0.1 if progress >= 0.5 else 1.0
    if schedule == "linear":
        return 1 - progress
    return 0.5 * (1 + math.cos(math.pi * progress)) if schedule == "cosine" else 1.0


class MomentumDescent:
    """Stochastic gradient descent with Nesterov's momentum, as `torch.optim.SGD`.

    Weight decay applies to kernels only, not to biases and the scales of a batch normalisation.

    Args:
        variables: the weights that it updates.
        momentum: share of the last step that the next one keeps.
        weight_decay: share of each kernel that is added to its gradient.

    Attributes:
        moments: the moving sums of the gradients, one for each variable.
    """

    def __init__(self, variables: Sequence[Tensor], momentum: float, weight_decay: float) -> None:
        self._variables, self._momentum, self._decay = list(variables), momentum, weight_decay
        self._kernels = [i for i, variable in enumerate(variables) if variable.ndim > 1]
        self.moments = [torch.zeros_like(variable) for variable in variables]

    @torch.no_grad()
    def apply(self, gradients: Sequence[Tensor], rate: float) -> None:
        """Update all variables by one step.

        Args:
            gradients: one for each variable.
            rate: the learning rate of this step.
        """
        steps = list(gradients)
        decayed = torch._foreach_add(  # noqa: SLF001 (as PyTorch's own optimizers)
            [steps[i] for i in self._kernels], [self._variables[i] for i in self._kernels], alpha=self._decay
        )
        for i, step in zip(self._kernels, decayed, strict=True):
            steps[i] = step
        torch._foreach_mul_(self.moments, self._momentum)
        torch._foreach_add_(self.moments, steps)
        torch._foreach_add_(self._variables, steps, alpha=-rate)
        torch._foreach_add_(self._variables, self.moments, alpha=-rate * self._momentum)
