"""`paretune refit`: the best configurations, trained again."""

import json
from pathlib import Path

import pytest

from paretune import pareto
from paretune.study import load

pytestmark = pytest.mark.end_to_end


def test_best_configurations_are_trained_again_with_given_options(paretune, searched):
    code, _, _ = paretune("refit", "before", "--top", 3, "--set", "seconds=0.001", "--workers", 2, "--no-report")
    assert code == 0
    again = load("before-refit", "paretune.db")
    complete = searched[searched.is_complete]
    expected = [complete.params[i] for i in pareto.hypervolume_subset(complete.losses, 3)]
    key = lambda params: sorted(params.items(), key=str)  # noqa: E731 (a sort key)
    assert sorted(map(key, again.trials.params), key=str) == sorted(map(key, expected), key=str)
    assert again.origin["options"] == {"seconds": 0.001}
    assert again.origin["refit_of"] == "before"


def test_second_refit_trains_only_new_configurations(paretune, searched):
    for top in (1, 1, 2):
        assert paretune("refit", "before", "--top", top, "--no-report")[0] == 0
    assert not Path("before-report").exists()
    assert len(load("before-refit", "paretune.db").trials) == min(2, len(pareto.efficient_trials(searched)))


def test_refit_with_other_settings_is_refused_with_remedy(paretune, searched):  # noqa: ARG001 (made first)
    paretune("refit", "before", "--top", 1, "--set", "seconds=0.001", "--no-report")
    code, _, err = paretune("refit", "before", "--top", 1, "--no-report")
    remedy = "give --set as it was then, or remove that study with optuna delete-study"
    assert (code, err) == (2, f"paretune: study 'before-refit' has seconds=0.001, not 0.0: {remedy}\n")


def test_study_without_complete_trial_cannot_be_refitted(paretune):
    paretune("run", "analytic", "--searcher", "random", "--trials", "2", "--set", "width=60000", "--no-report")
    code, _, err = paretune("refit", "analytic")
    assert code == 2
    assert err == "paretune: study 'analytic' has no complete trial: there is nothing to train again\n"


@pytest.mark.usefixtures("searched")
def test_parameter_is_refused_as_option_and_leaves_nothing(paretune):
    code, _, err = paretune("refit", "before", "--set", "width=64", "--no-report")
    assert (code, err.count("\n")) == (2, 1)
    assert "width is a parameter and keeps its value in a refit: --set takes an option, one of seconds" in err
    assert paretune("refit", "before", "--top", 1, "--set", "seconds=0.001", "--no-report")[0] == 0


def test_run_options_of_study_file_apply_to_refit(paretune):
    study = """\
space: {x: {type: float, low: 0, high: 1}}
objectives: {loss: {goal: minimize}, cost: {goal: minimize}}
command: [sh, train.sh]
"""
    Path("train.sh").write_text('echo \'{"loss": 1, "cost": 1}\'; [ -e slow ] && sleep 600; true')
    Path("study.yaml").write_text(study)
    paretune("run", "study.yaml", "--searcher", "random", "--trials", 1, "--no-report")
    Path("study.yaml").write_text(study + "run: {trial_timeout: 0.5, searcher: sobol, stop_after: 1e-9}\n")
    Path("slow").touch()
    code, _, err = paretune("refit", "study", "--no-report")
    assert (code, err.count("\n")) == (2, 1)
    assert "study 'study' was made for study, which is not installed: name its study file with --workload" in err
    paretune("refit", "study", "--workload", "study.yaml", "--no-report")
    again = load("study-refit", "paretune.db")
    assert again.trials.failures() == {"timed_out": 1}


def test_study_without_workload_cannot_be_refitted(paretune):
    Path("mine.csv").write_text("x,a,b\n1,2,3\n2,3,2\n")
    paretune("import", "mine.csv", "--minimize", "a", "--minimize", "b")
    code, _, err = paretune("refit", "mine")
    assert (code, err) == (2, "paretune: study 'mine' was imported without a workload: it cannot be trained again\n")


def test_report_shows_study_and_refit(paretune, searched):
    _, out, _ = paretune("refit", "before", "--top", 2, "--set", "seconds=0.001")
    assert out.endswith("Report: before-report/report.html\n")
    text = Path("before-report/report.md").read_text()
    table = text[text.index("## Trained again") : text.index("\n## Trials\n")]
    assert "with seconds 0.001 instead of 0" in table
    again = load("before-refit", "paretune.db").trials
    refitted = json.loads(Path("before-report/report.json").read_text())["trained_again"]
    assert len(refitted) == len(again) == 2
    for found in refitted:
        (row,) = (i for i, params in enumerate(again.params) if params == found["params"])
        assert found["again"]["accuracy"]["value"] == again.values[row, 0]
        assert found["before"]["accuracy"]["value"] == searched.values[found["number"], 0]
        assert f"| {found['number']} |" in table.replace("**", "")
    assert "Trained again" in Path("before-report/report.html").read_text()
