"""Whose turn is it? In blocks, so that a drift of the machine's speed meets all sides alike."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from tenfold.protocol import Side


def turns(sides: Sequence[Side], blocks: int, done: Mapping[str, int]) -> Iterator[tuple[int, Side, int]]:
    """Each block with each side's turn in it, and how many trials the side has after it; what is done is left out.

    Args:
        sides: in the order of a block.
        blocks: how many there are for all trials.
        done: how many trials each side has, by name.

    Example:
        >>> sides = [Side("random", 0, 15), Side("bayes", 0, 4)]
        >>> [(block, side.name, total) for block, side, total in turns(sides, 4, {"random-0": 9, "bayes-0": 3})]
        [(3, 'random-0', 12), (4, 'random-0', 15), (4, 'bayes-0', 4)]
    """
    for block in range(1, blocks + 1):
        for side in sides:
            total = math.ceil(block * side.trials / blocks)
            if done[side.name] < total:
                yield block, side, total
