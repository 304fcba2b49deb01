"""Bayesian optimization: Gaussian processes and the expected hypervolume improvement."""

from __future__ import annotations

from dataclasses import dataclass

from paretune.engine import suggest
from paretune.engine.suggest import N_STARTUP_TRIALS
from paretune.searchers.options import AnyText, option
from paretune.searchers.searcher import Context, Suggestion
from paretune.space import Int
from paretune.trials import Trials
from paretune.trials.target_conditions import target_losses


@dataclass(frozen=True)
class BayesSearch:
    """Suggest the trial with the largest expected improvement of the front, by `paretune.engine.suggest`.

    Args:
        n_startup_trials: how many trials, failed ones included, follow a Sobol sequence first.
        device: where the models are computed, a name that torch knows.
        prefer: conditions on objectives, such as ``accuracy>=0.8``. The part of the front within them is resolved
            first, the rest later.

    Example:
        >>> from paretune import Float, Minimize, Objectives, Space
        >>> space, objectives = Space({"x": Float(0, 1)}), Objectives([Minimize("loss")])
        >>> sorted(BayesSearch().suggest(Trials(space, objectives), Context(space, objectives)).params)
        ['x']
    """

    n_startup_trials: int = option(
        N_STARTUP_TRIALS, Int(1, 10_000), "number of trials of a Sobol sequence that begin the search"
    )
    device: str = "cpu"
    prefer: str = option("", AnyText(), "part of the front to resolve first, such as accuracy>=0.8")

    def suggest(self, trials: Trials, context: Context) -> Suggestion:
        """See `Searcher`."""
        (params,) = suggest(
            trials,
            context.space,
            context.objectives,
            seed=context.seed,
            reference_point=context.reference,
            n_startup_trials=self.n_startup_trials,
            may_repeat=context.may_repeat,
            fixed=context.fixed,
            aspiration=target_losses(self.prefer, context.objectives) if self.prefer else None,
            device=self.device,
        )
        return Suggestion(params)
