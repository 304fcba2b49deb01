"""RMSProp as in MXNet, after clipping the global norm of the gradients, in PyTorch."""

from __future__ import annotations

from collections.abc import Sequence

import torch

DECAY, EPSILON = 0.9, 1e-8


class RMSProp:
    """RMSProp (Tieleman and Hinton, 2012): gradients divided by a moving root mean square of themselves.

    Unlike in `torch.optim.RMSprop`, epsilon is added under the root: ``w -= rate * g / sqrt(n + 1e-8)``.

    Args:
        weights: updated in place.
        max_norm: the largest norm of all gradients together; larger gradients are scaled down to it.

    Attributes:
        squares: the moving means of the squared gradients.
    """

    def __init__(self, weights: Sequence[torch.Tensor], max_norm: float) -> None:
        self._weights, self._max_norm = weights, max_norm
        self.squares = [torch.zeros_like(weight) for weight in weights]

    @torch.no_grad()
    def apply(self, gradients: Sequence[torch.Tensor], rate: torch.Tensor) -> None:
        """Update the weights by one step, without waiting for the device.

        Args:
            gradients: in the order of the weights; they are overwritten.
            rate: the learning rate, a scalar tensor on the weights' device.
        """
        scale = self._scale(gradients)
        for weight, gradient, square in zip(self._weights, gradients, self.squares, strict=True):
            gradient.mul_(scale)
            square.mul_(DECAY).addcmul_(gradient, gradient, value=1 - DECAY)
            weight.sub_(gradient.mul_(rate).div_(square.add(EPSILON).sqrt_()))

    def _scale(self, gradients: Sequence[torch.Tensor]) -> torch.Tensor:
        norm = torch.stack([torch.linalg.vector_norm(gradient) for gradient in gradients]).norm()
        return torch.where(norm > self._max_norm, self._max_norm / norm, torch.ones_like(norm))
