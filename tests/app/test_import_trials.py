"""Trials of a file become the start of a study."""

from dataclasses import replace
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


def test_trials_that_the_study_has_are_left_out(random_study):
    export_study(random_study, "paretune.db", Path("t.csv"))
    request = ImportRequest(Path("t.csv"), "paretune.db", "analytic", random_study)
    with pytest.raises(InvalidInputError, match="has all trials of t.csv already: nothing was added; --again"):
        import_trials(request)
    assert import_trials(replace(request, again=True)).n_added == 12
    lines = Path("t.csv").read_text().splitlines(keepends=True)
    Path("part.csv").write_text("".join(lines[:6]))
    for file, n_added, n_known in (("part.csv", 5, 0), ("t.csv", 7, 5)):
        result = import_trials(ImportRequest(Path(file), "other.db", "analytic", "again"))
        assert (result.n_added, result.n_known) == (n_added, n_known)
    assert len(load("again", "other.db").trials) == 12


def test_more_objectives_than_measured_are_noticed():
    names = [f"f{i}" for i in range(5)]
    Path("mine.csv").write_text(f"x,{','.join(names)}\n0.5,{'1,' * 4}1\n0.25,{'2,' * 4}2\n")
    result = import_trials(ImportRequest(Path("mine.csv"), "paretune.db", minimize=names, command="a command"))
    assert result.notice.startswith("There are 5 objectives.")
