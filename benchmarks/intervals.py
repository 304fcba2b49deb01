"""How often do the 95 % intervals of `compare` hold the truth? Run it: ``python benchmarks/intervals.py``.

Both sides are the same random search, so the true difference is 0; the true hypervolume and share of the merged front
are the means over many searches. Against baselines four times as long, as many trials are needed to match as there are.
"""

from __future__ import annotations

import numpy as np

from paretune import pareto
from paretune.confidence import Estimate, compare, merged_front_share

REFERENCE = (2.2, 2.2)
PAIRS = 300
SETTINGS = [(50, 1), (200, 1), (50, 2), (50, 3), (50, 5), (50, 10)]  # trials, runs
LONGER = 4
TRUTH = 20_000


def search(n: int, rng: np.random.Generator) -> np.ndarray:
    """``n x 2`` losses of a random search, a fifth of them failed: points beyond a quarter circle."""
    angle, radius = rng.uniform(0, np.pi / 2, n), 1 + rng.gamma(2.0, 0.25, n)
    losses = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    losses[rng.random(n) < 0.2] = np.nan
    return losses


def held(estimates: list[Estimate], truth: float) -> str:
    """The share of intervals that hold the truth."""
    inside = [e.low <= truth <= e.high for e in estimates if e.low is not None and e.high is not None]
    return f"{np.mean(inside):.1%}"


def report(n: int, runs: int, rng: np.random.Generator) -> None:
    """Print how often the intervals of one setting hold."""
    volume = float(np.mean([pareto.hypervolume(search(n, rng), REFERENCE) for _ in range(TRUTH)]))
    share = float(np.mean([merged_front_share(search(n, rng), search(n, rng)) for _ in range(TRUTH // 4)]))
    found, matches = [], []
    for _ in range(PAIRS):
        ours, theirs, longer = ([search(size, rng) for _ in range(runs)] for size in (n, n, LONGER * n))
        found.append(compare(ours, theirs, reference=REFERENCE, repeats=400, seed=rng))
        matches.append(compare(ours, longer, reference=REFERENCE, repeats=400, seed=rng).evaluations_to_match)
    fewer = np.mean([match.high is not None and match.high < 1 for match in (f.evaluations_to_match for f in found)])
    matched = np.mean([match.low <= 1 <= (np.inf if match.high is None else match.high) for match in matches])
    print(  # noqa: T201 (a command)
        f"{runs} run(s) a side of {n} trials, {PAIRS} pairs: "
        f"difference {held([f.hypervolume_difference for f in found], 0.0)}, "
        f"hypervolume {held([f.hypervolume.candidate for f in found], volume)}, "
        f"merged-front share {held([f.merged_front_share.candidate for f in found], share)}, "
        f"evaluations to match {matched:.1%}; "
        f"matched by fewer at equal length in {fewer:.1%}, "
        f"probability better 0 or 1 in {np.mean([f.probability_better in (0, 1) for f in found]):.1%}",
        flush=True,
    )


def main() -> None:
    """Print a line for each setting."""
    rng = np.random.default_rng(0)
    for n, runs in SETTINGS:
        report(n, runs, rng)


if __name__ == "__main__":
    main()
