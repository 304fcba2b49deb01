"""Search the best trade-offs of a small training that may run out of memory."""

from pathlib import Path

import optuna
import optunahub


def train(trial: optuna.Trial) -> tuple[float, float]:
    """Return the accuracy and the seconds of a net."""
    width, depth = trial.suggest_int("width", 8, 256, log=True), trial.suggest_int("depth", 1, 4)
    if width * depth > 600:
        raise MemoryError("does not fit")  # a failed trial shows where not to search
    return 1 - 1 / (width * depth), width**2 * depth * 1e-6


registry = Path(__file__).parents[2]  # with optunahub.load_module("samplers/paretune") it is downloaded
module = optunahub.load_local_module("samplers/paretune", registry_root=str(registry))
study = optuna.create_study(directions=["maximize", "minimize"], sampler=module.ParetoSampler(seed=0))
study.optimize(train, n_trials=12, catch=MemoryError)
for trial in study.best_trials:
    print(trial.values, trial.params)  # noqa: T201 (an example)
