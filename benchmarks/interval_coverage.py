"""Measure the coverage of the 95 % intervals of `compare`: ``python benchmarks/interval_coverage.py``.

Both sides are the same random search, so the true difference is 0. The true hypervolume and the true share of the
merged front are means over many searches. The true ratio of evaluations to match is 1; it is estimated against
baselines with four times as many trials.
"""

from __future__ import annotations

import numpy as np

from paretune import pareto
from paretune.confidence import Estimate, compare, merged_front_share

REFERENCE = (2.2, 2.2)
N_PAIRS = 300
SETTINGS = [(50, 1), (200, 1), (50, 2), (50, 3), (50, 5), (50, 10)]  # trials per run, runs
BASELINE_FACTOR = 4
N_FOR_TRUE_MEAN = 20_000


def random_search(n: int, rng: np.random.Generator) -> np.ndarray:
    """Return ``n x 2`` losses of a random search, beyond a quarter circle. A fifth of them are NaN, for failures."""
    angle, radius = rng.uniform(0, np.pi / 2, n), 1 + rng.gamma(2.0, 0.25, n)
    losses = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    losses[rng.random(n) < 0.2] = np.nan
    return losses


def coverage(estimates: list[Estimate], truth: float) -> str:
    """Return the share of intervals that contain the true value."""
    is_inside = [e.low <= truth <= e.high for e in estimates if e.low is not None and e.high is not None]
    return f"{np.mean(is_inside):.1%}"


def print_coverage(n: int, n_runs: int, rng: np.random.Generator) -> None:
    """Print the coverage of the intervals in one setting."""
    volume = float(np.mean([pareto.hypervolume(random_search(n, rng), REFERENCE) for _ in range(N_FOR_TRUE_MEAN)]))
    share = float(
        np.mean([merged_front_share(random_search(n, rng), random_search(n, rng)) for _ in range(N_FOR_TRUE_MEAN // 4)])
    )
    comparisons, matches = [], []
    for _ in range(N_PAIRS):
        candidate, baseline, long_baseline = (
            [random_search(size, rng) for _ in range(n_runs)] for size in (n, n, BASELINE_FACTOR * n)
        )
        comparisons.append(compare(candidate, baseline, reference=REFERENCE, repeats=400, seed=rng))
        matches.append(
            compare(candidate, long_baseline, reference=REFERENCE, repeats=400, seed=rng).evaluations_to_match
        )
    fewer = np.mean(
        [match.high is not None and match.high < 1 for match in (f.evaluations_to_match for f in comparisons)]
    )
    matched = np.mean([match.low <= 1 <= (np.inf if match.high is None else match.high) for match in matches])
    print(  # noqa: T201 (a command)
        f"{n_runs} run(s) per side of {n} trials, {N_PAIRS} pairs: "
        f"difference {coverage([f.hypervolume_difference for f in comparisons], 0.0)}, "
        f"hypervolume {coverage([f.hypervolume.candidate for f in comparisons], volume)}, "
        f"merged-front share {coverage([f.merged_front_share.candidate for f in comparisons], share)}, "
        f"evaluations to match {matched:.1%}; "
        f"interval of evaluations to match below 1 at equal length in {fewer:.1%}, "
        f"probability better 0 or 1 in {np.mean([f.probability_better in (0, 1) for f in comparisons]):.1%}",
        flush=True,
    )


def main() -> None:
    """Print one line per setting."""
    rng = np.random.default_rng(0)
    for n, n_runs in SETTINGS:
        print_coverage(n, n_runs, rng)


if __name__ == "__main__":
    main()
