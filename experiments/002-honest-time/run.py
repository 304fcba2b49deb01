"""Measure times next to parallel trainings, with and without the device lock. README.md describes the experiment."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from paretune.measure import TrainingTime, TrainingTimer, environment, latency, median_error
from paretune.workloads.builtin.diatoms import generated_outlines
from paretune.workloads.builtin.diatoms.frameworks import Session, open_session

T = TypeVar("T")
RESULTS = Path(__file__).parent / "results"
PARAMS = {
    "batch_size": 16,
    **{f"conv_{block}_num_filters": 48 for block in (1, 2, 3)},
    **dict(zip([f"conv_{block}_filter_size" for block in (1, 2, 3)], (7, 5, 3), strict=True)),
    "learning_rate": 1e-3,
    "one_minus_beta_1": 0.1,
    "one_minus_beta_2": 1e-3,
    "epsilon": 1e-8,
    "decay": 1e-6,
}
UNLIMITED_EPOCHS = 10**6


class Paused(Exception):  # noqa: N818 (no error)
    """Raised inside a training that should pause."""


class PausableTimer(TrainingTimer):
    """A training timer that pauses its training on request.

    Args:
        session: the session of the training.
        number: number of the training.
        n_active: shared number of trainings that should run, those with the lowest numbers.
        steps: shared step counts of all trainings.
    """

    def __init__(self, session: Session, number: int, n_active: Any, steps: Any) -> None:
        super().__init__(session.device, session.synchronize)
        self._number, self._n_active, self._steps = number, n_active, steps

    def each(self, items: Iterable[T], part: str = "step") -> Iterator[T]:
        """Yield items until the training should pause."""
        for item in super().each(items, part):
            if self._number >= self._n_active.value:
                raise Paused
            self._steps[self._number] += 1
            yield item


def keep_training(number: int, device: str, n_active: Any, steps: Any) -> None:
    """Train while this training is active, until ``n_active`` is -1."""
    while n_active.value >= 0:
        if number >= n_active.value:
            time.sleep(0.01)
            continue
        try:
            with open_session("torch", device) as session:
                train(session, UNLIMITED_EPOCHS, number, PausableTimer(session, number, n_active, steps))
        except Paused:
            pass


def train(session: Session, epochs: int, seed: int, timer: TrainingTimer) -> TrainingTime:
    """Run one training, and return its time."""
    net, part = session.build(PARAMS, seed), generated_outlines.draw_outlines().standardised().training
    with timer:
        for _ in session.train(net, part, PARAMS, epochs, seed, timer):
            pass
    return timer.time


class ParallelTrainings:
    """Parallel trainings in separate processes.

    Args:
        n: maximum number of trainings.
        device: device of the trainings.
    """

    def __init__(self, n: int, device: str) -> None:
        context = get_context("spawn")
        self._n_active, self._steps = context.Value("i", 0), context.Array("q", n)
        arguments = [(number, device, self._n_active, self._steps) for number in range(n)]
        self._processes = [context.Process(target=keep_training, args=a, daemon=True) for a in arguments]
        for process in self._processes:
            process.start()

    @contextmanager
    def training(self, n: int) -> Iterator[None]:
        """Run ``n`` trainings during the context, which begins after their first steps."""
        before = list(self._steps)
        self._n_active.value = n
        while any(now < then + 20 for now, then in zip(self._steps[:n], before, strict=False)):
            time.sleep(0.01)
        try:
            yield
        finally:
            self._n_active.value = 0
            time.sleep(0.2)

    def end(self) -> None:
        """End all trainings."""
        self._n_active.value = -1
        for process in self._processes:
            process.join(60)


def measure(
    session: Session, others: ParallelTrainings, numbers: list[int], epochs: int, generator: np.random.Generator
) -> dict[str, float]:
    """Measure one round, and return its row of numbers by name."""
    row: dict[str, float] = {}
    predict = session.predictor(
        session.build(PARAMS, 0), generated_outlines.draw_outlines().standardised().validation.values
    )
    for n in generator.permutation([0, *numbers]):
        with others.training(n):
            for lock in generator.permutation([True, False]):
                timed = latency(
                    predict,
                    device=session.device if lock else None,
                    synchronize=session.synchronize,
                    time_limit=1.0,
                )
                name = f"latency, {n} trainings, {'lock' if lock else 'no lock'}"
                row[name], row[f"{name}, fastest"] = timed.median, timed.samples.min()
    for n in generator.permutation([0, max(numbers) - 1]):
        with others.training(n):
            found = train(session, epochs, 0, TrainingTimer(session.device, session.synchronize))
            row[f"training beside {n}, whole"], row[f"training beside {n}, from steps"] = found.whole, found.from_steps
    return row


def ratios(rounds: pd.DataFrame, numbers: list[int]) -> Iterator[tuple[str, pd.Series]]:
    """Yield the name of each ratio and its value in each round."""
    for fastest in ("", ", fastest"):
        for lock in ("lock", "no lock"):
            for k in (0, *numbers):
                ratio = (
                    rounds[f"latency, {k} trainings, {lock}{fastest}"] / rounds[f"latency, 1 trainings, lock{fastest}"]
                )
                yield f"latency{fastest}: beside {k} trainings, {lock} / beside 1, lock", ratio
    n = max(numbers) - 1
    alone = rounds["training beside 0, whole"]
    yield "training alone, from steps / whole", rounds["training beside 0, from steps"] / alone
    yield f"training beside {n}, from steps / alone, whole", rounds[f"training beside {n}, from steps"] / alone
    yield f"training beside {n}, by the clock / alone, whole", rounds[f"training beside {n}, whole"] / alone


def render_table(rounds: pd.DataFrame, numbers: list[int]) -> Iterator[str]:
    """Yield the lines of a Markdown table of median ratios and their standard errors."""
    yield "| ratio inside of a round | median | standard error | smallest | largest |"
    yield "|---|---|---|---|---|"
    for name, values in ratios(rounds, numbers):
        low, high = values.min(), values.max()
        yield f"| {name} | {values.median():.3f} | {median_error(values):.3f} | {low:.3f} | {high:.3f} |"


def main() -> None:
    """Measure all rounds, and write the numbers and the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument(
        "--trainings", type=int, nargs="+", default=[1, 2, 4], help="numbers of parallel trainings; must include 1"
    )
    parser.add_argument("--rounds", type=int, default=15, help="at least 2")
    parser.add_argument("--epochs", type=int, default=20, help="epochs of the timed training")
    parser.add_argument("--threads", type=int, default=1, help="threads of each process")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(arguments.threads)  # before torch is loaded, here and in the trainings
    generator, start, load = np.random.default_rng(arguments.seed), time.time(), os.getloadavg()[0]
    facts = {
        "command": shlex.join(["python", *sys.argv]),
        **environment(),
        "load": f"{load:.1f} processes were running at the start",
    }
    others = ParallelTrainings(max(arguments.trainings), arguments.device)
    rounds: list[dict[str, float]] = []
    try:
        with open_session("torch", arguments.device) as session:
            train(session, 2, 0, TrainingTimer(session.device, session.synchronize))  # warm-up
            while len(rounds) < arguments.rounds:
                rounds.append(measure(session, others, arguments.trainings, arguments.epochs, generator))
                facts["duration"] = f"{time.time() - start:.0f} s, {len(rounds)} of {arguments.rounds} rounds"
                if len(rounds) > 1:  # a standard error needs two
                    write_results(pd.DataFrame(rounds), arguments.trainings, arguments.device, facts)
    finally:
        others.end()
    sys.stdout.write((RESULTS / f"{arguments.device}.md").read_text(encoding="utf-8"))


def write_results(rounds: pd.DataFrame, numbers: list[int], device: str, facts: dict[str, str]) -> None:
    """Write the numbers and the table of the finished rounds."""
    rounds.to_csv(RESULTS / f"{device}.csv", index=False, float_format="%.6g")
    lines = [f"# Measured on {device}", "", *(f"- {name}: {value}" for name, value in facts.items()), ""]
    text = "\n".join([*lines, *render_table(rounds, numbers)]) + "\n"
    (RESULTS / f"{device}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
