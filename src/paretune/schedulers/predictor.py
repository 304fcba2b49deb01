"""Learn which reported metric, at a given step, predicts the final value of an objective."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from paretune.objectives import Objective

MIN_ENDED = 8  # trials that ended; with fewer, a rank correlation is luck
MIN_CORRELATION = 0.3  # which a predictor has at least, in spite of its error
N_ERRORS = 2.0  # standard errors that a correlation may be too large by chance
N_ERRORS_TO_REPLACE = 1.0  # of the difference, by which another metric must be better than the objective itself


@dataclass(frozen=True)
class Predictor:
    """A metric that predicts an objective's final loss.

    Args:
        objective: the name of the objective.
        metric: the name of the metric; empty if the objective is the same for all trials.
        sign: 1 if a smaller value of the metric predicts a smaller loss, -1 if a larger one does.
        correlation: the rank correlation (Spearman) with the final loss; 1 if the final value is known already.
        n: how many ended trials it is learned from; 0 if the final value is known already.
    """

    objective: str
    metric: str
    sign: float
    correlation: float = 1.0
    n: int = 0

    def losses(self, metrics: Mapping[str, NDArray[np.float64]], n: int) -> NDArray[np.float64]:
        """Return ``n`` numbers that order trials as their final losses are expected to; NaN where not reported."""
        return self.sign * metrics[self.metric] if self.metric else np.zeros(n)

    def __str__(self) -> str:
        """The predictor in words, such as ``accuracy by loss (rank correlation 0.75, 12 trials)``."""
        if self.n == 0:
            return f"{self.objective} (known)"
        return f"{self.objective} by {self.metric} (rank correlation {self.correlation:.2f}, {self.n} trials)"


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A metric, and its rank correlation with the final loss.

    Args:
        metric: its name.
        sign: see `Predictor`.
        correlation: signed so that a positive one predicts the loss.
        without: ``n`` correlations, each without one of the trials; NaN for a trial that lacks the metric.
        n: how many trials have the metric.
    """

    metric: str
    sign: float
    correlation: float
    without: NDArray[np.float64] = field(repr=False)
    n: int

    @property
    def lower_bound(self) -> float:
        """The correlation less its standard errors (1 - r^2) / sqrt(n - 1)."""
        return self.correlation - N_ERRORS * (1 - self.correlation**2) / float(np.sqrt(self.n - 1))


def find_predictor(
    objective: Objective, final: NDArray[np.float64], metrics: Mapping[str, NDArray[np.float64]]
) -> Predictor | None:
    """Find the metric at a step that predicts the final loss of an objective best.

    The objective itself is the default. Another metric replaces it only if its correlation is larger by more than the
    standard error of the difference, by leave-one-out (the jackknife), so that few trials do not choose by luck.

    Args:
        objective: the objective.
        final: ``n`` final losses of trials that ended.
        metrics: by name, ``n`` values that these trials had at the step; NaN where not reported.

    Returns:
        None with fewer than `MIN_ENDED` trials, or if no metric predicts the final loss.

    Example:
        >>> from paretune.objectives import Maximize
        >>> accuracy = np.linspace(0.1, 0.9, 9)
        >>> str(find_predictor(Maximize("accuracy"), -accuracy, {"accuracy": np.full(9, 0.1), "loss": 2 - accuracy}))
        'accuracy by loss (rank correlation 1.00, 9 trials)'
    """
    if len(final) < MIN_ENDED:
        return None
    if np.ptp(final) == 0:
        return Predictor(objective.name, "", 1.0)
    signs = {objective.name: objective.sign}
    found = [_candidate(name, values, final, signs.get(name)) for name, values in metrics.items()]
    candidates = [candidate for candidate in found if candidate is not None]
    chosen = _choose(candidates, objective.name)
    if chosen is None or chosen.lower_bound < MIN_CORRELATION:
        return None
    return Predictor(objective.name, chosen.metric, chosen.sign, chosen.correlation, chosen.n)


def _choose(candidates: list[_Candidate], default: str) -> _Candidate | None:
    own = next((candidate for candidate in candidates if candidate.metric == default), None)
    best = max(candidates, key=lambda candidate: candidate.lower_bound, default=None)
    if own is None or best is None or best is own:
        return best
    return best if _is_clearly_better(best, own) else own


def _is_clearly_better(one: _Candidate, other: _Candidate) -> bool:
    differences = one.without - other.without
    differences = differences[np.isfinite(differences)]
    if len(differences) < MIN_ENDED:
        return False
    n = len(differences)
    error = np.sqrt((n - 1) / n * ((differences - differences.mean()) ** 2).sum())
    return bool(one.correlation - other.correlation > N_ERRORS_TO_REPLACE * error)


def _candidate(
    metric: str, values: NDArray[np.float64], final: NDArray[np.float64], sign: float | None
) -> _Candidate | None:
    """Correlate a metric with the final losses; its own sign is known only for the objective itself."""
    from scipy.stats import rankdata  # noqa: PLC0415 (slow to load, and most studies stop no trials)

    known = np.flatnonzero(np.isfinite(values))
    if len(known) < MIN_ENDED:
        return None
    if np.ptp(values[known]) == 0:
        return _Candidate(metric, sign or 1.0, 0.0, np.where(np.isfinite(values), 0.0, np.nan), len(known))
    a, b = (rankdata(column[known]) - (len(known) + 1) / 2 for column in (values, final))
    if not b.any():
        return None
    correlation = float((a * b).sum() / np.sqrt((a**2).sum() * (b**2).sum()))
    sign = (1.0 if correlation >= 0 else -1.0) if sign is None else sign
    without = np.full(len(values), np.nan)
    without[known] = sign * _leave_one_out(a, b)
    return _Candidate(metric, sign, sign * correlation, without, len(known))


def _leave_one_out(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the correlation of two centred columns without each of the ``n`` rows, in closed form."""
    share = len(a) / (len(a) - 1)
    products, a_squares, b_squares = a * b, a**2, b**2
    covariance = products.sum() - share * products
    variances = (a_squares.sum() - share * a_squares) * (b_squares.sum() - share * b_squares)
    return np.asarray(covariance / np.sqrt(np.maximum(variances, 1e-12)))
