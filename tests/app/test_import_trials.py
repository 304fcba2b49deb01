"""Trials of a file become the start of a study."""

from pathlib import Path

import pytest

from paretune.app.export import ExportFormat, export_study
from paretune.app.import_trials import ImportRequest, ImportResult, import_trials
from paretune.errors import InvalidInputError, StudyMismatchError
from paretune.study import load


def test_exported_trials_and_origin_become_the_same_study(random_study):
    export_study(random_study, "paretune.db", Path("t.csv"))
    export_study(random_study, "paretune.db", Path("t.json"), ExportFormat.origin)
    request = ImportRequest(Path("t.csv"), "other.db", "analytic", "again", origin=Path("t.json"))
    assert import_trials(request) == ImportResult("again", 12, 0)
    before, after = load(random_study, "paretune.db"), load("again", "other.db")
    assert after.trials.params == before.trials.params
    assert after.origin["runs"][0]["command"] == before.origin["runs"][0]["command"]
    with pytest.raises(InvalidInputError, match="was added to study 'again' before"):
        import_trials(request)


def test_file_without_workload_shows_the_parameters():
    Path("mine.csv").write_text("width,accuracy,state\n8,0.5,complete\n9,0.6,complete\n9,,pending\n")
    request = ImportRequest(Path("mine.csv"), "paretune.db", maximize=["accuracy"], command="a command")
    columns = "mine.csv: taken as parameters: width; as metrics: accuracy; change with --parameter, --metric, --ignore"
    assert import_trials(request) == ImportResult("mine", 2, 1, columns)
    stored = load("mine", "paretune.db")
    assert list(stored.trials.space) == ["width"]
    assert stored.origin["runs"][0]["command"] == "a command"


@pytest.mark.parametrize(
    ("details", "message"),
    [
        ({}, "the objectives of the trials are unknown"),
        ({"limits": ({"accuracy": 0.5}, {}), "maximize": ["accuracy"]}, "--origin and limits need a workload"),
        ({"workload_name": "analytic", "maximize": ["accuracy"]}, "analytic has its own objectives"),
        ({"study": "", "maximize": ["accuracy"]}, "--study is empty"),
    ],
)
def test_request_that_makes_no_sense_is_refused(details, message):
    Path("mine.csv").write_text("width,accuracy\n8,0.5\n")
    with pytest.raises(InvalidInputError, match=message):
        import_trials(ImportRequest(Path("mine.csv"), "paretune.db", **details))


def test_trials_with_other_settings_than_the_study_are_refused(random_study):
    export_study(random_study, "paretune.db", Path("t.csv"))
    export_study(random_study, "paretune.db", Path("t.json"), ExportFormat.origin)
    request = ImportRequest(Path("t.csv"), "other.db", "analytic", settings={"seconds": 0.5}, origin=Path("t.json"))
    with pytest.raises(StudyMismatchError, match="t.json has options .*, but study 'analytic' has"):
        import_trials(request)
