"""`paretune status`: the state of a study."""

import re

import optuna
import pytest

import paretune as paretune_package
from command_output import without_trial_lines
from paretune import Float, Minimize, Study
from paretune.app.status import study_status
from paretune.cli.display import describe_study
from paretune.study import load

pytestmark = pytest.mark.end_to_end


@pytest.mark.usefixtures("small_study")
def test_status_of_finished_run(paretune):
    code, _, err = paretune("run", "./study.yaml", "--no-report")
    assert (code, without_trial_lines(err)) == (0, "")
    code, out, _ = paretune("status", "study")
    assert code == 0
    first, second, *rest = out.splitlines()
    trials = load("study", "paretune.db").trials
    n_failed = sum(params["x"] > 0.6 for params in trials.params)
    assert first == f"study: 5 of 5 trials: {5 - n_failed} complete, {n_failed} failed (crashed {n_failed})"
    assert re.fullmatch(r"hypervolume [\d.]+ \(from loss [\d.]+\), [\d.,]+ trials an hour", second)
    assert rest[-1] == "ended: 5 trials"
    assert f"loss {min(params['x'] for params in trials.params):.4g}" in out


@pytest.mark.usefixtures("small_study")
def test_finished_study_is_shown_once_by_watch(paretune):
    paretune("run", "./study.yaml", "--no-report")
    code, out, _ = paretune("status", "study", "--watch")
    assert code == 0
    assert "ended: 5 trials" in out


@pytest.mark.usefixtures("studies")
@pytest.mark.parametrize("command", [["status", "mine"], ["stop", "mine"], ["log", "mine", "0"]])
def test_unknown_study_is_one_line(paretune, command):
    code, out, err = paretune(*command)
    assert (code, out) == (2, "")
    assert err == "paretune: no study 'mine' in this storage; it has random-1, random-2, sobol\n"


def test_running_trial_is_shown_with_its_last_step(tmp_path):
    study = Study({"x": Float(0, 1)}, [Minimize("loss")], storage=tmp_path / "a.db", searcher="random")
    asked = study.ask()
    study.report(asked, 30, {"a": 0.8125, "b\x1b[31m": 1.5, "c": 3, "d": 4, "e": 5, "f": 6})
    found = study_status("study", tmp_path / "a.db")
    (line,) = [line for line in describe_study(found.run, found.activity).splitlines() if "runs:" in line]
    assert re.fullmatch(r"  runs: trial 0: for 0:00:\d\d, step 30: a 0.8125, b 1.5, c 3, d 4, 2 more", line)


def test_status_and_export_show_trials_that_were_pruned_in_plain_optuna(paretune):
    study = optuna.create_study(study_name="pruned", storage="sqlite:///pruned.db", directions=["minimize", "minimize"])

    def train(trial):
        x = trial.suggest_float("x", 0, 1)
        paretune_package.report(trial, {"objective_0": x, "objective_1": 1 - x}, 1)
        if trial.number % 2:
            raise optuna.TrialPruned
        return x, 1 - x

    study.optimize(train, n_trials=6)
    _, out, _ = paretune("status", "pruned", "--storage", "pruned.db")
    assert out.splitlines()[0] == "pruned: 6 trials: 3 complete, 0 failed, 3 stopped early at step 1 of 1"
    _, out, _ = paretune("export", "pruned", "--storage", "pruned.db")
    assert [line.split(",")[1] for line in out.splitlines()[1:]] == ["complete", "stopped"] * 3
