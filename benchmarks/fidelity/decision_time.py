"""Measure the CPU time of one decision at 500 trials of 100 steps: `python benchmarks/fidelity/decision_time.py`.

It prints the median and the largest of the CPU times of `paretune.should_prune` at a rung, in an Optuna study in
memory and in an SQLite file, and the time of a report.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import optuna
from optuna.distributions import FloatDistribution
from optuna.trial import TrialState, create_trial

import paretune
from paretune.schedulers import Asha

N_TRIALS, N_STEPS, N_REPEATS = 500, 100, 12
NAMES = ["error", "latency"]


def main() -> None:
    """Measure and print."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        for label, storage in (("memory", None), ("SQLite", f"sqlite:///{Path(folder) / 'study.db'}")):
            study = filled_study(storage)
            first, *decisions, reports = measure(study)
            print(  # noqa: T201 (a command)
                f"{label}: should_prune at a rung, first {1000 * first:.0f} ms, then median "
                f"{1000 * np.median(decisions):.0f} ms, largest {1000 * max(decisions):.0f} ms; "
                f"report {1000 * reports:.2f} ms"
            )


def filled_study(storage: str | None) -> optuna.Study:
    """Return a study with 500 trials of two objectives and five metrics a step; two in three were stopped."""
    rng = np.random.default_rng(0)
    study = optuna.create_study(directions=["minimize", "minimize"], storage=storage)
    study.add_trials([_trial(i, *rng.random(2), rng) for i in range(N_TRIALS)])
    return study


def _trial(i: int, quality: float, latency: float, rng: np.random.Generator) -> optuna.trial.FrozenTrial:
    is_complete = i % 3 == 0
    losses = quality + 1 / np.arange(1, N_STEPS + 1) + rng.normal(0, 0.05, N_STEPS)
    steps = [
        {"step": s, "error": loss, "latency": latency, "loss": loss + 1, "norm": loss * 2, "rate": 0.1}
        for s, loss in enumerate(losses, start=1)
    ]
    return create_trial(
        state=TrialState.COMPLETE if is_complete else TrialState.PRUNED,
        values=[quality, latency] if is_complete else None,
        params={"x": quality},
        distributions={"x": FloatDistribution(0, 1)},
        user_attrs={"paretune:steps": steps},
    )


def measure(study: optuna.Study) -> list[float]:
    """Return the seconds of each decision, and the mean seconds of a report."""
    rule, times, reports = Asha(max_resource=81, eta=3, exempt=0), [], []
    for k in range(N_REPEATS):
        trial = study.ask({"x": FloatDistribution(0, 1)})
        for step in (1, 2, 3):
            start = time.process_time()
            paretune.report(
                trial, {"error": 0.5, "latency": k / N_REPEATS, "loss": 1.5, "norm": 1.0, "rate": 0.1}, step
            )
            reports.append(time.process_time() - start)
            start = time.process_time()
            paretune.should_prune(trial, rule, objectives=NAMES)
            if step in (1, 3):
                times.append(time.process_time() - start)
        study.tell(trial, state=TrialState.FAIL)
    return [*times, float(np.mean(reports))]


if __name__ == "__main__":
    main()
