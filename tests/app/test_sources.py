"""The runs that names mean: studies or files."""

from pathlib import Path

import pytest

from paretune import Maximize, Minimize, Objectives
from paretune.app.export import export_study
from paretune.app.sources import Sources
from paretune.errors import InvalidInputError, StudyNotFoundError

OBJECTIVES = Objectives([Maximize("accuracy"), Minimize("latency", unit="s")])


def test_names_of_studies_and_of_files_are_distinguished(random_study):
    export_study(random_study, "paretune.db", Path("trials.csv"))
    (study,), (file,) = Sources("paretune.db").find_runs([random_study], ["trials.csv"])
    assert (study.name, file.name) == ("random", "trials")
    assert file.trials.objectives.names == study.trials.objectives.names
    assert len(file.trials) == len(study.trials) == 12
    assert file.origin["data"]["name"] == "trials.csv"


def test_pattern_means_several_files_and_equal_titles_get_their_folders(random_study):
    for folder in ("a", "b"):
        Path(folder).mkdir()
        export_study(random_study, "paretune.db", Path(folder, "trials.csv"))
    runs, nothing = Sources("paretune.db", objectives=OBJECTIVES).find_runs(["*/trials.csv"], [])
    assert [run.name for run in runs] == ["a/trials.csv", "b/trials.csv"]
    assert nothing == []


def test_limits_apply_to_studies(random_study):
    ((run,),) = Sources("paretune.db", at_least={"accuracy": 1.1}).find_runs([random_study])
    assert run.trials.objectives[0].at_least == 1.1
    assert not run.trials.is_complete.any()


def test_every_name_is_a_file_if_asked(random_study):
    export_study(random_study, "paretune.db", Path("trials.txt"))
    ((run,),) = Sources("paretune.db", is_csv=True, objectives=OBJECTIVES).find_runs(["trials.txt"])
    assert len(run.trials) == 12


def test_run_on_both_sides_is_refused(random_study):
    export_study(random_study, "paretune.db", Path("trials.csv"))
    Path("same.csv").symlink_to("trials.csv")
    for objectives, ours, theirs in (
        (None, "random", "rand*"),
        (OBJECTIVES, "./trials.csv", "trials.csv"),
        (OBJECTIVES, "same.csv", "trials.csv"),
    ):
        with pytest.raises(InvalidInputError, match="is on both sides of the comparison: compare it with another one"):
            Sources("paretune.db", objectives=objectives).find_runs([ours], [theirs])


def test_run_that_two_names_mean_counts_once(random_study):
    export_study(random_study, "paretune.db", Path("trials.csv"))
    ((study, file),) = Sources("paretune.db").find_runs([random_study, "ran*", "trials.csv", "./tri*.csv"])
    assert (study.name, file.name) == ("random", "trials")


@pytest.mark.parametrize(
    ("details", "name", "error", "message"),
    [
        ({"objectives": OBJECTIVES}, "random", InvalidInputError, "--maximize and --minimize are for a CSV file"),
        ({"ignored": ["note"]}, "random", InvalidInputError, "--ignore is for a CSV file"),
        ({}, "trials.csv", InvalidInputError, "the objectives of trials.csv are unknown"),
        ({"objectives": OBJECTIVES}, "no*.csv", InvalidInputError, "there is no file no"),
        ({}, "mine", StudyNotFoundError, "no study 'mine'"),
    ],
)
def test_name_without_runs_is_refused(random_study, details, name, error, message):
    export_study(random_study, "paretune.db", Path("trials.csv"))
    with pytest.raises(error, match=message):
        Sources("paretune.db", **details).find_runs([name])
