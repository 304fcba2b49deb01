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
from collections.abc import Callable, Iterator, Sequence
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
        append_line(file, repr(params["x"]))
        return {"gain": params["x"] ** 0.5, "cost": params["x"]}

    return evaluate


def run(url: str, folder: Path, n_trials: int, n_workers: int) -> None:
    """Run a part of the study, as a runner process."""
    file = folder / f"reported-{psutil.Process().pid}"
    study = open_study(url)
    pool = Pool(partial(prepare, folder), study.objectives, make_slots(n_workers), folder / "logs")
    study.run(
        pool, n_trials, max_failures=n_trials, on_trial=lambda trial, _outcome: append_line(file, str(trial.number))
    )


def append_line(file: Path, line: str) -> None:
    """Append a line to a file of this process."""
    with file.open("a") as opened:
        opened.write(line + "\n")


def soak(options: Options, url: str, folder: Path) -> dict[str, object]:
    """Run the study to its end while processes are killed, and return the counts."""

    def start(n_workers: int) -> subprocess.Popen[bytes]:
        return start_runner(__file__, url, folder, options.trials, n_workers)

    return {**run_with_kills(options, start), **count_trials(url, folder, options.trials)}


def run_with_kills(options: Options, start: Callable[[int], subprocess.Popen[bytes]]) -> dict[str, object]:
    """Run the runners to their end while some processes are killed, and return the minutes and the numbers of kills.

    Args:
        options: of the soak test.
        start: starts a runner with so many workers.
    """
    rng, kills = np.random.default_rng(options.seed), Counter[str]()
    shares = [
        options.workers // options.runners + (i < options.workers % options.runners) for i in range(options.runners)
    ]
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
    return {"minutes": round((time.monotonic() - started) / 60, 1), **kills}


def start_runner(script: str, url: str, folder: Path, amount: int, n_workers: int) -> subprocess.Popen[bytes]:
    """Start a runner: a soak script with ``--run``, and the trials or steps that the study may have."""
    return subprocess.Popen(  # noqa: S603 (our scripts)
        [sys.executable, script, "--run", url, str(folder), str(amount), str(n_workers)]
    )


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
    evaluated, reported = Counter(read_lines(folder, "evaluated")), Counter(map(int, read_lines(folder, "reported")))
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
        "PROCESSES LEFT": sum(map(psutil.pid_exists, set(process_ids(folder)))),
        "evaluated again because of a kill before the report": sum(evaluated.values()) - len(evaluated),
    }


def read_lines(folder: Path, kind: str) -> list[str]:
    """Return the complete lines of all processes. A killed process may leave an incomplete last line."""
    texts = (file.read_text() for file in folder.glob(f"{kind}-*"))
    return [line for text in texts for line in text.rpartition("\n")[0].splitlines()]


def process_ids(folder: Path, kinds: Sequence[str] = ("evaluated", "reported")) -> Iterator[int]:
    """The processes that have written lines of some kinds."""
    for kind in kinds:
        for file in folder.glob(f"{kind}-*"):
            yield int(file.name.rpartition("-")[2])


@contextmanager
def open_storage(kind: str, folder: Path) -> Iterator[str]:
    """A storage URL for the time of the soak test."""
    if kind != "postgresql":
        yield str(folder / "soak.db") if kind == "sqlite" else kind
        return
    with postgres.server() as server:
        yield server.create("soak")


def main() -> None:
    """Run the soak test and print the counts. Counts in capital letters must be 0."""
    run_soak(soak, read_options(__doc__, 1000, "number of trials in the study"))


def read_options(description: str | None, amount: int, meaning: str) -> Options:
    """Read the options of a soak test."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--trials", type=int, default=amount, help=meaning)
    parser.add_argument("--workers", type=int, default=4, help="number of workers of all runners together")
    parser.add_argument("--runners", type=int, default=2)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two kills, on average")
    parser.add_argument("--storage", default="sqlite", help="sqlite, postgresql, or a storage URL")
    parser.add_argument("--seed", type=int, default=0)
    return Options(**vars(parser.parse_args()))


def run_soak(soak: Callable[[Options, str, Path], dict[str, object]], options: Options) -> None:
    """Run a soak test in a folder of its own, print its counts, and exit with 1 unless those in capitals are 0."""
    with tempfile.TemporaryDirectory() as folder, open_storage(options.storage, Path(folder)) as url:
        counts = soak(options, url, Path(folder))
    print("\n".join(f"{name}: {value}" for name, value in counts.items()))  # noqa: T201 (a command)
    sys.exit(any(value for name, value in counts.items() if name.isupper()))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
    else:
        main()
