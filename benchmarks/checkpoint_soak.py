"""Soak test: no saved epoch is trained again while runners and workers are killed, and the budget is exact.

Run it: ``python benchmarks/checkpoint_soak.py``. Several runners share one study with a budget of epochs. Its trainings
report each epoch, save every third one, and pause where `Asha` decides it. Every few seconds a process is killed by
SIGKILL; killed runners are started again. The oracle is independent of the storage: the trainings write each epoch,
each saved checkpoint and each start to a file of their process. `checkpoint_soak.md` has a result.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from functools import partial
from pathlib import Path
from subprocess import Popen
from typing import Any

import optuna
import psutil

from kill_soak import (
    Options,
    append_line,
    process_ids,
    read_lines,
    read_options,
    run_soak,
    run_with_kills,
    start_runner,
)
from paretune import Float, Maximize, Minimize, Study
from paretune.adapters.optuna.attributes import is_paused, is_queued, planned_params
from paretune.evaluation.contract import Evaluate
from paretune.execution import Pool, make_slots
from paretune.schedulers import Asha
from paretune.study import Budget

EPOCH_SECONDS, LENGTH, SAVE_EVERY = 0.25, 27, 3
KINDS = ("started", "trained", "saved", "reported")


def open_study(url: str) -> Study:
    """Open the study. Each runner calls this."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    space = {"x": Float(0, 1), "waste": Float(0, 1)}
    return Study(space, [Maximize("gain"), Minimize("cost")], storage=url, name="soak", searcher="random")


def prepare(folder: Path) -> Evaluate:
    """Return a training that writes down what it does."""
    process = psutil.Process().pid

    def write(kind: str, x: float, epoch: int) -> None:
        append_line(folder / f"{kind}-{process}", f"{time.time()!r} {x!r} {epoch}")

    def train(params: dict[str, float], report: Any, checkpoint: Any) -> dict[str, float]:
        x, epoch = params["x"], checkpoint.load(lambda path: int(path.read_text())) or 0
        write("started", x, epoch)
        metrics = {"gain": 0.0, "cost": x}
        while epoch < LENGTH:
            epoch += 1
            time.sleep(EPOCH_SECONDS)
            write("trained", x, epoch)
            metrics["gain"] = (x**0.5 - params["waste"]) * epoch / LENGTH
            goes_on = report(epoch, metrics)
            if (epoch % SAVE_EVERY == 0 or not goes_on) and checkpoint.save(partial(_write_epoch, epoch=epoch)):
                write("saved", x, epoch)
            if not goes_on:
                break
        return metrics

    return train


def _write_epoch(path: Path, epoch: int) -> None:
    path.write_text(str(epoch))


def run(url: str, folder: Path, n_epochs: int, n_workers: int) -> None:
    """Run a part of the study, as a runner process."""
    file, study = folder / f"reported-{psutil.Process().pid}", open_study(url)
    study.run(
        Pool(partial(prepare, folder), study.objectives, make_slots(n_workers), folder / "logs"),
        scheduler=Asha(max_resource=LENGTH),
        budget=Budget("epochs", n_epochs, LENGTH),
        checkpoints=folder / "checkpoints",
        max_failures=n_epochs,
        on_trial=lambda trial, outcome: append_line(file, str(trial.number)) if outcome.values else None,
    )


def soak(options: Options, url: str, folder: Path) -> dict[str, object]:
    """Run the study until its budget is spent while processes are killed, and return the counts."""

    def start(n_workers: int) -> Popen[bytes]:
        return start_runner(__file__, url, folder, options.trials, n_workers)

    return {**run_with_kills(options, start), **count_trials(url, folder, options.trials), **count_steps(folder)}


def count_trials(url: str, folder: Path, n_epochs: int) -> dict[str, object]:
    """Count the trials by state, and compare their steps with the budget."""
    study = open_study(url)
    trials, table = study._study.get_trials(deepcopy=False), study.trials  # noqa: SLF001 (`Trials` leaves some out)
    lost = {trial.number for trial in trials if trial.user_attrs.get("reason") == "lost"}
    # A runner that was killed at its ask leaves an empty trial.
    planned = {trial.number: planned_params(trial).get("x") for trial in trials}  # also of those that wait in the queue
    known = {repr(x) for x in planned.values() if x is not None}
    trained = {x for _, x, _ in _lines(folder, "trained")}
    retried = {repr(x) for number, x in planned.items() if number not in lost}
    spent = Budget("epochs", n_epochs, LENGTH).spent(trials)
    reported = Counter(map(int, read_lines(folder, "reported")))
    return {
        "trials": len(trials) - len(lost),
        "complete": int(table.is_complete.sum()),
        "stopped or paused": int(table.is_stopped.sum()),
        "paused with a checkpoint": sum(map(is_paused, trials)),
        "waiting in the queue": sum(map(is_queued, trials)),
        "lost before their first checkpoint, and retried": len(lost),
        "epochs that the trials have": int(spent),
        "EPOCHS BESIDE THE BUDGET": abs(int(spent) - n_epochs),
        "LEFT RUNNING": sum(trial.state.name == "RUNNING" for trial in trials),
        "CONFIGURATIONS LOST": len((known | trained) - retried),
        "ENDED TWICE": sum(n > 1 for n in reported.values()),
        "PROCESSES LEFT": sum(map(psutil.pid_exists, set(process_ids(folder, KINDS)))),
    }


def count_steps(folder: Path) -> dict[str, object]:
    """Compare where trainings started with the checkpoints that they had saved before."""
    saved, again = defaultdict[str, list[tuple[float, int]]](list), 0
    for moment, x, epoch in _lines(folder, "saved"):
        saved[x].append((moment, epoch))
    for moment, x, epoch in _lines(folder, "started"):
        again += max(0, max((e for before, e in saved[x] if before < moment), default=0) - epoch)
    trained = Counter((x, epoch) for _, x, epoch in _lines(folder, "trained"))
    return {
        "checkpoints saved": sum(map(len, saved.values())),
        "parts of trainings": len(_lines(folder, "started")),
        "epochs trained": sum(trained.values()),
        "epochs trained again, not saved before a kill": sum(trained.values()) - len(trained),
        "EPOCHS TRAINED AGAIN THAT WERE SAVED": again,
    }


def _lines(folder: Path, kind: str) -> list[tuple[float, str, int]]:
    fields = [line.split() for line in read_lines(folder, kind)]
    return [(float(moment), x, int(epoch)) for moment, x, epoch in fields]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
    else:
        run_soak(soak, read_options(__doc__, 4000, "epochs of all trials together"))
