"""Noise, or short length scales? ``python experiments/003-diatoms/two_modes.py``, of the Bayesian seeds that are kept.

The accuracy of each search after some of its trials is fitted twice: from where the engine begins, short length scales
and little noise, and from longer ones and much noise. Of both modes it prints the noise, the log density of the
hyperparameters and the accuracies, and the log of the mode's volume by Laplace's approximation (MacKay 2003,
"Information theory, inference, and learning algorithms", chapter 27).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from paretune.engine.models.kernel import MixedKernel
from paretune.engine.models.map_fit import FIRST_LENGTH, minus_log_density, posterior_mode
from paretune.engine.models.surrogate import NOISE_PRIOR, features, gaussian_evidence, nominal
from paretune.workloads import load

RESULTS = Path(__file__).parent / "results" / "cpu"
AFTER = (15, 25, 35, 45, 60)
BEGINNINGS = {"short": (FIRST_LENGTH, 0.01), "noisy": (1.0, 0.5)}  # log of the length scales, variance of the noise
STEP, FLATTEST = 1e-3, 1e-2


def log_volume(
    kernel: MixedKernel, noise: float, slopes: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> float:
    """Of a mode, up to a constant: half the log determinant of the inverse curvature, in logarithms."""
    mode = np.log([*kernel.lengthscale[0].tolist(), kernel.weight.item(), noise])
    steps = STEP * np.eye(len(mode))
    curvature = np.array([(slopes(mode + step) - slopes(mode - step)) / (2 * STEP) for step in steps])
    widths = np.linalg.eigvalsh((curvature + curvature.T) / 2).clip(FLATTEST)
    return float(-0.5 * np.log(widths).sum())


def modes(X: Tensor, y: Tensor, kinds: Tensor) -> dict[str, float]:
    """Noise, log density and log volume from each beginning."""
    found, evidence = {}, gaussian_evidence(y, torch.zeros_like(y))
    for name, (first_length, start) in BEGINNINGS.items():
        kernel = MixedKernel(kinds)
        noise, log_density = posterior_mode(kernel, X, evidence, NOISE_PRIOR, start, first_length)
        loss = minus_log_density(kernel, X, evidence, NOISE_PRIOR)
        volume = log_volume(kernel, noise, lambda logs, loss=loss: loss(logs)[1])
        found |= {f"noise, {name}": noise, f"density, {name}": log_density, f"volume, {name}": volume}
    return found


def main() -> None:
    """Print a line a history, and how often the noisy mode has more."""
    torch.set_num_threads(1)
    space, rows = load("diatoms").space, []
    for path in sorted(RESULTS.rglob("bayes-*[0-9].csv.gz")):
        trials = pd.read_csv(path)
        for n in AFTER:
            told = trials[:n][trials.state[:n] == "complete"]
            X = space.encode(told[list(space)].to_dict("records"))
            y = torch.tensor(((told.accuracy - told.accuracy.mean()) / told.accuracy.std(ddof=0)).to_numpy())
            rows.append({"study": path.name.split(".")[0], "trials": n, **modes(features(space, X), y, nominal(space))})
    table = pd.DataFrame(rows)
    density = table["density, noisy"] - table["density, short"]
    evidence = density + table["volume, noisy"] - table["volume, short"]
    table = table.assign(density=density, evidence=evidence)
    print(table.round(2).to_string(index=False))  # noqa: T201 (a command)
    for name, more in (("density", density), ("evidence", evidence)):
        counts = f"more in {(more > 0.1).sum()}, less in {(more < -0.1).sum()} of {len(more)}"
        print(f"the noisy mode's {name}: {counts}, from {more.min():.1f} to {more.max():.1f}")  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
