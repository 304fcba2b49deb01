"""Programs of users that `make check` type-checks: the public names have types, and wrong uses are errors."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

from paretune import Categorical, Float, Int, Maximize, Minimize, ParetoSampler, Space, Study, Trials, pareto, suggest
from paretune.confidence import Comparison, compare
from paretune.measure import latency
from paretune.reports import Run, Summary, summarize, write_report


def evaluate(params: Mapping[str, Any]) -> dict[str, float]:
    """A training with two metrics."""
    return {"accuracy": 1 - 1 / params["width"], "latency": params["width"] * 1e-4}


def search(folder: Path) -> Trials:
    """Search, and read the result."""
    space = {"width": Int(8, 256, log=True), "rate": Float(1e-4, 1.0, log=True), "act": Categorical(["relu", "tanh"])}
    study = Study(space, [Maximize("accuracy", at_least=0.6), Minimize("latency", unit="s")], storage=folder / "s.db")
    study.run(evaluate, n_trials=12, workers=2)
    assert_type(study.front(), Trials)
    assert_type(study.trials.losses, NDArray[np.float64])
    asked = study.ask()
    study.tell(asked, {"accuracy": 0.5, "latency": 0.1})
    return study.trials


def compare_two(first: Trials, second: Trials, folder: Path) -> Comparison:
    """Compare two studies, and write a report."""
    summary = summarize(Run("first", first), Run("second", second))
    assert_type(summary, Summary)
    assert_type(write_report(summary, folder), Path)
    assert_type(pareto.hypervolume(first.losses, [1.0, 1.0]), float)
    return compare(first, second)


def plugins(trials: Trials) -> None:
    """Use the engine by itself, and as a sampler."""
    assert_type(suggest(trials, trials.space, trials.objectives, q=2, seed=0), list[dict[str, Any]])
    ParetoSampler(seed=0, search_space=Space({"x": Float(0, 1)}))
    latency(lambda: None, device="cpu")
    Study({"x": 3}, [Maximize("accuracy")])  # type: ignore[dict-item] # 3 is no parameter
    Study({"x": Float(0, 1)}, ["accuracy"])  # type: ignore[list-item] # a name is no objective
