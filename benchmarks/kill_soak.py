"""Soak test: no trial is lost or counted twice while runners and workers are killed.

Run it: ``python benchmarks/kill_soak.py --storage postgresql``. Several runners share one study, each with its own
workers. Every few seconds one of these processes is killed by SIGKILL; killed runners are started again. The oracle is
independent of the storage: each process writes a file, workers of their evaluations and runners of their reported
trials.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import optuna
import psutil

from paretune import Float, Maximize, Minimize, Study
from paretune.evaluation.contract import Evaluate
from paretune.execution import Pool, make_slots

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import postgres

TRIAL_SECONDS = 0.1


@dataclass(frozen=True)
class Options:
    """Options of the soak test.

    Args:
        trials: number of trials in the study.
        workers: number of workers of all runners together.
        runners: number of runners.
        every: mean seconds between two kills.
        storage: sqlite, postgresql, or a storage URL.
        seed: seed for the choice of the killed processes.
    """

    trials: int
    workers: int
    runners: int
    every: float
    storage: str
    seed: int


def open_study(url: str) -> Study:
    """Open the study. Each runner calls this."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return Study({"x": Float(0, 1)}, [Maximize("gain"), Minimize("cost")], storage=url, name="soak", searcher="random")


def prepare(folder: Path) -> Evaluate:
    """Return an objective function that writes each finished evaluation to a file."""
    file = folder / f"evaluated-{psutil.Process().pid}"

    def evaluate(params: dict[str, float]) -> dict[str, float]:
        time.sleep(TRIAL_SECONDS)
        _append_line(file, repr(params["x"]))
        return {"gain": params["x"] ** 0.5, "cost": params["x"]}

    return evaluate


def run(url: str, folder: Path, n_trials: int, n_workers: int) -> None:
    """Run a part of the study, as a runner process."""
    file = folder / f"reported-{psutil.Process().pid}"
    study = open_study(url)
    pool = Pool(partial(prepare, folder), study.objectives, make_slots(n_workers), folder / "logs")
    study.run(
        pool, n_trials, max_failures=n_trials, on_trial=lambda trial, _outcome: _append_line(file, str(trial.number))
    )


def _append_line(file: Path, line: str) -> None:
    with file.open("a") as opened:
        opened.write(line + "\n")


def soak(options: Options, url: str, folder: Path) -> dict[str, object]:
    """Run the study to its end while processes are killed, and return the counts."""
    rng, kills = np.random.default_rng(options.seed), Counter[str]()
    shares = [
        options.workers // options.runners + (i < options.workers % options.runners) for i in range(options.runners)
    ]
    start = partial(_start_runner, url, folder, options.trials)
    runners = [start(share) for share in shares]
    started = last_kill = time.monotonic()
    while any(runner.poll() is None for runner in runners):
        time.sleep(0.1)
        if time.monotonic() - last_kill > options.every * rng.uniform(0.5, 1.5):
            with suppress(psutil.NoSuchProcess, IndexError):  # the process, or all of them, ended meanwhile
                kills[_kill_one(rng, runners)] += 1
            last_kill = time.monotonic()
        for i, runner in enumerate(runners):
            if runner.poll() == -9:
                runners[i] = start(shares[i])
    if any(runner.returncode for runner in runners):
        raise RuntimeError("a runner ended with an error")
    return {
        "minutes": round((time.monotonic() - started) / 60, 1),
        **kills,
        **count_trials(url, folder, options.trials),
    }


def _start_runner(url: str, folder: Path, n_trials: int, n_workers: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, __file__, "--run", url, str(folder), str(n_trials), str(n_workers)]
    return subprocess.Popen(command)  # noqa: S603 (this script)


def _kill_one(rng: np.random.Generator, runners: list[subprocess.Popen[bytes]]) -> str:
    """Kill a runner or, three times as often, a worker, and return which kind it was."""
    living = [psutil.Process(runner.pid) for runner in runners if runner.poll() is None]
    workers = [child for runner in living for child in runner.children() if "spawn_main" in " ".join(child.cmdline())]
    kind = "workers killed" if workers and rng.random() < 0.75 else "runners killed"
    victims = workers if kind == "workers killed" else living
    victims[int(rng.random() * len(victims))].kill()
    return kind


def count_trials(url: str, folder: Path, n_trials: int) -> dict[str, object]:
    """Compare the study with the files of workers and runners, and return the counts."""
    trials = open_study(url)._study.get_trials(deepcopy=False)  # noqa: SLF001 (`Trials` leaves some states out)
    by_state = Counter(trial.user_attrs.get("reason") or trial.state.name.lower() for trial in trials)
    complete = {trial.number: repr(trial.params["x"]) for trial in trials if trial.state.name == "COMPLETE"}
    crashed = {repr(trial.params["x"]) for trial in trials if trial.user_attrs.get("reason") == "crashed"}
    evaluated, reported = Counter(_read_lines(folder, "evaluated")), Counter(map(int, _read_lines(folder, "reported")))
    finished = {number for number in reported if trials[number].user_attrs.get("reason") not in ("lost", "crashed")}
    return {
        "started": sum(n for state, n in by_state.items() if state != "waiting"),
        "finished": by_state["complete"],
        "lost and retried": by_state["lost"],
        "lost twice, counted as crashed": by_state["crashed"],
        "left pending or waiting": by_state["running"] + by_state["waiting"],
        "FINISHED TRIALS LOST": len(finished - set(complete)),
        "EVALUATIONS WITHOUT A TRIAL": len(set(evaluated) - set(complete.values()) - crashed),
        "TRIALS WITHOUT AN EVALUATION": len(set(complete.values()) - set(evaluated)),
        "COUNTED TWICE": len(complete) - len(set(complete.values())) + sum(n > 1 for n in reported.values()),
        "BEYOND THE BUDGET": by_state["complete"] + by_state["crashed"] - n_trials,
        "PROCESSES LEFT": sum(map(psutil.pid_exists, set(_process_ids(folder)))),
        "evaluated again because of a kill before the report": sum(evaluated.values()) - len(evaluated),
    }


def _read_lines(folder: Path, kind: str) -> list[str]:
    """Return the complete lines of all processes. A killed process may leave an incomplete last line."""
    texts = (file.read_text() for file in folder.glob(f"{kind}-*"))
    return [line for text in texts for line in text.rpartition("\n")[0].splitlines()]


def _process_ids(folder: Path) -> Iterator[int]:
    for kind in ("evaluated", "reported"):
        for file in folder.glob(f"{kind}-*"):
            yield int(file.name.rpartition("-")[2])


@contextmanager
def _storage(kind: str, folder: Path) -> Iterator[str]:
    if kind != "postgresql":
        yield str(folder / "soak.db") if kind == "sqlite" else kind
        return
    with postgres.server() as server:
        yield server.create("soak")


def main() -> None:
    """Run the soak test and print the counts. Counts in capital letters must be 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=4, help="number of workers of all runners together")
    parser.add_argument("--runners", type=int, default=2)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two kills, on average")
    parser.add_argument("--storage", default="sqlite", help="sqlite, postgresql, or a storage URL")
    parser.add_argument("--seed", type=int, default=0)
    options = Options(**vars(parser.parse_args()))
    with tempfile.TemporaryDirectory() as folder, _storage(options.storage, Path(folder)) as url:
        counts = soak(options, url, Path(folder))
    print("\n".join(f"{name}: {value}" for name, value in counts.items()))  # noqa: T201 (a command)
    sys.exit(any(value for name, value in counts.items() if name.isupper()))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
    else:
        main()
