"""How well shared weights ranked the configurations that were trained, compared with the size alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import kendalltau, spearmanr

from paretune.number_format import format_number
from paretune.reports.summary import Summary
from paretune.reports.tables import Row
from paretune.trials import Trials

INHERITED, SIZE = "inherited_", "n_parameters"
_MIN_TRIALS = 3  # with fewer, a rank correlation says nothing


def rank_correlations(trials: Trials) -> list[dict[str, Any]]:
    """Correlate estimates by shared weights, and the number of weights, with the objectives of trained configurations.

    Args:
        trials: complete ones with the metric ``inherited_<objective>`` count.

    Returns:
        For each objective and each of the two estimates ``objective``, ``estimate``, ``kendall``, ``spearman`` and
        ``n``, the number of trials. An estimate that is equal for all trials, or known for fewer than 3, is left out.
    """
    found = []
    for i, name in enumerate(trials.objectives.names):
        metrics = [trials.metrics[row] for row in np.flatnonzero(trials.is_complete)]
        values = trials.values[trials.is_complete, i]
        is_known = np.array([f"{INHERITED}{name}" in each for each in metrics], dtype=bool)
        for estimate in (f"{INHERITED}{name}", SIZE):
            estimates = np.array([float(each.get(estimate, np.nan)) for each in metrics])
            rows = is_known & np.isfinite(estimates)
            if rows.sum() < _MIN_TRIALS or np.ptp(estimates[rows]) == 0 or np.ptp(values[rows]) == 0:
                continue
            pair = (estimates[rows], values[rows])
            kendall, spearman = float(kendalltau(*pair).statistic), float(spearmanr(*pair).statistic)
            found.append(
                {
                    "objective": name,
                    "estimate": estimate,
                    "kendall": kendall,
                    "spearman": spearman,
                    "n": int(rows.sum()),
                }
            )
    return found


def shared_weights_table(summary: Summary) -> list[Row]:
    """A row for each estimate, with its rank correlations."""
    return [
        {
            "estimate": found["estimate"].replace("_", " ").replace(SIZE.replace("_", " "), "number of weights alone"),
            "of": found["objective"],
            "Kendall": format_number(found["kendall"]),
            "Spearman": format_number(found["spearman"]),
            "trials": str(found["n"]),
        }
        for found in rank_correlations(summary.trials)
    ]
