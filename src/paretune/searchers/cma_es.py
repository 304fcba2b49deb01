"""CMA-ES for mixed spaces with restarts; for several objectives runs of scalarisations side by side."""

from __future__ import annotations

from dataclasses import dataclass

from paretune.errors import InvalidInputError
from paretune.searchers.cma_runs import CmaRuns, RunSettings
from paretune.searchers.options import option
from paretune.searchers.rounds import suggest_in_rounds
from paretune.searchers.searcher import Context, Suggestion
from paretune.space import Float, Int
from paretune.trials import Trials

_MIN_POPULATION = 4


@dataclass(frozen=True)
class CmaEsSearch:
    """Suggest the next point of a CMA-ES with margin for a mixed space (CatCMAwM, Hamano et al. 2025).

    Continuous parameters have a normal distribution. So have ordered ones with 3 to 200 levels, with a margin that
    keeps every level possible. Choices and parameters with two levels have probabilities of their own. Ordered
    parameters with more levels are rounded. A parameter that does not exist in a configuration is drawn all the same,
    and ignored. Results count by their order alone: complete trials first, then stopped ones, then those outside the
    limits by how far, then failed ones.

    - One objective: a run that has converged, or has not improved for ``patience`` rounds, begins again at a random
      place with twice the population (IPOP, Auger and Hansen 2005).
    - Several objectives: each run minimises a weighted Chebyshev distance of the losses' ranks, with the next weights
      of an even sequence. ``runs`` of them go on side by side. After ``rounds`` rounds a run ends, and the next one on
      its side begins at the best trial of this side for its weights.

    Rounds are synchronous, but with several runs the slots that would wait serve the next run. If all runs wait, a slot
    gets a draw from the present distribution; no round learns from it.

    Args:
        population: number of trials in a round; 0 means 4 + 3 ln d for ``d`` parameters.
        sigma: first standard deviation, as a share of the range.
        patience: after how many rounds without an improvement a run begins again.
        runs: how many runs go on side by side if there are several objectives.
        rounds: how many rounds a run has if there are several objectives.

    Raises:
        InvalidInputError: the population is 1, 2 or 3.
    """

    population: int = option(0, Int(0, 10_000), "number of trials in a round; 0 chooses it by the number of parameters")
    sigma: float = option(0.25, Float(1e-6, 1), "first standard deviation, as a share of the range")
    patience: int = option(12, Int(1, 10_000), "number of rounds without improvement before a restart")
    runs: int = option(2, Int(1, 100), "number of runs side by side, for several objectives")
    rounds: int = option(6, Int(1, 10_000), "number of rounds of a run, for several objectives")

    def __post_init__(self) -> None:
        if 0 < self.population < _MIN_POPULATION:
            raise InvalidInputError(
                f"population of searcher cma-es must be 0 or at least {_MIN_POPULATION}, but is {self.population}"
            )

    def suggest(self, trials: Trials, context: Context) -> Suggestion:
        """See `Searcher`."""
        is_single = len(context.objectives) == 1
        settings = RunSettings(
            self.population,
            self.sigma,
            self.patience,
            None if is_single else self.rounds,
            1 if is_single else self.runs,
        )
        return suggest_in_rounds(
            lambda: [CmaRuns(settings, context, i) for i in range(settings.n_sides)], trials, context
        )
