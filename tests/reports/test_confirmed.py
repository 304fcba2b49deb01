"""Confirmed configurations in a report, recomputed from the export of the study."""

import io
import json
import random

import numpy as np
import optuna
import pandas as pd
import pytest

from paretune import Float, Maximize, Minimize, Study
from paretune.app.export import export_text
from paretune.reports import Run, summarize, write_report
from paretune.reports.confirmed import confirmed_table, headline_with_means
from paretune.reports.headline import headline
from paretune.study import load

NOISE = {"gain": 0.05, "cost": 0.02}


def train(params, seed):
    noise = random.Random(seed)  # noqa: S311 (no secret)
    return {
        "gain": params["x"] + noise.gauss(0, NOISE["gain"]),
        "cost": params["x"] ** 2 + noise.gauss(0, NOISE["cost"]),
    }


@pytest.fixture(scope="module")
def study():
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage = optuna.storages.InMemoryStorage()
    objectives = [Maximize("gain", at_least=0.1), Minimize("cost")]
    study = Study({"x": Float(0, 1)}, objectives, storage=storage, searcher="sobol")
    study.run(train, 8)
    for n, params in enumerate(study.trials.params[:4]):
        for _ in range(n):
            study.enqueue(params, is_repeat=True)
    study.run(train, 14)
    return load("study", storage)


@pytest.fixture(scope="module")
def means(study):
    """Number of trainings, means and errors by first trial, from the exported table alone."""
    table = pd.read_csv(io.StringIO(export_text(study)))
    table = table[(table.state == "complete") | (table.reason == "outside_limits")]
    groups = table.groupby("paretune:configuration")[list(NOISE)]
    n = groups.size()
    pooled = (groups.var().fillna(0).mul(n - 1, axis=0)).sum() / (n - 1).sum()
    errors = np.sqrt(pd.DataFrame({name: pooled[name] / n for name in NOISE}))
    found = groups.mean().join(errors.add_suffix("_se")).assign(n=n)
    return found[found.n > 1]


@pytest.fixture(scope="module")
def report(study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    write_report(summarize(Run(study.name, study.trials, study.origin)), folder)
    return folder


def test_means_errors_and_counts_are_those_of_the_export(report, means):
    found = json.loads((report / "report.json").read_text())["confirmed"]
    assert [each["numbers"][0] for each in found] == means.sort_values("gain", ascending=False).index.tolist()
    for each in found:
        expected = means.loc[each["numbers"][0]]
        assert len(each["numbers"]) == expected.n
        for name in NOISE:
            assert each["values"][name]["mean"] == pytest.approx(expected[name])
            assert each["values"][name]["se"] == pytest.approx(expected[f"{name}_se"])


def test_confirmed_are_the_means_that_no_other_beats(report, means):
    found = json.loads((report / "report.json").read_text())["confirmed"]
    inside = means[means.gain >= 0.1]
    for each in found:
        own = means.loc[each["numbers"][0]]
        beaten = ((inside.gain >= own.gain) & (inside.cost <= own.cost) & ~(inside.gain == own.gain)).any()
        assert each["is_confirmed"] == (own.gain >= 0.1 and not beaten)


def test_first_sentence_and_tables_speak_of_confirmed_configurations(report, study):
    markdown = (report / "report.md").read_text()
    page = (report / "report.html").read_text()
    headline = json.loads((report / "report.json").read_text())["headline"]
    assert "confirmed as efficient by the mean" in headline.partition(".")[0] + headline.partition(":")[0]
    assert headline.index("confirmed") < headline.index("As first measured: of 14 trials")
    assert "## Confirmed configurations" in markdown
    assert "repeat of" in page
    first = study.trials.values[1, 0]
    assert "| gain, first | gain, mean |" in markdown
    assert f"{first:.2f}" in markdown


def test_report_without_repeats_is_as_before(study):
    once = study.trials[study.trials.numbers < 8]
    summary = summarize(Run("once", once))
    assert headline_with_means(summary) == headline(summary)
    assert confirmed_table(summary) == []
