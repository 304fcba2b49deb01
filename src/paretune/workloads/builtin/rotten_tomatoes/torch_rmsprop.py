"""How do weights move? RMSProp as MXNet has it, after a clip of the gradient's global norm, in PyTorch."""

from __future__ import annotations

from collections.abc import Sequence

import torch

MEMORY, EPSILON = 0.9, 1e-8


class RMSProp:
    """Gradient descent in units of each gradient's recent size (Tieleman and Hinton, 2012).

    Unlike `torch.optim.RMSprop`, epsilon stands under the root: ``w -= rate * g / sqrt(n + 1e-8)``.

    Args:
        weights: what it moves, in place.
        max_norm: the largest norm of all gradients together; longer ones are scaled down to it.
    """

    def __init__(self, weights: Sequence[torch.Tensor], max_norm: float) -> None:
        self._weights, self._max_norm = weights, max_norm
        self._squares = [torch.zeros_like(weight) for weight in weights]

    @torch.no_grad()
    def move(self, gradients: Sequence[torch.Tensor], rate: torch.Tensor) -> None:
        """Take one step; nothing in it waits for the device.

        Args:
            gradients: in the order of the weights; used up.
            rate: the learning rate, a tensor without dimensions on the weights' device.
        """
        scale = self._scale(gradients)
        for weight, gradient, square in zip(self._weights, gradients, self._squares, strict=True):
            gradient.mul_(scale)
            square.mul_(MEMORY).addcmul_(gradient, gradient, value=1 - MEMORY)
            weight.sub_(gradient.mul_(rate).div_(square.add(EPSILON).sqrt_()))

    def _scale(self, gradients: Sequence[torch.Tensor]) -> torch.Tensor:
        norm = torch.stack([torch.linalg.vector_norm(gradient) for gradient in gradients]).norm()
        return torch.where(norm > self._max_norm, self._max_norm / norm, torch.ones_like(norm))
