"""The contract of a searcher: from trials and a context to a suggestion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from numpy.typing import ArrayLike

from paretune.engine.initial_design import check_seed
from paretune.objectives import Objectives
from paretune.space import Params, Space
from paretune.space.values import check_instance
from paretune.trials import Trials


@dataclass(frozen=True)
class Context:
    """What a searcher knows besides the trials.

    Args:
        space: the parameters.
        objectives: ``m`` objectives, with limits.
        seed: the same trials and seed give the same suggestion.
        reference: ``m`` losses; nothing worse adds to the front. None lets the searcher choose.
        fixed: values that the suggestion must have. Only `BayesSearch` reads them.
        n_ahead: how many earlier trials are still waiting for their suggestions. A design leaves its next
            ``n_ahead`` configurations to them.
        may_repeat: whether what was tried may be suggested again. Only `BayesSearch` reads it.

    Raises:
        InvalidInputError: the space is no `Space`, the objectives are no `Objectives`, or the seed is negative.
    """

    space: Space
    objectives: Objectives
    seed: int = 0
    reference: ArrayLike | None = None
    fixed: Params = field(default_factory=dict)
    n_ahead: int = 0
    may_repeat: bool = False

    def __post_init__(self) -> None:
        check_instance("space", self.space, Space)
        check_instance("objectives", self.objectives, Objectives)
        check_seed(self.seed)


@dataclass(frozen=True)
class Suggestion:
    """What to try next.

    Args:
        params: a configuration of the space.
    """

    params: Mapping[str, Any]


class Searcher(Protocol):
    """Chooses the next trial.

    A searcher has no state of its own: all it knows follows from the trials. So a search that was stopped and resumed
    suggests what it would have suggested without the stop.
    """

    def suggest(self, trials: Trials, context: Context) -> Suggestion:
        """Suggest the next trial.

        Args:
            trials: ``n`` trials so far, of the context's space and objectives; pending ones included.
            context: see `Context`.

        Raises:
            SpaceExhaustedError: a finite space has nothing left to try.
        """
        ...
