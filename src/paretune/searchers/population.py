"""The search of population based training: how members begin, and how a copy of one changes its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from paretune.errors import InvalidInputError, did_you_mean
from paretune.searchers.options import AnyText, option
from paretune.searchers.searcher import Context, Suggestion
from paretune.searchers.untried import design, suggest_one_by_one
from paretune.space import Float, Int, Parameter, Params, Space
from paretune.trials import Trials

_N_ATTEMPTS = 64  # to find a change that satisfies the constraints


@dataclass(frozen=True)
class PopulationSearch:
    """Suggest the members with which a population begins: a Sobol sequence.

    The study replaces members by copies of others (`paretune.schedulers.population`). A copy goes on from the
    checkpoint of its parent with parameters that `explore` has changed.

    Args:
        population: number of members.
        generations: into how many parts a training is cut.
        interval: steps of a part; 0 means the last step of a whole training divided by ``generations``.
        share: share of the members that is replaced after each part.
        parents: share of the members, the best ones, that may be copied.
        resample: probability that a copy draws a parameter anew.
        low_factor: what a number is multiplied by otherwise, or by ``high_factor``.
        high_factor: see ``low_factor``.
        change: names of the parameters that may change while a training goes on, with commas between; empty means those
            that the workload names.

    Example:
        >>> from paretune import Minimize, Objectives
        >>> space, objectives = Space({"x": Float(0, 1)}), Objectives([Minimize("loss")])
        >>> sorted(PopulationSearch().suggest(Trials(space, objectives), Context(space, objectives)).params)
        ['x']
    """

    population: int = option(8, Int(2, 10_000), "number of members")
    generations: int = option(10, Int(2, 10_000), "number of parts of a training; copies are made between them")
    interval: int = option(0, Int(0, 10**9), "steps of a part; 0: the whole training divided by generations")
    share: float = option(0.25, Float(0, 0.5), "share of the members that copies replace after each part")
    parents: float = option(0.5, Float(0, 1), "share of the members, the best ones, that may be copied")
    resample: float = option(0.25, Float(0, 1), "probability that a copy draws a parameter anew")
    low_factor: float = option(0.8, Float(1e-3, 1), "otherwise a number is multiplied by this, or by high_factor")
    high_factor: float = option(1.2, Float(1, 1e3), "see low_factor")
    change: str = option("", AnyText(), "parameters that may change in a training; empty: those of the workload")

    @property
    def changed_names(self) -> tuple[str, ...]:
        """The names in ``change``."""
        return tuple(name.strip() for name in self.change.split(",") if name.strip())

    def suggest(self, trials: Trials, context: Context) -> Suggestion:
        """See `Searcher`."""
        return suggest_one_by_one(lambda known: design(known, context), trials, context)

    def check_space(self, space: Space) -> None:
        """Check that the parameters that may change are some of a space.

        Raises:
            InvalidInputError: one is not, or none is named, or none of them can change.
        """
        for name in self.changed_names:
            if name not in space:
                near = did_you_mean(name, space)
                raise InvalidInputError(
                    f"change of searcher population names {name!r}{near}, but the parameters are {', '.join(space)}"
                )
        if not any(space[name].n_levels != 1 for name in self.changed_names):
            raise InvalidInputError(
                "searcher population changes parameters while a training goes on: name those that may change, such as "
                "change=learning_rate, but none that sets the shapes of weights"
            )

    def explore(self, params: Params, space: Space, rng: np.random.Generator) -> dict[str, Any]:
        """Change a configuration as that of a copy: each of `changed_names` at random.

        With the probability ``resample`` a parameter is drawn anew, uniformly on its scale. Otherwise a number is
        multiplied by one of the factors, and moves by at least one level if it has levels; an ordered choice becomes a
        neighbour; and a choice without order stays. A parameter that exists only now is drawn. If the configuration
        violates a constraint, it is changed again, at most 64 times, and else stays.

        Args:
            params: the configuration of the parent.
            space: its parameters.
            rng: of the draws.

        Returns:
            A configuration of the space.
        """
        for _ in range(_N_ATTEMPTS):
            changed = self._change(params, space, rng)
            if space.contains(changed):
                return space.check(changed)
        return dict(params)

    def _change(self, params: Params, space: Space, rng: np.random.Generator) -> dict[str, Any]:
        changed: dict[str, Any] = {}
        for name, parameter in space.items():
            if not space.is_active(name, changed):
                continue
            if name not in params:
                changed[name] = _draw(parameter, rng)
            elif name in self.changed_names:
                changed[name] = self._move(parameter, params[name], rng)
            else:
                changed[name] = params[name]
        return changed

    def _move(self, parameter: Parameter, value: Any, rng: np.random.Generator) -> Any:
        is_redrawn, is_up, other = rng.random() < self.resample, rng.random() < 0.5, _draw(parameter, rng)
        if is_redrawn:
            return other
        if isinstance(parameter, (Float, Int)):
            return scale(parameter, value, self.high_factor if is_up else self.low_factor)
        return value if parameter.is_nominal else _neighbour(parameter, value, is_up=is_up)


def _draw(parameter: Parameter, rng: np.random.Generator) -> Any:
    return parameter.decode([rng.random()])[0]


def _neighbour(parameter: Parameter, value: Any, *, is_up: bool) -> Any:
    """The next level above or below; at an end, the level itself."""
    cell, n = int(parameter.cells(parameter.encode([value]))[0]), parameter.n_levels or 1
    return parameter.level(min(max(cell + (1 if is_up else -1), 0), n - 1))


def scale(parameter: Float | Int, value: float, factor: float) -> float:
    """Multiply a value by a factor, inside the range; one with levels moves by at least one level.

    Example:
        >>> scale(Float(0, 1), 0.9, 1.2), scale(Int(1, 64), 10, 0.8), scale(Int(1, 64), 2, 1.2)
        (1.0, 8, 3)
    """
    target = min(max(value * factor, parameter.low), parameter.high)
    if parameter.n_levels is None:
        return float(target)
    step = parameter.step or 1
    n_moved = round((target - value) / step) or int(np.sign(target - value))
    cell = round((value - parameter.low) / step) + n_moved
    return parameter.level(min(max(cell, 0), parameter.n_levels - 1))
