"""The largest batch of images that fits the memory of a device."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import torch
from torch.nn import functional

from paretune.workloads.builtin.images.nets import NetShape, build_net
from paretune.workloads.builtin.vision.device import is_out_of_memory
from paretune.workloads.builtin.vision.sgd import MomentumDescent

_SMALLEST, _N_HALVINGS = 4, 3
_SHARE_USED = 0.9  # of what fits: other processes take memory, too


def largest_batch(try_batch: Callable[[int], None], limit: int) -> int:
    """The largest batch that fits, to within an eighth: doubled until one does not, then found by halving.

    Args:
        try_batch: takes a training step with so many images.
        limit: the largest batch to try, at least 4.

    Returns:
        Nine tenths of the largest batch that fits, or the limit; 4 if not even that fits.

    Example:
        >>> def try_batch(n: int) -> None:
        ...     if n > 100:
        ...         raise MemoryError
        >>> largest_batch(try_batch, 1000), largest_batch(try_batch, 64)
        (86, 64)
    """
    fitting, size = 0, _SMALLEST
    while size < limit and _fits(try_batch, size):
        fitting, size = size, min(2 * size, limit)
    if size == limit and _fits(try_batch, limit):
        return limit
    for _ in range(_N_HALVINGS):
        middle = (fitting + size) // 2
        if _fits(try_batch, middle):
            fitting = middle
        else:
            size = middle
    return max(_SMALLEST, int(_SHARE_USED * fitting))


def _fits(try_batch: Callable[[int], None], size: int) -> bool:
    try:
        try_batch(size)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        return False
    return True


def probe_batch(shape: NetShape, device: torch.device, limit: int) -> int:
    """The largest batch with which a GPU can train a net, found by training steps.

    Args:
        shape: of the largest net of a search.
        device: a GPU.
        limit: the largest batch to try.
    """

    def try_batch(size: int) -> None:
        try:
            _train_step(shape, device, size)
        finally:
            if device.type == "cuda":
                torch.cuda.empty_cache()

    return largest_batch(try_batch, limit)


def _train_step(shape: NetShape, device: torch.device, size: int) -> None:
    net = build_net(shape, 0).to(device).train()
    weights = list(net.parameters())
    images = torch.zeros(size, shape.n_inputs, shape.resolution, shape.resolution, device=device)
    labels = torch.zeros(size, dtype=torch.int64, device=device)
    gradients = torch.autograd.grad(functional.cross_entropy(net(images), labels), weights)
    MomentumDescent(weights, 0.9, 0.0).apply(gradients, 0.0)
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def remembered_batch(shape: NetShape, device: torch.device, limit: int, cache: Path) -> int:
    """The result of `probe_batch`, from a file if this GPU was probed before: a study goes on with the same space.

    Args:
        shape: as in `probe_batch`.
        device: as in `probe_batch`.
        limit: as in `probe_batch`.
        cache: folder of the file; it need not exist.
    """
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else str(device)
    key, path, known = json.dumps([name, asdict(shape), limit]), cache / "largest_batches.json", dict[str, int]()
    with suppress(OSError, ValueError):
        known = dict(json.loads(path.read_text(encoding="utf-8")))
    if key not in known:
        known[key] = probe_batch(shape, device, limit)
        with suppress(OSError):
            cache.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(known, indent=1), encoding="utf-8")
    return int(known[key])
