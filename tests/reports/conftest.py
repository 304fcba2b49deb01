"""Studies with trials in every state."""

from dataclasses import replace

import numpy as np
import pytest

from paretune import Categorical, Float, Maximize, Minimize, Objectives, Space, Trials
from paretune.reports import Run, summarize, write_report

SPACE = Space({"x": Float(0, 1), "kind": Categorical(["<b>", "a|<b>"]), "y": Float(0, 1, when={"kind": "<b>"})})
OBJECTIVES = Objectives([Maximize("accuracy", at_least=0.3), Minimize("time", unit="s")])


def study(seed, n, shift=0.0):
    """A study of ``n`` trials: one lost, one pending, one crashed and one out of memory."""
    rng = np.random.default_rng(seed)
    x, time = rng.random(n), rng.random(n) + 0.1
    accuracy = 0.8 * x + 0.2 * rng.random(n)
    time += 0.3 * accuracy + shift
    reasons = [""] * n
    reasons[3], reasons[5], reasons[6] = "crashed", "lost", "out_of_memory"
    for i in (3, 5, 6, 8):
        accuracy[i] = time[i] = np.nan
    kinds = rng.choice(["<b>", "a|<b>"], n).tolist()
    columns = {
        "x": x.tolist(),
        "kind": kinds,
        "y": [rng.random() if kind == "<b>" else None for kind in kinds],
        "accuracy": accuracy.tolist(),
        "time": time.tolist(),
        "time_se": [0.01] * (n - 1) + [None],
        "state": ["pending" if i == 8 else "failed" if reason else "complete" for i, reason in enumerate(reasons)],
        "reason": reasons,
        "duration": [2.0] * n,
    }
    return Trials.from_columns(columns, SPACE, OBJECTIVES)


ORIGIN = {
    "study": "a <study>",
    "workload": "diatoms",
    "options": {"epochs": 20},
    "data": {"name": "drawn", "sha256": "ab" * 32, "notice": "These are drawings & no diatoms"},
    "runs": [
        {
            "searcher": "bayes",
            "seed": 0,
            "from_trial": 0,
            "started": "2026-01-01T00:00:00Z",
            "command": "paretune run diatoms",
            "environment": {"cpu": "a chip", "commit": "abc123"},
        }
    ],
}
RANDOM = {"runs": [{**ORIGIN["runs"][0], "searcher": "random"}]}


@pytest.fixture(scope="session")
def run():
    return Run("a <study>", study(1, 40), ORIGIN)


@pytest.fixture(scope="session")
def few(run):
    """Nine trials of it without known noise, from which noise-free values would be drawn for a second."""
    return replace(run, trials=replace(run.trials[:9], losses_se=np.full((9, 2), np.nan)))


@pytest.fixture(scope="session")
def runs():
    """Three runs of each side, the candidate's the better and the shorter."""
    ours = [Run(f"ours-{seed}", study(seed, 30 + seed)) for seed in (1, 2, 3)]
    return ours, [Run(f"theirs-{seed}", study(seed, 60, shift=0.05), RANDOM) for seed in (4, 5, 6)]


@pytest.fixture(scope="session")
def summary(run):
    return summarize(run)


@pytest.fixture(scope="session")
def several_runs(runs):
    """The comparison of all runs of both sides."""
    return summarize(*runs)


@pytest.fixture(scope="session")
def single_runs(runs):
    """The comparison of one run of each side."""
    return summarize(runs[0][0], runs[1][0])


@pytest.fixture(scope="session")
def stages():
    """What the whole report said that it did."""
    return []


@pytest.fixture(scope="session")
def folder(summary, stages, tmp_path_factory):
    """The files of a whole report; tests only read them."""
    out = tmp_path_factory.mktemp("made") / "deep" / "report"
    assert write_report(summary, out, stages.append, film=True) == out / "report.html"
    return out
