"""Two groups of runs, compared."""

from pathlib import Path

import pytest

from paretune.app.compare import compare_runs
from paretune.app.export import export_study
from paretune.app.report import SummaryOptions
from paretune.app.sources import Sources

pytestmark = pytest.mark.end_to_end


def test_comparison_of_study_with_itself_has_rows_and_folder(random_study):
    export_study(random_study, "paretune.db", Path("again.csv"))
    comparison = compare_runs(Sources("paretune.db"), random_study, "again.csv", options=SummaryOptions(title="Twice"))
    assert comparison.folder == Path("random-against-again-report")
    assert comparison.summary.comparison is not None
    assert list(comparison.rows[0]) == ["", "random", "again"]
