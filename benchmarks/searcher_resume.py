"""Resume test: each searcher tunes diatoms with two workers, and goes on with the same trials after a kill.

Run it: ``python benchmarks/searcher_resume.py``, or with the names of some searchers. The data are generated, and a
training has one epoch. Each search runs twice: at one go, and killed by SIGKILL together with its workers once it has
some trials, then started again by the same command. The table compares the configurations of both. They can differ
where a suggestion knows other results because trials ended in another order (`docs/searchers.md`, After a kill); the
random numbers of Optuna's samplers are new after each start.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from paretune.errors import ParetuneError
from paretune.study import SEARCHER_NAMES, load
from paretune.trials import Trials

N_TRIALS, N_BEFORE_KILL, N_WORKERS = 6, 3, 2
SMALL = tuple(f"conv_{i}_num_filters=32" for i in (1, 2, 3))
SETTINGS = ("data=generated", "epochs=1", "framework=torch", "device=cpu", *SMALL)
OPTIONS = dict.fromkeys(("bayes", "gp", "tpe"), "n_startup_trials=3")
LIMIT_SECONDS = 600.0


def command(searcher: str, study: str) -> list[str]:
    """Return the command line of a run."""
    settings = [word for setting in SETTINGS for word in ("--set", setting)]
    option = ["--searcher-option", OPTIONS[searcher]] if searcher in OPTIONS else []
    program = [sys.executable, "-m", "paretune", "run", "diatoms", "--study", study, "--searcher", searcher, *option]
    return [*program, *settings, "--trials", str(N_TRIALS), "--workers", str(N_WORKERS), "--no-report"]


def read_trials(study: str) -> Trials | None:
    """Return the trials of a study; None while there is none."""
    try:
        return load(study, "paretune.db").trials
    except ParetuneError:
        return None


def run_and_kill(searcher: str, study: str) -> None:
    """Start a run, and kill it with all of its processes once some trials have ended."""
    process = subprocess.Popen(command(searcher, study), stderr=subprocess.DEVNULL)  # noqa: S603 (our own command)
    deadline = time.monotonic() + LIMIT_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        trials = read_trials(study)
        if trials is not None and (~trials.is_pending).sum() >= N_BEFORE_KILL:
            break
        time.sleep(0.5)
    children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    for pid in [process.pid, *(child.pid for child in children)]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.wait()


def configurations(study: str) -> list[str]:
    """Return the configurations of the trials that count, sorted."""
    trials = load(study, "paretune.db").trials
    return sorted(map(repr, trials[~trials.is_lost].params))


def main() -> None:
    """Run all searchers, or those that are named, and print the table."""
    names = sys.argv[1:] or SEARCHER_NAMES
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(Path(folder))
        print("| searcher | trials at one go | trials after a kill | same configurations |\n|---|---|---|---|")  # noqa: T201 (a result)
        for name in names:
            subprocess.run(command(name, f"{name}-whole"), check=True, stderr=subprocess.DEVNULL)  # noqa: S603 (our own command)
            run_and_kill(name, f"{name}-killed")
            subprocess.run(command(name, f"{name}-killed"), check=True, stderr=subprocess.DEVNULL)  # noqa: S603 (our own command)
            whole, killed = configurations(f"{name}-whole"), configurations(f"{name}-killed")
            n_same = sum(params in whole for params in killed)
            print(f"| `{name}` | {len(whole)} | {len(killed)} | {n_same} |", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
