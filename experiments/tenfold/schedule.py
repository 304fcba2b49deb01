"""The schedule of a search: blocks in which every side gets a turn.

A drift of the machine's speed then affects all sides alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from tenfold.protocol import Side


def turns(sides: Sequence[Side], n_blocks: int, n_done: Mapping[str, int]) -> Iterator[tuple[int, Side, int]]:
    """Yield each remaining turn: its block, its side, and the number of trials that the side has after the turn.

    Args:
        sides: the sides, in the order of their turns in a block.
        n_blocks: number of blocks for all trials.
        n_done: number of trials that each side has already, by name.

    Example:
        >>> sides = [Side("random", 0, 15), Side("bayes", 0, 4)]
        >>> [(block, side.name, total) for block, side, total in turns(sides, 4, {"random-0": 9, "bayes-0": 3})]
        [(3, 'random-0', 12), (4, 'random-0', 15), (4, 'bayes-0', 4)]
    """
    for block in range(1, n_blocks + 1):
        for side in sides:
            total = math.ceil(block * side.n_trials / n_blocks)
            if n_done[side.name] < total:
                yield block, side, total
