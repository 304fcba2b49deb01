"""The regression of final losses on early metrics, and what an early metric says of the final loss by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MIN_ENDED = 8  # trials that ended; with fewer, a correlation is luck
MIN_EXPLAINED = 0.1  # of the variance of the final losses, in spite of the error of that share
N_ERRORS = 0.5  # standard errors by which a correlation is taken to be smaller
N_ERRORS_TO_OBSERVE = 2.0  # by which it must differ from none
MAX_CORRELATION = 1 - 1e-9
MAX_LEVERAGE = 0.95  # of one trial; a larger one makes its error without itself arbitrary
MAX_BEYOND = 0.25  # of the range of the final losses so far, by which an estimate may be outside


@dataclass(frozen=True, eq=False)
class EndRegression:
    """Straight lines from each of ``k`` early metrics to the final loss, and how well each predicts it.

    A line's error is that of a trial without which the line was fitted (leave-one-out). The lines are averaged with
    weights that are the likelihoods of those errors, so that a few trials do not choose a metric by luck.

    Args:
        intercepts: ``k`` numbers.
        slopes: ``k`` numbers.
        weights: ``k`` weights, not negative, with the sum 1.
        error: the standard deviation of a final loss around its prediction.
        n: how many trials the lines were fitted to.
        bounds: the least and the largest final loss of these trials.
    """

    intercepts: NDArray[np.float64]
    slopes: NDArray[np.float64]
    weights: NDArray[np.float64]
    error: float
    n: int
    bounds: tuple[float, float]

    @classmethod
    def fit(cls, early: NDArray[np.float64], final: NDArray[np.float64]) -> EndRegression | None:
        """Fit to ``n x k`` early metrics and ``n`` final losses of trials that ended.

        It is None if there are too few of them, or if their final losses are equal. Metrics that one of them lacks, or
        that are equal in all of them, have no weight.

        Example:
            >>> loss = np.linspace(0, 1, 9)
            >>> found = EndRegression.fit(np.column_stack([2 * loss, np.ones(9)]), loss)
            >>> found.slopes.tolist(), found.weights.tolist()
            ([0.5, 0.0], [1.0, 0.0])
        """
        n, k = early.shape
        if n < MIN_ENDED or np.ptp(final) == 0:
            return None
        is_usable = np.isfinite(early).all(axis=0) & (np.ptp(np.nan_to_num(early), axis=0) > 0)
        if not is_usable.any():
            return None
        intercepts, slopes, squares = np.zeros(k), np.zeros(k), np.full(k, np.inf)
        for j in np.flatnonzero(is_usable):
            intercepts[j], slopes[j], squares[j] = _line(early[:, j], final)
        floor = max(float(squares.min()), np.finfo(float).eps * float(final.var()))
        weights = np.where(is_usable, (np.maximum(squares, floor) / floor) ** (-n / 2), 0.0)
        weights /= weights.sum()
        error = float(np.sqrt((weights * np.where(is_usable, squares, 0.0)).sum()))
        return cls(intercepts, slopes, weights, error, n, (float(final.min()), float(final.max())))

    def predict(self, early: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the expected final losses for ``p x k`` early metrics; NaN where one that counts is missing."""
        return np.asarray((self.intercepts + np.where(self.weights > 0, early * self.slopes, 0.0)) @ self.weights)

    def observe(self, early: NDArray[np.float64]) -> Observations | None:
        """Return what early metrics alone say of the final losses: without what is known of the losses of all trials.

        A prediction is drawn towards the mean of all trials. As a measurement of the final loss it would say twice what
        is known of the others. Its normal distribution, divided by that of all trials, is a likelihood (classical
        calibration: Eisenhart 1939, "The interpretation of certain regression methods"). The correlation is taken to
        be smaller by half of its standard error (Fisher's z).

        Args:
            early: ``p x k``, of all trials that have come so far, those that ended included: their spread is that of
                all trials.

        Returns:
            None if they say next to nothing.
        """
        predicted = self.predict(early)
        mean, spread = float(np.nanmean(predicted)), float(np.nanvar(predicted))
        variance = spread + self.error**2
        explained = spread / variance
        cautious = _cautious_share(explained, self.n)
        if cautious < MIN_EXPLAINED or _cautious_share(explained, self.n, N_ERRORS_TO_OBSERVE) == 0:
            return None
        low, high = self.bounds
        beyond = MAX_BEYOND * (high - low)
        losses = np.clip(mean + (predicted - mean) / explained, low - beyond, high + beyond)
        return Observations(losses, float(np.sqrt(variance * (1 - cautious) / cautious)))


@dataclass(frozen=True, eq=False)
class Observations:
    """Final losses as early metrics measure them.

    Args:
        losses: ``p`` losses; NaN where a metric is missing.
        error: their standard error.
    """

    losses: NDArray[np.float64]
    error: float


def _line(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return intercept and slope of the least-squares line, and its mean squared error by leave-one-out."""
    centred = (x - x.mean()) / np.abs(x - x.mean()).max()  # so that no square overflows
    squares = centred @ centred
    by_centred = float(centred @ y / squares)
    slope = by_centred / float(np.abs(x - x.mean()).max())
    leverage = np.minimum(1 / len(x) + centred**2 / squares, MAX_LEVERAGE)
    errors = (y - y.mean() - by_centred * centred) / (1 - leverage)
    return float(y.mean() - slope * x.mean()), slope, float((errors**2).mean())


def _cautious_share(explained: float, n: int, n_errors: float = N_ERRORS) -> float:
    """Return the explained share of the variance for a correlation smaller by some of its standard errors."""
    correlation = min(np.sqrt(explained), MAX_CORRELATION)
    return float(np.tanh(max(np.arctanh(correlation) - n_errors / np.sqrt(n - 3), 0.0)) ** 2)
