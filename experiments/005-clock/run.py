"""Measure the same nets again and again, by several clocks. README.md describes the experiment.

``run.py measure`` adds sessions to results/sessions.csv, each in a new process; ``run.py tables`` prints the table.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from paretune.measure import Latency, Yardstick, batch_means_error, cpu_yardstick, exclusive_device, latency
from paretune.measure.clocks import Duration, mean_duration, time_call
from paretune.measure.yardstick import at_reference_speed

RESULTS = Path(__file__).parent / "results" / "sessions.csv"
N_NETS, TURNS, SECONDS = 12, 16, 2.0
SETTLED = {
    "batch_size": 16,
    "learning_rate": 1e-3,
    "one_minus_beta_1": 0.1,
    "one_minus_beta_2": 1e-3,
    "epsilon": 1e-8,
    "decay": 1e-6,
}


def draw_nets() -> list[dict[str, Any]]:
    """Draw the shapes of the nets: from small and quick to large and slow."""
    rng = np.random.default_rng(5)
    blocks = (1, 2, 3)
    return [
        SETTLED
        | {f"conv_{b}_num_filters": int(n) for b, n in zip(blocks, np.exp(rng.uniform(2.1, 4.6, 3)), strict=True)}
        | {f"conv_{b}_filter_size": int(n) for b, n in zip(blocks, rng.integers(2, 10, 3), strict=True)}
        for _ in range(N_NETS)
    ]


def make_yardsticks() -> dict[str, Yardstick]:
    """Make yardsticks of several kinds; their seconds are arbitrary, since only ratios are compared."""
    rng = np.random.default_rng(0)
    series, kernels = rng.standard_normal((32, 8, 200), np.float32), rng.standard_normal((8, 9), np.float32)
    numbers = rng.standard_normal(3_000_000, np.float32)
    computations: dict[str, Callable[[], object]] = {
        "convolution": partial(_convolve, series, kernels),
        "memory": partial(np.copyto, np.empty_like(numbers), numbers),
        "interpreter": lambda: sum(i * i for i in range(10_000)),
    }
    return {"matrix product": cpu_yardstick()} | {name: Yardstick(call, 0.001) for name, call in computations.items()}


def _convolve(series: NDArray[np.float32], kernels: NDArray[np.float32]) -> NDArray[np.float32]:
    width = series.shape[2] - kernels.shape[1] + 1
    found = np.zeros((len(series), width), np.float32)
    for channel, kernel in enumerate(kernels):
        for shift, weight in enumerate(kernel):
            found += weight * series[:, channel, shift : shift + width]
    return np.maximum(found, 0)


def measure_session(number: int) -> list[dict[str, Any]]:
    """Measure every net by every clock once."""
    import torch  # noqa: PLC0415 (each session is a process of its own)

    from paretune.workloads.builtin.diatoms import generated_outlines  # noqa: PLC0415
    from paretune.workloads.builtin.diatoms.frameworks import open_session  # noqa: PLC0415

    torch.set_num_threads(1)
    series = generated_outlines.draw_outlines().standardised().validation.values  # noqa: PD011 (no data frame)
    facts = {"session": number, "started": round(time.time()), "load": round(os.getloadavg()[0], 1)}
    rows = []
    with open_session("torch", "cpu") as opened:
        for net, params in enumerate(draw_nets()):
            predict = opened.predictor(opened.build(params, 0), series)
            timed = latency(predict, device="cpu", time_limit=SECONDS, never_waits=True)
            for clock, seconds, error in [*_of_latency(timed), *_in_turns(predict)]:
                rows.append({**facts, "net": net, "clock": clock, "seconds": seconds, "error": error})
    return rows


def _of_latency(timed: Latency) -> Iterator[tuple[str, float, float]]:
    """What a workload measures."""
    yield "latency, wall clock", timed.median, timed.standard_error
    if timed.reference is not None:
        yield "latency, reference", timed.reference.seconds, timed.reference.standard_error


def _in_turns(predict: Callable[[], object]) -> Iterator[tuple[str, float, float]]:
    """The same calls by each clock, and in turns with each yardstick."""
    yardsticks = make_yardsticks()
    calls: list[Duration] = []
    runs = {name: [time_call(yardstick.compute)] for name, yardstick in yardsticks.items()}
    with exclusive_device("cpu"):
        while len(calls) < TURNS:
            calls.append(time_call(predict))
            for name, yardstick in yardsticks.items():
                runs[name].append(time_call(yardstick.compute))
    for clock in ("wall", "cpu"):
        durations = [getattr(call, clock) for call in calls]
        yield f"{clock} clock", float(np.median(durations)), batch_means_error(durations)
    for name, timed in runs.items():
        around = list(map(mean_duration, timed[:-1], timed[1:]))
        found = at_reference_speed(calls, around, yardsticks[name], "cpu")
        yield f"cpu clock / {name}", found.seconds, found.standard_error


def measure(n_sessions: int, pause: float, n_busy: int) -> None:
    """Add sessions to the results; every second one with so many other processes that compute."""
    first = int(pd.read_csv(RESULTS)["session"].max()) + 1 if RESULTS.exists() else 0
    context = get_context("spawn")
    for number in range(first, first + n_sessions):
        others = [context.Process(target=_keep_busy, daemon=True) for _ in range(n_busy * (number % 2))]
        for process in others:
            process.start()
        with context.Pool(1) as pool:
            rows = pool.apply(measure_session, (number,))
        for process in others:
            process.terminate()
        pd.DataFrame(rows).assign(others=len(others)).to_csv(
            RESULTS, mode="a", header=not RESULTS.exists(), index=False, float_format="%.6g"
        )
        time.sleep(pause)


def _keep_busy() -> None:
    numbers = np.random.default_rng(0).standard_normal(1_000_000)
    while True:
        numbers.sort()
        np.random.default_rng(0).shuffle(numbers)


def table(results: pd.DataFrame) -> pd.DataFrame:
    """Spread between sessions, and coverage of the stated intervals.

    Returns:
        For each clock: standard deviation of the logarithm around the net's median; the ratio of the largest to the
        smallest session, as a median over the nets; and the share of 95 % intervals that contain the median of the
        net's other sessions.
    """
    rows = []
    for clock, group in results.groupby("clock", sort=False):
        seconds = group.pivot_table(index="net", columns="session", values="seconds").to_numpy()
        errors = group.pivot_table(index="net", columns="session", values="error").to_numpy()
        logs = np.log(seconds)
        rest = logs - np.median(logs, axis=1, keepdims=True)
        others = np.stack([np.median(np.delete(seconds, i, axis=1), axis=1) for i in range(seconds.shape[1])], axis=1)
        rows.append(
            {
                "clock": clock,
                "spread": float(np.sqrt((rest**2).sum() / (rest.size - len(rest)))),
                "largest / smallest": float(np.median(seconds.max(axis=1) / seconds.min(axis=1))),
                "coverage": float(np.mean(np.abs(seconds - others) <= 1.96 * errors)),
            }
        )
    return pd.DataFrame(rows)


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["measure", "tables"])
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--pause", type=float, default=60.0, help="seconds between two sessions")
    parser.add_argument("--busy", type=int, default=0, help="other processes that compute in every second session")
    given = parser.parse_args()
    if given.action == "measure":
        measure(given.sessions, given.pause, given.busy)
    results = pd.read_csv(RESULTS)
    if results["session"].nunique() < 2:
        parser.error("a comparison needs at least two sessions: run.py measure --sessions 2")
    sys.stdout.write(
        f"{results['session'].nunique()} sessions in {np.ptp(results['started']) / 3600:.1f} h, load "
        f"{results['load'].min()} to {results['load'].max()}\n{table(results).round(3).to_string(index=False)}\n"
    )


if __name__ == "__main__":
    main()
