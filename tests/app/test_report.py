"""Summaries and reports of studies and files."""

import json
from pathlib import Path

import pytest

from paretune.app.export import export_study
from paretune.app.report import SummaryOptions, summarize_sources, summarize_study, write_report
from paretune.app.sources import Sources
from paretune.errors import InvalidInputError

pytestmark = pytest.mark.end_to_end


def test_summary_of_name_equals_summary_of_stored_study(random_study):
    by_name = summarize_sources(Sources("paretune.db"), [random_study], options=SummaryOptions(title="random"))
    stored = summarize_study(random_study, "paretune.db")
    assert by_name.knee == stored.knee
    assert [c.params for c in by_name.efficient] == [c.params for c in stored.efficient]
    assert by_name.comparison is None


def test_report_names_each_step_and_returns_its_page(random_study):
    steps = []
    page = write_report(summarize_study(random_study, "paretune.db"), Path("made"), steps.append)
    assert page == Path("made/report.html")
    assert page.exists()
    assert steps
    assert json.loads(Path("made/report.json").read_text())["counts"][0]["trials"] == 12


def test_reference_point_of_unknown_objective_is_refused(random_study):
    export_study(random_study, "paretune.db", Path("t.csv"))
    with pytest.raises(InvalidInputError, match="reference.*'tiem'"):
        summarize_sources(Sources("paretune.db"), [random_study], ["t.csv"], options=SummaryOptions({"tiem": 1.0}))
