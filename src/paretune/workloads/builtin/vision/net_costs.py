"""What a net costs before it is trained: parameters, multiply-adds, and the time to predict."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from threadpoolctl import threadpool_limits
from torch import Tensor
from torch.nn import Conv2d, Linear, Module

from paretune.measure import device_name, latency
from paretune.workloads.builtin.vision.device import synchronizer

Shape = tuple[int, int, int]
_MIN_CALL_SECONDS = 1e-3


def count_parameters(net: Module) -> int:
    """The number of weights that are trained."""
    return sum(weight.numel() for weight in net.parameters() if weight.requires_grad)


@torch.inference_mode()
def count_multiply_adds(net: Module, shape: Shape, device: torch.device) -> int:
    """The multiply-adds of the convolutions and the dense layers for one image.

    Args:
        net: on the device.
        shape: channels, height and width of an image.
        device: of the net.
    """
    counts: list[int] = []

    def count(layer: Conv2d | Linear, _inputs: Any, output: Tensor) -> None:
        counts.append(output.numel() * math.prod(layer.weight.shape[1:]))

    hooks = [each.register_forward_hook(count) for each in net.modules() if isinstance(each, (Conv2d, Linear))]
    net.eval()
    net(torch.zeros(1, *shape, device=device))
    for hook in hooks:
        hook.remove()
    return sum(counts)


def measure_latency(net: Module, shape: Shape, device: torch.device, batch: int = 1) -> dict[str, Any]:
    """Measure the time to predict a batch of images, in one thread and with the device locked.

    Args:
        net: on the device; put into the mode of predicting.
        shape: channels, height and width of an image.
        device: of the net.
        batch: number of images.

    Returns:
        ``seconds`` for one image, their standard error ``se``, ``wall`` by the wall clock, ``clock`` and ``measured``.
        On a CPU the seconds are those at reference speed.
    """
    net.eval()
    images = torch.zeros(batch, *shape, device=device)
    synchronize = synchronizer(device)

    @torch.inference_mode()
    def call() -> None:
        net(images)

    with threadpool_limits(1):
        repeated, n_calls = _repeat(call, synchronize)
        timed = latency(
            repeated, device=device_name(str(device)), synchronize=synchronize, time_limit=1.0, never_waits=True
        )
    found, n = timed.reference, n_calls * batch
    seconds, error = (timed.median, timed.standard_error) if found is None else (found.seconds, found.standard_error)
    return {
        "seconds": seconds / n,
        "se": error / n,
        "wall": timed.median / n,
        "clock": "wall" if found is None else f"reference, {found.clock}",
        "measured": "exclusive" if timed.is_exclusive else "shared",
    }


def _repeat(call: Callable[[], object], synchronize: Callable[[], None]) -> tuple[Callable[[], object], int]:
    """A call that takes at least a millisecond, and how many of the given calls it makes."""
    call()
    first = latency(call, synchronize=synchronize, max_repeats=7, time_limit=0.1).median
    n_calls = max(1, round(_MIN_CALL_SECONDS / max(first, 1e-6)))

    def repeated() -> None:
        for _ in range(n_calls):
            call()

    return (repeated, n_calls) if n_calls > 1 else (call, 1)
