"""Whose turn is it? In blocks, so that a drift of the machine's speed meets all sides alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tenfold.protocol import Side


def turns(sides: Sequence[Side], blocks: int, done: Mapping[str, int]) -> Iterator[tuple[Side, int]]:
    """Each side's turn in each block, and how many trials it has after it; what is done already is left out.

    Args:
        sides: in the order of a block.
        blocks: how many.
        done: how many trials each side has, by name.

    Example:
        >>> sides = [Side("random", 0, 10), Side("bayes", 0, 1)]
        >>> [(side.name, total) for side, total in turns(sides, 2, {"random-0": 10, "bayes-0": 0})]
        [('bayes-0', 1), ('random-0', 20), ('bayes-0', 2)]
    """
    for block in range(1, blocks + 1):
        for side in sides:
            if done[side.name] < block * side.per_block:
                yield side, block * side.per_block
