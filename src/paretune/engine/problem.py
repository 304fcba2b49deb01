"""What is searched for: the space, the objectives, the reference point and the fixed values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune import pareto
from paretune.errors import InvalidInputError
from paretune.objectives import Objective, Objectives
from paretune.space import Parameter, Params, Space
from paretune.trials import Trials
from paretune.trials.penalties import mark_penalties_failed


@dataclass(frozen=True, eq=False)
class Problem:
    """What `paretune.suggest` searches for, checked.

    Args:
        space: the parameters.
        objectives: the ``m`` objectives, with limits.
        reference: ``m`` losses, or None for the default; nothing worse adds to the front.
        fixed: values that all suggestions have, wherever these parameters exist.
        aspiration: ``m`` losses, or None; the part of the front within them is resolved first.
    """

    space: Space
    objectives: Objectives
    reference: NDArray[np.float64] | None = None
    fixed: Params = field(default_factory=dict)
    aspiration: NDArray[np.float64] | None = None

    @classmethod
    def of(
        cls,
        space: Space | Mapping[str, Parameter],
        objectives: Objectives | Sequence[Objective],
        reference_point: ArrayLike | None,
        fixed: Params | None,
        aspiration: ArrayLike | None = None,
    ) -> Problem:
        """Check the arguments of `paretune.suggest`; an `InvalidInputError` where one does not fit."""
        space, objectives = Space.of(space), Objectives.of(objectives)
        reference = None
        if reference_point is not None:
            reference = pareto.check_reference(reference_point, len(objectives), "reference_point")
        if fixed is not None and not isinstance(fixed, Mapping):
            raise InvalidInputError(f"fixed must be a mapping of parameter names to values, but is {fixed!r}")
        aspired = None if aspiration is None else check_aspiration(aspiration, len(objectives))
        problem = cls(space, objectives, reference, fixed or {}, aspired)
        _ = problem.pinned_space  # a fixed value that does not fit is an error here
        return problem

    @cached_property
    def pinned_space(self) -> Space:
        """The part of the space with the fixed values (`Space.pin`); the whole space if there are none."""
        return self.space.pin(self.fixed) if self.fixed else self.space

    def reference_point(self, trials: Trials) -> NDArray[np.float64]:
        """Return ``m`` losses, within the limits: the given reference point, or the default one for these trials."""
        if self.reference is None:
            return pareto.reference_point(trials.losses, self.objectives.limits)
        return np.asarray(np.minimum(self.reference, self.objectives.limits))

    def usable_trials(self, trials: Trials) -> Trials:
        """Return the trials to learn from: without lost ones, under this problem's limits, with penalties as failures.

        Raises:
            InvalidInputError: they are of another space or of other objectives.
        """
        if not isinstance(trials, Trials):
            raise InvalidInputError(f"trials must be Trials, such as Trials(space, objectives), but are {trials!r}")
        trials = trials[~trials.is_lost]
        theirs, ours = ({o.name: o.goal for o in some} for some in (trials.objectives, self.objectives))
        if list(theirs.items()) != list(ours.items()):
            raise InvalidInputError(f"the trials have objectives {theirs}, not {ours}")
        for name in {**trials.space, **self.space}:
            if trials.space.get(name) != self.space.get(name):
                difference = f"{name} is {trials.space.get(name)} there and {self.space.get(name)} here"
                raise InvalidInputError(f"the trials are of another space: {difference}")
        for number, params in zip(trials.numbers, trials.params, strict=True):
            try:
                self.space.check(params)
            except InvalidInputError as error:
                raise InvalidInputError(f"trial {number} does not fit the space: {error}") from error
        return mark_penalties_failed(
            trials if trials.objectives == self.objectives else trials.with_objectives(self.objectives)
        )


def check_aspiration(aspiration: ArrayLike, m: int) -> NDArray[np.float64]:
    """Return ``m`` losses, infinite where nothing is aspired to.

    Raises:
        InvalidInputError: they are other values.
    """
    try:
        losses = np.asarray(aspiration, float)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"aspiration must be {m} numbers, but is {aspiration!r}") from error
    if losses.shape != (m,) or np.isnan(losses).any() or not np.isfinite(losses).any():
        raise InvalidInputError(f"aspiration must be {m} losses, one of them finite, but is {aspiration!r}")
    return losses
