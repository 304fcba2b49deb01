"""What every callback must do, checked with a real training of its library."""

import re
from pathlib import Path

import optuna
from optuna.trial import TrialState

import paretune
from paretune import Float, Maximize, Minimize, Study
from paretune.schedulers import Action, Decision

N_STEPS = 5
PAGE = Path(__file__).parents[3] / "docs" / "curves.md"


class StopAt:
    """A rule that stops every trial at a step."""

    def __init__(self, step):
        self._step = step

    def is_due(self, last_step, decided_at):
        return decided_at < self._step <= last_step

    def decide(self, trials, number, decided_at=None):  # noqa: ARG002 (the contract)
        return Decision(Action.STOP, "a test")


def reports_of(train, last_step=N_STEPS):
    """The steps of a training that is asked to stop at a step, with their metrics."""
    reports = {}

    def report(step, metrics):
        reports[step] = {name: float(value) for name, value in metrics.items()}
        return step < last_step

    train(report)
    return reports


def check_reports(train, metric):
    """Each step is reported with finite metrics, and a training that should stop ends at once."""
    assert list(reports_of(train)) == list(range(1, N_STEPS + 1))
    stopped = reports_of(train, last_step=3)
    assert list(stopped) == [1, 2, 3]
    assert all(0 <= metrics[metric] < 100 for metrics in stopped.values())


def check_optuna(train, metric):
    """A trial of Optuna is pruned, and its curve is stored."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(directions=["minimize", "minimize"])

    def objective(trial):
        report = paretune.trial_report(trial, StopAt(2), objectives=[metric, "size"])
        report(0, {"size": trial.suggest_float("size", 0, 1)})
        train(report)
        return 0.0, 0.0

    study.optimize(objective, n_trials=1)
    (trial,) = study.trials
    assert trial.state == TrialState.PRUNED
    assert [step["step"] for step in trial.user_attrs["paretune:steps"]] == [0, 1, 2]


def check_study(train):
    """A trial of a run is stopped, and its curve is kept."""

    def evaluate(params, report):
        train(report)
        return {"quality": 0.5, "size": params["x"]}

    study = Study(
        {"x": Float(0, 1)}, [Maximize("quality"), Minimize("size")], storage=optuna.storages.InMemoryStorage()
    )
    study.run(evaluate, n_trials=1, scheduler=StopAt(2))
    assert list(study.trials.states) == ["stopped"]
    assert study.trials.curves.last_steps == {0: 2}


def check_all(train, metric):
    check_reports(train, metric)
    check_optuna(train, metric)
    check_study(train)


def check_example(callback, **names):
    """The example of the page runs, with a training that stops at its second step."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    (code,) = [block for block in blocks if f"{callback}(report)" in block]
    steps = []
    exec(code, {"report": lambda step, _metrics: steps.append(step) or step < 2, **names})  # noqa: S102 (our own page)
    assert steps == [1, 2]
