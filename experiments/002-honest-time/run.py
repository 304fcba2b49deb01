"""Measure beside trainings, with the lock and without it; see README.md for question, design and decision rule."""

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
from paretune.workloads.builtin.diatoms import outlines
from paretune.workloads.builtin.diatoms.frameworks import Session, session

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
FOR_EVER = 10**6


class Paused(Exception):  # noqa: N818 (no error)
    """Raised inside a training that is not wanted now."""


class While(TrainingTimer):
    """Times a training, as long as it is wanted.

    Args:
        number: of the training.
        wanted: how many trainings are to run, those of the lowest numbers.
        steps: of each training, counted.
    """

    def __init__(self, opened: Session, number: int, wanted: Any, steps: Any) -> None:
        super().__init__(opened.device, opened.synchronize)
        self._number, self._wanted, self._steps = number, wanted, steps

    def each(self, items: Iterable[T], part: str = "step") -> Iterator[T]:
        """Go through items as long as the training is wanted."""
        for item in super().each(items, part):
            if self._number >= self._wanted.value:
                raise Paused
            self._steps[self._number] += 1
            yield item


def keep_training(number: int, device: str, wanted: Any, steps: Any) -> None:
    """Train whenever it is wanted; -1 ends it."""
    while wanted.value >= 0:
        if number >= wanted.value:
            time.sleep(0.01)
            continue
        try:
            with session("torch", device) as opened:
                train(opened, FOR_EVER, number, While(opened, number, wanted, steps))
        except Paused:
            pass


def train(opened: Session, epochs: int, seed: int, timer: TrainingTimer) -> TrainingTime:
    """One training, and its time."""
    net, part = opened.build(PARAMS, seed), outlines.draw().standardised().training
    with timer:
        opened.train(net, part, PARAMS, epochs, seed, timer)
    return timer.time


class Companions:
    """Trainings in processes of their own.

    Args:
        n: how many there are at most.
        device: where they train.
    """

    def __init__(self, n: int, device: str) -> None:
        context = get_context("spawn")
        self._wanted, self._steps = context.Value("i", 0), context.Array("q", n)
        arguments = [(number, device, self._wanted, self._steps) for number in range(n)]
        self._processes = [context.Process(target=keep_training, args=a, daemon=True) for a in arguments]
        for process in self._processes:
            process.start()

    @contextmanager
    def training(self, n: int) -> Iterator[None]:
        """So many train, and are past their first steps."""
        before = list(self._steps)
        self._wanted.value = n
        while any(now < then + 20 for now, then in zip(self._steps[:n], before, strict=False)):
            time.sleep(0.01)
        try:
            yield
        finally:
            self._wanted.value = 0
            time.sleep(0.2)

    def end(self) -> None:
        """No training is wanted any more."""
        self._wanted.value = -1
        for process in self._processes:
            process.join(60)


def measure(
    opened: Session, companions: Companions, numbers: list[int], epochs: int, generator: np.random.Generator
) -> dict[str, float]:
    """One round: a row of numbers by name."""
    row: dict[str, float] = {}
    predict = opened.predictor(opened.build(PARAMS, 0), outlines.draw().standardised().validation.values)
    for n in generator.permutation([0, *numbers]):
        with companions.training(n):
            for lock in generator.permutation([True, False]):
                timed = latency(
                    predict,
                    device=opened.device if lock else None,
                    synchronize=opened.synchronize,
                    time_limit=1.0,
                )
                name = f"latency, {n} trainings, {'lock' if lock else 'no lock'}"
                row[name], row[f"{name}, fastest"] = timed.median, timed.samples.min()
    for n in generator.permutation([0, max(numbers) - 1]):
        with companions.training(n):
            found = train(opened, epochs, 0, TrainingTimer(opened.device, opened.synchronize))
            row[f"training beside {n}, whole"], row[f"training beside {n}, from steps"] = found.whole, found.from_steps
    return row


def ratios(rounds: pd.DataFrame, numbers: list[int]) -> Iterator[tuple[str, pd.Series]]:
    """From what is asked to its ratio in each round."""
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


def table(rounds: pd.DataFrame, numbers: list[int]) -> Iterator[str]:
    """Median ratios with their standard errors, in Markdown."""
    yield "| ratio inside of a round | median | standard error | smallest | largest |"
    yield "|---|---|---|---|---|"
    for name, values in ratios(rounds, numbers):
        low, high = values.min(), values.max()
        yield f"| {name} | {values.median():.3f} | {median_error(values):.3f} | {low:.3f} | {high:.3f} |"


def main() -> None:
    """Measure, and write the numbers and the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--trainings", type=int, nargs="+", default=[1, 2, 4], help="how many train, 1 among them")
    parser.add_argument("--rounds", type=int, default=15, help="at least 2")
    parser.add_argument("--epochs", type=int, default=20, help="of the training that is timed")
    parser.add_argument("--threads", type=int, default=1, help="of each process")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(asked.threads)  # before torch is loaded, here and in the trainings
    generator, start, load = np.random.default_rng(asked.seed), time.time(), os.getloadavg()[0]
    facts = {
        "command": shlex.join(["python", *sys.argv]),
        **environment(),
        "load": f"{load:.1f} processes were running at the start",
    }
    companions = Companions(max(asked.trainings), asked.device)
    rounds: list[dict[str, float]] = []
    try:
        with session("torch", asked.device) as opened:
            train(opened, 2, 0, TrainingTimer(opened.device, opened.synchronize))  # loads what the first one loads
            while len(rounds) < asked.rounds:
                rounds.append(measure(opened, companions, asked.trainings, asked.epochs, generator))
                facts["duration"] = f"{time.time() - start:.0f} s, {len(rounds)} of {asked.rounds} rounds"
                if len(rounds) > 1:  # a standard error needs two
                    keep(pd.DataFrame(rounds), asked.trainings, asked.device, facts)
    finally:
        companions.end()
    sys.stdout.write((RESULTS / f"{asked.device}.md").read_text(encoding="utf-8"))


def keep(rounds: pd.DataFrame, numbers: list[int], device: str, facts: dict[str, str]) -> None:
    """Write the numbers and the table of the rounds so far."""
    rounds.to_csv(RESULTS / f"{device}.csv", index=False, float_format="%.6g")
    lines = [f"# Measured on {device}", "", *(f"- {name}: {value}" for name, value in facts.items()), ""]
    text = "\n".join([*lines, *table(rounds, numbers)]) + "\n"
    (RESULTS / f"{device}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
