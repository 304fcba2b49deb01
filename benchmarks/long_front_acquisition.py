"""Compare directional with exact expected hypervolume improvement on large fronts.

Run it: ``python benchmarks/long_front_acquisition.py``. There are three and four objectives, and nearly all trials are
on the front. The first lines show the loss in quality: the exact expected improvement of the best of 1,400 places by
directions, over that of the best place by exact improvement (by cells), with near and far reference points. The other
lines show the seconds per suggestion of both.
"""

from __future__ import annotations

import argparse
import math
import time
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from paretune import Float, Minimize, Objectives, Space, Trials, pareto, suggest
from paretune.engine.acquisition import front_model
from paretune.engine.acquisition.directional_ehvi import LogDirectionalImprovement
from paretune.engine.acquisition.expected_hypervolume import (
    GainFunction,
    LogExpectedHypervolumeImprovement,
    acquisition_values,
)
from paretune.engine.acquisition.front_model import FrontModel
from paretune.engine.history import History
from paretune.engine.maximize import candidates
from paretune.engine.models.surrogate import transform_gains, untransform_gains

SPACE = Space({f"x{i}": Float(0, 1) for i in range(6)})
TIMING_CASES = ((3, 400), (3, 1_500), (4, 150), (4, 600), (4, 1_500))
FRONT_CASES, REFERENCES, N_FRONTS = ((3, 260), (4, 90)), (1.5, 3.0, 10.0), 6
SPREAD = 0.1


def draw_trials(m: int, n: int, seed: int) -> tuple[Trials, NDArray[np.float64]]:
    """Draw ``n`` trials near the front of DTLZ2 with ``m`` objectives, and return them with the reference point."""
    places = np.random.default_rng(seed).random((n, len(SPACE)))
    places[:, m - 1 :] = 0.5 + SPREAD * (places[:, m - 1 :] - 0.5)
    angles, distance = places[:, : m - 1] * np.pi / 2, ((places[:, m - 1 :] - 0.5) ** 2).sum(axis=1)
    parts = [np.cos(angles[:, :i]).prod(axis=1) * (np.sin(angles[:, i]) if i < m - 1 else 1) for i in range(m)]
    losses = (1 + distance[:, None]) * np.column_stack(parts)
    objectives = Objectives([Minimize(f"loss_{i}") for i in range(m)])
    return Trials(SPACE, objectives, tuple(SPACE.decode(places)), losses=losses), np.full(m, 1.5)


def suggestion_seconds(trials: Trials, reference: NDArray[np.float64], *, by_cells: bool) -> float:
    """Return the seconds of one suggestion, by cells or by directions."""
    limits = front_model.MAX_FRONT_FOR_CELLS
    front_model.MAX_FRONT_FOR_CELLS = {} if by_cells else dict.fromkeys(limits, 0)
    started = time.perf_counter()
    suggest(trials, SPACE, trials.objectives, reference_point=reference)
    front_model.MAX_FRONT_FOR_CELLS = limits
    return time.perf_counter() - started


def improvement_ratio(m: int, n: int, reference: float, seed: int) -> float:
    """Return the exact expected improvement of the best place by directions, over that of the best place by cells.

    Args:
        m: number of objectives.
        n: number of trials, large enough that the engine uses directions.
        reference: the reference value of each loss. The largest loss on the front is 1.
        seed: seed of the trials and places.
    """
    trials, _ = draw_trials(m, n, seed)
    fitted = FrontModel.fit(History(trials, SPACE), np.full(m, reference))
    means, untransform, transform = fitted.featurize(fitted.places), *gain_functions(fitted)
    with torch.no_grad():
        means = fitted.model.posterior(means).mean
    front = means[torch.tensor(fitted.is_best)]
    front = front[(front > fitted.reference).all(dim=1)]
    pool = candidates(SPACE, fitted.places[fitted.is_best], fitted.places, 0, np.random.default_rng(seed))
    places = fitted.featurize(pool)
    exact = acquisition_values(
        LogExpectedHypervolumeImprovement(fitted.model, front, fitted.reference, untransform), places
    )
    rng = np.random.default_rng(seed)
    mean = LogDirectionalImprovement(fitted.model, front, fitted.reference, rng, untransform, transform)
    return math.exp(exact[acquisition_values(mean, places).argmax()] - exact.max())


def gain_functions(fitted: FrontModel) -> list[list[GainFunction | None]]:
    """Return the functions that convert each objective's gains to gains of the hypervolume, and back."""
    return [
        [None if scale.is_linear else partial(function, scale) for scale in fitted.transforms]
        for function in (untransform_gains, transform_gains)
    ]


def main() -> None:
    """Print the ratios and the seconds."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None).parse_args()
    torch.set_num_threads(1)
    for m, n in FRONT_CASES:
        for reference in REFERENCES:
            ratios = [improvement_ratio(m, n, reference, seed) for seed in range(N_FRONTS)]
            summary = f"mean {np.mean(ratios):.2f}, smallest {min(ratios):.2f} of {N_FRONTS} fronts"
            print(f"{m} objectives, reference {reference:g}: ratio of expected improvements, {summary}", flush=True)  # noqa: T201 (a command)
    suggestion_seconds(*draw_trials(3, 20, 0), by_cells=False)  # warm-up
    for m, n in TIMING_CASES:
        trials, reference = draw_trials(m, n, 0)
        n_front = int(pareto.is_nondominated(trials.losses).sum())
        cells, directions = (suggestion_seconds(trials, reference, by_cells=by_cells) for by_cells in (True, False))
        summary = f"by cells {cells:.1f} s, by directions {directions:.1f} s, {cells / directions:.1f} times"
        print(f"{m} objectives, {n:,} trials, {n_front:,} on the front: {summary}", flush=True)  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
