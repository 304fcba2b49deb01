"""What do directions gain where a front is long, and what do they lose? ``python benchmarks/long_fronts.py``.

Of three and of four objectives whose trials are nearly all on the front: what the best of 1,400 places by directions is
worth of the best by the cells above the front, with references near and far; and the seconds of a suggestion by each.
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
from paretune.engine.acquisition.directional_ehvi import LogDirectionalImprovement
from paretune.engine.acquisition.expected_hypervolume import LogExpectedHypervolumeImprovement, Straighten, values
from paretune.engine.maximize import candidates
from paretune.engine.models import front_model
from paretune.engine.models.front_model import Belief
from paretune.engine.models.surrogate import bent_gains, straight_gains

SPACE = Space({f"x{i}": Float(0, 1) for i in range(6)})
CASES = ((3, 400), (3, 1_500), (4, 150), (4, 600), (4, 1_500))
LONG_ENOUGH, REFERENCES, N_FRONTS = ((3, 260), (4, 90)), (1.5, 3.0, 10.0), 6
SPREAD = 0.1


def history(m: int, n: int, seed: int) -> tuple[Trials, NDArray[np.float64]]:
    """``n`` trials near the front of DTLZ2 with ``m`` objectives, and the reference."""
    places = np.random.default_rng(seed).random((n, len(SPACE)))
    places[:, m - 1 :] = 0.5 + SPREAD * (places[:, m - 1 :] - 0.5)
    angles, distance = places[:, : m - 1] * np.pi / 2, ((places[:, m - 1 :] - 0.5) ** 2).sum(axis=1)
    parts = [np.cos(angles[:, :i]).prod(axis=1) * (np.sin(angles[:, i]) if i < m - 1 else 1) for i in range(m)]
    losses = (1 + distance[:, None]) * np.column_stack(parts)
    wanted = Objectives([Minimize(f"loss_{i}") for i in range(m)])
    return Trials(SPACE, wanted, tuple(SPACE.decode(places)), losses=losses), np.full(m, 1.5)


def seconds(trials: Trials, reference: NDArray[np.float64], *, by_cells: bool) -> float:
    """Of one suggestion."""
    kept = front_model.MOST_ON_FRONT
    front_model.MOST_ON_FRONT = {} if by_cells else dict.fromkeys(kept, 0)
    started = time.perf_counter()
    suggest(trials, SPACE, trials.objectives, reference_point=reference)
    front_model.MOST_ON_FRONT = kept
    return time.perf_counter() - started


def worth(m: int, n: int, far: float, seed: int) -> float:
    """The expected improvement of the best place by directions, over that of the best by cells.

    Args:
        m: how many objectives.
        n: trials, enough for directions to be used.
        far: the reference of each loss; 1 is the worst on the front.
        seed: of the trials and places.
    """
    trials, _ = history(m, n, seed)
    held = Belief.of(trials, np.ones(n, bool), SPACE, np.full(m, far))
    means, straighten, bend = held.see(held.seen), *scales(held)
    with torch.no_grad():
        means = held.model.posterior(means).mean
    front = means[torch.tensor(held.is_front)]
    front = front[(front > held.corner).all(dim=1)]
    places = held.see(candidates(SPACE, held.seen[held.is_front], held.seen, 0, np.random.default_rng(seed)))
    exact = values(LogExpectedHypervolumeImprovement(held.model, front, held.corner, straighten), places)
    rng = np.random.default_rng(seed)
    mean = LogDirectionalImprovement(held.model, front, held.corner, rng, straighten, bend)
    return math.exp(exact[values(mean, places).argmax()] - exact.max())


def scales(held: Belief) -> list[list[Straighten | None]]:
    """From each objective's gains to those whose hypervolume is wanted, and back."""
    return [
        [None if math.isinf(scale.bend) else partial(function, scale) for scale in held.scales]
        for function in (straight_gains, bent_gains)
    ]


def main() -> None:
    """Print both."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None).parse_args()
    torch.set_num_threads(1)
    for m, n in LONG_ENOUGH:
        for far in REFERENCES:
            found = [worth(m, n, far, seed) for seed in range(N_FRONTS)]
            told = f"mean {np.mean(found):.2f}, least {min(found):.2f} of {N_FRONTS} fronts"
            print(f"{m} objectives, reference {far:g}: worth of the best place, {told}", flush=True)  # noqa: T201 (a command)
    seconds(*history(3, 20, 0), by_cells=False)  # loads what is loaded once
    for m, n in CASES:
        trials, reference = history(m, n, 0)
        n_front = int(pareto.is_nondominated(trials.losses).sum())
        cells, directions = (seconds(trials, reference, by_cells=by_cells) for by_cells in (True, False))
        told = f"by cells {cells:.1f} s, by directions {directions:.1f} s, {cells / directions:.1f} times"
        print(f"{m} objectives, {n:,} trials, {n_front:,} on the front: {told}", flush=True)  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
