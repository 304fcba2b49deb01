"""A report of noisy trials shows what the models recommend, as `paretune.recommend` does."""

import json
from dataclasses import replace

import numpy as np
import pytest

from paretune import Float, Maximize, Minimize, Objectives, Space, Trials, recommend
from paretune.reports import Run, summarize, write_report
from paretune.reports.display_units import in_display_units
from paretune.reports.json_report import to_dict
from paretune.reports.recommended import recommended_json, recommended_table
from paretune.trials import trials_from_csv

SPACE = Space({"x": Float(0, 1)})
OBJECTIVES = Objectives([Maximize("accuracy"), Minimize("seconds", unit="s")])


def noisy_trials(errors=(np.nan, np.nan)):
    x = np.linspace(0, 1, 20)
    rng = np.random.default_rng(0)
    losses = np.column_stack([-x + 0.1 * rng.normal(size=20), 0.001 * (1 + 5 * x)])
    return Trials(
        SPACE,
        OBJECTIVES,
        tuple({"x": float(value)} for value in x),
        losses=losses,
        losses_se=np.broadcast_to(errors, (20, 2)),
    )


@pytest.fixture(scope="module")
def summary():
    return summarize(Run("noisy", noisy_trials()), models=True)


def test_report_has_the_recommendation_of_the_engine(summary):
    found = recommend(noisy_trials())
    shown = recommended_json(summary)
    assert [each["trials"] for each in shown] == [list(numbers) for numbers in found.numbers]
    values = [[each["values"][name]["value"] for name in OBJECTIVES.names] for each in shown]
    np.testing.assert_allclose(values, found.values)
    assert to_dict(summary)["recommended"] == shown


def test_table_has_a_row_for_each_in_display_units(summary):
    rows = recommended_table(in_display_units(summary))
    assert len(rows) == len(recommend(noisy_trials()))
    measured = {str(found.number) for found in summary.efficient}
    for row in rows:
        assert set(row) == {
            "trial",
            "accuracy, expected",
            "seconds [ms], expected",
            "also efficient as measured",
            "x",
        }
        assert row["also efficient as measured"] == ("yes" if row["trial"] in measured else "no")
        assert "±" in row["accuracy, expected"]


def test_exact_trials_several_runs_or_no_models_have_no_recommendation(summary):
    assert summarize(Run("exact", noisy_trials((0.0, 0.0))), models=True).recommended is None
    assert summarize(Run("noisy", noisy_trials()), models=False).recommended is None
    runs = [Run(name, noisy_trials()) for name in ("a", "b")]
    assert summarize(runs, models=True).recommended is None
    without = replace(summary, recommended=None)
    assert recommended_table(without) == recommended_json(without) == []
    assert "recommended" not in to_dict(without)


@pytest.mark.end_to_end
def test_recommendation_of_report_is_recomputed_from_export(summary, tmp_path):
    write_report(summary, tmp_path / "report")
    page, text = ((tmp_path / "report" / name).read_text() for name in ("report.html", "report.md"))
    assert "Recommended configurations" in page
    assert "## Recommended configurations" in text
    exported = tmp_path / "noisy.csv"
    noisy_trials().to_frame().to_csv(exported, index=False)
    trials = trials_from_csv(exported, OBJECTIVES, space=SPACE)
    content = json.loads((tmp_path / "report" / "report.json").read_text())
    assert [each["trials"] for each in content["recommended"]] == [list(n) for n in recommend(trials).numbers]
