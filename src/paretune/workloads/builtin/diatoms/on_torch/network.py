"""The fully convolutional net for series, in PyTorch, with the constants of Keras."""

from __future__ import annotations

from itertools import chain

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from paretune.workloads.builtin.diatoms.weights import Weights

MOMENTUM, EPSILON = 0.99, 1e-3


class Network:
    """The net of Wang et al. (2016), arXiv 1611.06455: three blocks, the mean over time, a dense layer.

    Args:
        weights: as `initial_weights` returns them.
        device: for the weights and the computation.
    """

    def __init__(self, weights: Weights, device: torch.device) -> None:
        tensors = [torch.tensor(_transpose_kernel(weight), device=device) for weight in weights]
        self._blocks = [tensors[i : i + 4] for i in (0, 6, 12)]  # kernel, bias, scale, shift
        self._dense = tensors[18:]
        self._means, self._variances = tensors[4:18:6], tensors[5:18:6]
        self._batch_means = [torch.zeros_like(mean) for mean in self._means]
        self._batch_variances = [torch.zeros_like(variance) for variance in self._variances]
        self.device = device
        self.parameters = [tensor.requires_grad_() for tensor in (*chain(*self._blocks), *self._dense)]

    @property
    def weights(self) -> Weights:
        """The current weights, in the order of `initial_weights`."""
        moving = list(zip(self._means, self._variances, strict=True))
        blocks = [tensor for own, other in zip(self._blocks, moving, strict=True) for tensor in (*own, *other)]
        return [_transpose_kernel(tensor.detach().cpu().numpy()) for tensor in (*blocks, *self._dense)]

    @torch.no_grad()
    def set_weights(self, weights: Weights) -> None:
        """Replace the weights in place; the order is that of `initial_weights`."""
        moving = list(zip(self._means, self._variances, strict=True))
        blocks = [tensor for own, other in zip(self._blocks, moving, strict=True) for tensor in (*own, *other)]
        for tensor, weight in zip((*blocks, *self._dense), weights, strict=True):
            tensor.copy_(torch.from_numpy(_transpose_kernel(weight)))

    def forward_train(self, series: Tensor) -> Tensor:
        """Compute the logits in training: normalise by the batch's moments, and update the moving moments with them.

        Args:
            series: ``n x 1 x 176``.

        Returns:
            ``n x 37``.
        """
        hidden = series
        moments = zip(self._batch_means, self._batch_variances, strict=True)
        for (kernel, bias, scale, shift), (mean, variance) in zip(self._blocks, moments, strict=True):
            hidden = functional.batch_norm(
                _conv_same(hidden, kernel, bias), mean, variance, scale, shift, training=True, momentum=1.0, eps=EPSILON
            ).relu()  # a momentum of 1 leaves the batch's own moments
        self._update_moving_moments(n=series.shape[0] * series.shape[2])
        return self._head(hidden)

    def __call__(self, series: Tensor) -> Tensor:
        """Compute the logits, ``n x 37``, of ``n x 1 x 176`` series: normalise by the moving moments."""
        hidden = series
        moments = zip(self._means, self._variances, strict=True)
        for (kernel, bias, scale, shift), (mean, variance) in zip(self._blocks, moments, strict=True):
            hidden = functional.batch_norm(
                _conv_same(hidden, kernel, bias), mean, variance, scale, shift, eps=EPSILON
            ).relu()
        return self._head(hidden)

    def _head(self, hidden: Tensor) -> Tensor:
        kernel, bias = self._dense
        return torch.addmm(bias, hidden.mean(dim=2), kernel)

    def _update_moving_moments(self, n: int) -> None:
        """Update as Keras does: its batch variance divides by ``n``, where PyTorch's divides by ``n - 1``."""
        torch._foreach_mul_([*self._means, *self._variances], MOMENTUM)
        torch._foreach_add_(self._means, self._batch_means, alpha=1 - MOMENTUM)
        torch._foreach_add_(self._variances, self._batch_variances, alpha=(1 - MOMENTUM) * (n - 1) / n)


def _conv_same(series: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
    """Convolve and keep the length. As in Keras, the smaller half of the padding is before the series."""
    size = kernel.shape[2]
    before = (size - 1) // 2
    if size % 2:
        return functional.conv1d(series, kernel, bias, padding=before)
    return functional.conv1d(functional.pad(series, (before, before + 1)), kernel, bias)


def _transpose_kernel(weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """Convert a kernel from Keras's order to PyTorch's, ``f x c x k``, or back; other weights are unchanged."""
    return np.ascontiguousarray(weight.T) if weight.ndim == 3 else weight
