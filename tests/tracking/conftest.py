"""A study with trials that end in every possible way."""

import optuna
import pytest

from paretune import Categorical, Float, Int, Maximize, Minimize, Study, TrialFailedError
from paretune.evaluation.contract import STEPS_METRIC
from paretune.tracking import logged_trials

SPACE = {
    "x": Float(0, 1),
    "k": Int(1, 8, log=True),
    "act": Categorical(["relu", None]),
    "flag": Categorical([True, False], when={"act": "relu"}),
    "batch (max)": Categorical([16, 32, 64]),
}
POINTS = [
    {"x": 0.1, "k": 1, "act": "relu", "flag": True, "batch (max)": 16},
    {"x": 0.2, "k": 2, "act": None, "batch (max)": 32},
    {"x": 0.3, "k": 3, "act": "relu", "flag": False, "batch (max)": 64},
    {"x": 0.4, "k": 4, "act": None, "batch (max)": 16},
    {"x": 0.5, "k": 5, "act": None, "batch (max)": 16},
]


def train(params):
    x = params["x"]
    if x == 0.2:
        raise ValueError("wrong | shape\nin two lines")
    if x == 0.3:
        return {"accuracy": float("nan"), "latency": 0.5}
    if x == 0.4:
        raise TrialFailedError("out_of_memory", "12 GB needed", {"latency": 0.25})
    steps = [{"step": 10 * i, "accuracy": x * i} for i in range(1, 4)]
    return {"accuracy": x, "latency": 1 - x, "latency_se": 0.01, "device": "tiny", STEPS_METRIC: steps}


@pytest.fixture
def study():
    made = Study(
        SPACE,
        [Maximize("accuracy", at_least=0.05), Minimize("latency", at_most=0.95, unit="s")],
        storage=optuna.storages.InMemoryStorage(),
        name="nets",
        searcher="random",
        seed=3,
    )
    for point in POINTS:
        made.enqueue(point)
    made.run(train, len(POINTS))
    return made


@pytest.fixture
def trials(study):
    """The trials in the form for trackers."""
    stored = study.view()
    return logged_trials(stored.name, stored.trials, stored.records, stored.origin)
