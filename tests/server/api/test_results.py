"""Tests of the routes for results."""

import numpy as np
import pytest

from paretune.reports import Run, summarize
from paretune.study import load


@pytest.fixture
def filled(client):
    """Two studies of random search with twelve trials each."""
    rng = np.random.default_rng(0)
    for name in ("nets", "base"):
        client.create(name)
        observations = []
        for x in rng.random(12):
            k = int(rng.integers(1, 10))
            metrics = {"gain": x * k, "cost": x, "cost_se": 0.05, "gain_se": 0.1}
            observations.append({"params": {"x": x, "k": k}, "metrics": metrics})
        client.json("POST", f"/api/studies/{name}/trials", {"observations": observations})
    return client


def test_front_has_the_efficient_trials_best_first(filled, database):
    trials = load("nets", database).trials
    front = filled.json("GET", "/api/studies/nets/front")["trials"]
    gains = [trial["values"]["gain"] for trial in front]
    assert gains == sorted(gains, reverse=True)
    summary = summarize(Run("nets", trials))
    assert [trial["number"] for trial in front] == [found.number for found in summary.efficient]


def test_confidence_has_the_numbers_of_the_report(filled, database):
    found = filled.json("GET", "/api/studies/nets/confidence")
    summary = summarize(Run("nets", load("nets", database).trials))
    assert [each["probability_efficient"] for each in found["efficient"]] == pytest.approx(
        [each.probability for each in summary.efficient]
    )
    assert found["looks_better"]["values"]["gain"]["value"] is not None
    assert found["revision"] == filled.json("GET", "/api/studies/nets")["revision"]


def test_comparison_has_intervals(filled):
    found = filled.json("GET", "/api/studies/nets/comparison?baseline=base")
    assert found["comparison"]["n_trials"] == found["comparison"]["baseline_n_trials"] == 12
    assert np.isfinite(found["comparison"]["hypervolume"]["value"])
    filled.json("GET", "/api/studies/nets/comparison?baseline=none", status=404)
    filled.json("GET", "/api/studies/nets/comparison", status=400)


def test_empty_study_has_an_empty_front(client):
    client.create()
    assert client.json("GET", "/api/studies/nets/front") == {"trials": [], "next_after": None}
    assert client.json("GET", "/api/studies/nets/confidence")["headline"] == "No trial has finished yet."
