"""Is a trial lost or counted twice while runners and workers are killed all the time?

Run it: ``python benchmarks/soak.py --storage postgresql``. Several runners share one study, each with its workers;
every few seconds one of these processes is killed by SIGKILL, a runner started again. The oracle is independent of the
storage: workers note what they evaluated, and runners what they have told, in a file of each process.
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
from paretune.execution import Pool, slots

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import postgres

SECONDS = 0.1  # of a trial


@dataclass(frozen=True)
class Options:
    """What is run.

    Args:
        trials: the study's total.
        workers: of all runners together.
        runners: how many.
        every: seconds between two kills.
        storage: sqlite, postgresql, or a storage URL.
        seed: who is killed.
    """

    trials: int
    workers: int
    runners: int
    every: float
    storage: str
    seed: int


def study(url: str) -> Study:
    """The study; opened by each runner."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return Study({"x": Float(0, 1)}, [Maximize("gain"), Minimize("cost")], storage=url, name="soak", searcher="random")


def prepare(folder: Path) -> Evaluate:
    """A training that is noted once it is done."""
    file = folder / f"evaluated-{psutil.Process().pid}"

    def evaluate(params: dict[str, float]) -> dict[str, float]:
        time.sleep(SECONDS)
        _note(file, repr(params["x"]))
        return {"gain": params["x"] ** 0.5, "cost": params["x"]}

    return evaluate


def run(url: str, folder: Path, n_trials: int, n_workers: int) -> None:
    """What a runner does: its part of the study."""
    file = folder / f"told-{psutil.Process().pid}"
    opened = study(url)
    pool = Pool(partial(prepare, folder), opened.objectives, slots(n_workers), folder / "logs")
    opened.run(pool, n_trials, max_failures=n_trials, on_trial=lambda asked, _outcome: _note(file, str(asked.number)))


def _note(file: Path, line: str) -> None:
    with file.open("a") as opened:
        opened.write(line + "\n")


def soak(options: Options, url: str, folder: Path) -> dict[str, object]:
    """Run to the end, killing; the counts."""
    rng, kills = np.random.default_rng(options.seed), Counter[str]()
    shares = [
        options.workers // options.runners + (i < options.workers % options.runners) for i in range(options.runners)
    ]
    begin = partial(_begin, url, folder, options.trials)
    runners = [begin(share) for share in shares]
    started = last = time.monotonic()
    while any(runner.poll() is None for runner in runners):
        time.sleep(0.1)
        if time.monotonic() - last > options.every * rng.uniform(0.5, 1.5):
            with suppress(psutil.NoSuchProcess, IndexError):  # it, or all of them, ended meanwhile
                kills[_kill(rng, runners)] += 1
            last = time.monotonic()
        for i, runner in enumerate(runners):
            if runner.poll() == -9:
                runners[i] = begin(shares[i])
    if any(runner.returncode for runner in runners):
        raise RuntimeError("a runner ended with an error")
    return {"minutes": round((time.monotonic() - started) / 60, 1), **kills, **counts(url, folder, options.trials)}


def _begin(url: str, folder: Path, n_trials: int, n_workers: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, __file__, "--run", url, str(folder), str(n_trials), str(n_workers)])  # noqa: S603 (this file)


def _kill(rng: np.random.Generator, runners: list[subprocess.Popen[bytes]]) -> str:
    """Kill a runner, or, three times as often, one of the workers; which it was."""
    living = [psutil.Process(runner.pid) for runner in runners if runner.poll() is None]
    workers = [child for runner in living for child in runner.children() if "spawn_main" in " ".join(child.cmdline())]
    kind = "workers killed" if workers and rng.random() < 0.75 else "runners killed"
    among = workers if kind == "workers killed" else living
    among[int(rng.random() * len(among))].kill()
    return kind


def counts(url: str, folder: Path, n_trials: int) -> dict[str, object]:
    """The record against what workers and runners have noted."""
    trials = study(url)._study.get_trials(deepcopy=False)  # noqa: SLF001 (states that Paretune's own table leaves out)
    of_state = Counter(trial.user_attrs.get("reason") or trial.state.name.lower() for trial in trials)
    complete = {trial.number: repr(trial.params["x"]) for trial in trials if trial.state.name == "COMPLETE"}
    crashed = {repr(trial.params["x"]) for trial in trials if trial.user_attrs.get("reason") == "crashed"}
    evaluated, told = Counter(_noted(folder, "evaluated")), Counter(map(int, _noted(folder, "told")))
    finished = {number for number in told if trials[number].user_attrs.get("reason") not in ("lost", "crashed")}
    return {
        "started": sum(n for state, n in of_state.items() if state != "waiting"),
        "finished": of_state["complete"],
        "lost, and tried again": of_state["lost"],
        "lost twice, so crashed": of_state["crashed"],
        "left pending or waiting": of_state["running"] + of_state["waiting"],
        "FINISHED TRIALS LOST": len(finished - set(complete)),
        "EVALUATIONS WITHOUT A TRIAL": len(set(evaluated) - set(complete.values()) - crashed),
        "TRIALS WITHOUT AN EVALUATION": len(set(complete.values()) - set(evaluated)),
        "DOUBLED": len(complete) - len(set(complete.values())) + sum(n > 1 for n in told.values()),
        "BEYOND THE BUDGET": of_state["complete"] + of_state["crashed"] - n_trials,
        "PROCESSES LEFT": sum(map(psutil.pid_exists, set(_processes(folder)))),
        "evaluated again, as a kill came before it was told": sum(evaluated.values()) - len(evaluated),
    }


def _noted(folder: Path, what: str) -> list[str]:
    """The whole lines that processes have written; one that was killed while it wrote left a part."""
    texts = (file.read_text() for file in folder.glob(f"{what}-*"))
    return [line for text in texts for line in text.rpartition("\n")[0].splitlines()]


def _processes(folder: Path) -> Iterator[int]:
    for what in ("evaluated", "told"):
        for file in folder.glob(f"{what}-*"):
            yield int(file.name.rpartition("-")[2])


@contextmanager
def _storage(kind: str, folder: Path) -> Iterator[str]:
    if kind != "postgresql":
        yield str(folder / "soak.db") if kind == "sqlite" else kind
        return
    with postgres.server() as server:
        yield server.create("soak")


def main() -> None:
    """Run it, and print the counts; those in capitals must be 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=4, help="of all runners together")
    parser.add_argument("--runners", type=int, default=2)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two kills, on average")
    parser.add_argument("--storage", default="sqlite", help="sqlite, postgresql, or a storage URL")
    parser.add_argument("--seed", type=int, default=0)
    options = Options(**vars(parser.parse_args()))
    with tempfile.TemporaryDirectory() as folder, _storage(options.storage, Path(folder)) as url:
        found = soak(options, url, Path(folder))
    print("\n".join(f"{name}: {value}" for name, value in found.items()))  # noqa: T201 (a command)
    sys.exit(any(value for name, value in found.items() if name.isupper()))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
    else:
        main()
