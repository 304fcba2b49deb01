"""A training that saves after each step, with a best rate that changes, and a log of what was trained."""

import json

from optuna.storages import InMemoryStorage

from paretune import Float, Int, Minimize, Study

SPACE = {"rate": Float(0.01, 1, log=True), "width": Int(1, 4)}
OPTIONS = {"population": 4, "interval": 3, "generations": 3, "change": "rate"}
LENGTH = 9


class Training:
    """An evaluation that logs each step, and can be interrupted or fail at one."""

    def __init__(self, stop_at=None, fails=lambda _params, _step: False):
        self.log, self.stop_at, self.fails = [], stop_at, fails

    def __call__(self, params, report, checkpoint):
        state = checkpoint.load(lambda path: json.loads(path.read_text())) or {"step": 0, "error": 1.0, "rates": []}
        while state["step"] < LENGTH:
            if self.stop_at is not None and len(self.log) >= self.stop_at:
                raise KeyboardInterrupt
            step = state["step"] + 1
            if self.fails(params, step):
                raise ValueError("diverged")
            best = 0.5 if step < 5 else 0.05
            error = state["error"] * (1 - 0.5 * max(0.0, 1 - abs(params["rate"] - best) / best))
            state = {"step": step, "error": error, "rates": [*state["rates"], round(params["rate"], 4)]}
            self.log.append((params["width"], step))
            metrics = {"error": error / params["width"], "cost": float(params["width"])}
            goes_on = report(step, metrics)
            checkpoint.save(lambda path, state=state: path.write_text(json.dumps(state)))
            if not goes_on:
                break
        rates = json.dumps(state["rates"])
        return {"error": state["error"] / params["width"], "cost": float(params["width"]), "rates": rates}


def open_study(storage=None, seed=0, **options):
    return Study(
        SPACE,
        [Minimize("error"), Minimize("cost")],
        storage=storage or InMemoryStorage(),
        searcher="population",
        searcher_options={**OPTIONS, **options},
        seed=seed,
    )


def summary(study):
    """What a search is: configurations, states, parents, last steps and results of its trials."""
    return [
        (
            trial.state.name,
            dict(trial.params),
            trial.user_attrs.get("paretune:parent"),
            trial.user_attrs["paretune:steps"][-1],
            trial.user_attrs.get("error") if trial.values is None else trial.values[0],
        )
        for trial in study._study.get_trials(deepcopy=False)
    ]
