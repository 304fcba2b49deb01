"""Compare two modes of the hyperparameters' posterior: ``python experiments/003-diatoms/hyperparameter_modes.py``.

The accuracy of each archived Bayesian search is fitted twice after some of its trials: from the engine's start, with
short length scales and little noise, and from a start with longer length scales and much noise. For both modes it
prints the noise, the log density of hyperparameters and accuracies, and the log volume of the mode by Laplace's
approximation (MacKay 2003, "Information theory, inference, and learning algorithms", chapter 27).
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
from paretune.engine.models.map_fit import START_LOG_LENGTHSCALE, fit_map, negative_log_density
from paretune.engine.models.surrogate import NOISE_PRIOR, features, gaussian_evidence, nominal_mask
from paretune.workloads import load_workload

RESULTS = Path(__file__).parent / "results" / "cpu"
AFTER = (15, 25, 35, 45, 60)
STARTS = {
    "short": (START_LOG_LENGTHSCALE, 0.01),
    "noisy": (1.0, 0.5),
}  # log of the length scales, variance of the noise
STEP, MIN_CURVATURE = 1e-3, 1e-2


def log_volume(
    kernel: MixedKernel, noise: float, gradient: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> float:
    """Return the log volume of a mode up to a constant: half the log determinant of the inverse curvature."""
    mode = np.log([*kernel.lengthscale[0].tolist(), kernel.weight.item(), noise])
    steps = STEP * np.eye(len(mode))
    curvature = np.array([(gradient(mode + step) - gradient(mode - step)) / (2 * STEP) for step in steps])
    curvatures = np.linalg.eigvalsh((curvature + curvature.T) / 2).clip(MIN_CURVATURE)
    return float(-0.5 * np.log(curvatures).sum())


def fit_modes(X: Tensor, y: Tensor, is_nominal: Tensor) -> dict[str, float]:
    """Return noise, log density and log volume of the mode from each start."""
    found, evidence = {}, gaussian_evidence(y, torch.zeros_like(y))
    for name, (start_log_lengthscale, start) in STARTS.items():
        kernel = MixedKernel(is_nominal)
        noise, log_density = fit_map(kernel, X, evidence, NOISE_PRIOR, start, start_log_lengthscale)
        loss = negative_log_density(kernel, X, evidence, NOISE_PRIOR)
        volume = log_volume(kernel, noise, lambda logs, loss=loss: loss(logs)[1])
        found |= {f"noise, {name}": noise, f"density, {name}": log_density, f"volume, {name}": volume}
    return found


def main() -> None:
    """Print one line per history, and the number of histories in which the noisy mode has the larger evidence."""
    torch.set_num_threads(1)
    space, rows = load_workload("diatoms").space, []
    for path in sorted(RESULTS.rglob("bayes-*[0-9].csv.gz")):
        trials = pd.read_csv(path)
        for n in AFTER:
            complete = trials[:n][trials.state[:n] == "complete"]
            X = space.encode(complete[list(space)].to_dict("records"))
            y = torch.tensor(
                ((complete.accuracy - complete.accuracy.mean()) / complete.accuracy.std(ddof=0)).to_numpy()
            )
            rows.append(
                {"study": path.name.split(".")[0], "trials": n, **fit_modes(features(space, X), y, nominal_mask(space))}
            )
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
