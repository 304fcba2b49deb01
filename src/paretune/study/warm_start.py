"""Configurations of other studies that a new study tries first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from paretune import pareto
from paretune.argument_checks import COUNT, check_arguments, list_of
from paretune.errors import InvalidInputError
from paretune.objectives import Objectives
from paretune.space import Categorical, Parameter, Params, Space
from paretune.space.keys import configuration_keys
from paretune.space.values import is_same_value
from paretune.trials import Trials
from paretune.trials.penalties import mark_penalties_failed

N_CONFIGURATIONS = 4  # half of the design with which a search begins


def transferred_configurations(
    space: Space, objectives: Objectives, sources: Sequence[Trials], n: int = N_CONFIGURATIONS
) -> list[dict[str, Any]]:
    """Return the configurations of other studies that are worth trying first.

    They are points of the fronts of the sources that together have much hypervolume, of each source in turn. Only the
    configurations are taken, not their results: a study that is not alike costs ``n`` trials, and misleads no model.

    A parameter that a source has not, or with values of another kind, gets the middle of its range. A number outside
    the range becomes the nearest bound. Objectives are matched by name and direction; a source needs one of them.

    Args:
        space: of the new study.
        objectives: of the new study, with limits.
        sources: the trials of each other study.
        n: how many configurations at most.

    Raises:
        InvalidInputError: a source shares no objective or no parameter with the new study.

    Example:
        >>> from paretune import Float, Minimize
        >>> space, objectives = Space({"x": Float(0, 1)}), Objectives([Minimize("loss")])
        >>> source = Trials(space, objectives, ({"x": 0.2}, {"x": 0.7}), losses=[[0.5], [0.1]])
        >>> transferred_configurations(space, objectives, [source])
        [{'x': 0.7}]
    """
    check_arguments(
        space=(space, Space), objectives=(objectives, Objectives), sources=(sources, list_of(Trials)), n=(n, COUNT)
    )
    ranked = [_best_configurations(space, objectives, source, n) for source in sources]
    found: dict[bytes, dict[str, Any]] = {}
    for place in range(n):
        for configurations in ranked:
            if place < len(configurations) and len(found) < n:
                params = configurations[place]
                found.setdefault(configuration_keys(space, [params])[0], params)
    return list(found.values())


def _best_configurations(space: Space, objectives: Objectives, source: Trials, n: int) -> list[dict[str, Any]]:
    """Return at most ``n`` configurations of a source's front, moved into the space, the best first."""
    names = [o.name for o in objectives if any(o.name == t.name and o.goal == t.goal for t in source.objectives)]
    shared = [name for name in space if name in source.space]
    if not names or not shared:
        what, ours = ("objective", objectives.names) if not names else ("parameter", tuple(space))
        raise InvalidInputError(
            f"a study to start from shares no {what} with this one, which has {', '.join(ours)}: leave it out"
        )
    source = mark_penalties_failed(source)
    columns = [source.objectives.names.index(name) for name in names]
    limits = objectives.limits[[objectives.names.index(name) for name in names]]
    losses = np.where(source.is_complete[:, None], source.losses[:, columns], np.nan)
    losses[(losses > limits).any(axis=1)] = np.nan
    rows = pareto.hypervolume_subset(losses, n)
    return [_nearest_configuration(space, source.params[row]) for row in rows.tolist()]


def _nearest_configuration(space: Space, params: Params) -> dict[str, Any]:
    """Return a configuration of the space with the given values, or the nearest ones."""
    (nearest,) = space.decode([_position(parameter, params.get(name)) for name, parameter in space.items()])
    exact = {name: params[name] if _accepts(space[name], params.get(name)) else near for name, near in nearest.items()}
    return space.check(exact) if space.contains(exact) else nearest


def _accepts(parameter: Parameter, value: Any) -> bool:
    try:
        parameter.check("", value)
    except InvalidInputError:
        return False
    return True


def _position(parameter: Parameter, value: Any) -> float:
    """Return the position of a value, or of the nearest one; the middle if there is none."""
    if isinstance(parameter, Categorical):
        choices = [choice for choice in parameter.choices if is_same_value(choice, value)]
        return float(parameter.encode(choices)[0]) if choices else 0.5
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 0.5
    low, high = parameter.decode([0.0, 1.0])
    return float(parameter.encode([min(max(value, low), high)])[0])
