"""All configurations of a finite space."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paretune.space.space import Space


def enumerate_configurations(space: Space) -> Iterator[dict[str, Any]]:
    """Iterate over every combination of the levels of all parameters that exist together, each once.

    Constraints of the space are ignored.

    Args:
        space: the parameters, none of them continuous.
    """

    def extend(params: dict[str, Any], names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        if not names:
            yield params
        elif not space.is_active(names[0], params):
            yield from extend(params, names[1:])
        else:
            parameter = space[names[0]]
            for cell in range(parameter.n_levels or 1):
                yield from extend({**params, names[0]: parameter.level(cell)}, names[1:])

    return extend({}, tuple(space))
