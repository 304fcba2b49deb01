"""Early metrics against a loop over all reports."""

import math

import numpy as np
import pytest

from paretune.engine.curves.early_metrics import EarlyMetrics
from paretune.trials import Curves


def random_curves(seed: int) -> tuple[Curves, dict[int, list[dict[str, float]]]]:
    """Curves of nine trials with skipped steps and missing values."""
    rng = np.random.default_rng(seed)
    reports = {}
    for number in range(3, 12):
        steps = np.sort(rng.choice(20, rng.integers(1, 12), replace=False))
        reports[number] = [
            {"step": int(step)} | {name: float(rng.normal()) for name in ("a", "b") if rng.random() < 0.7}
            for step in steps
        ]
    return Curves.from_steps(reports), reports


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("step", [1, 2, 7, 15])
def test_last_values_and_means_are_those_of_a_loop(seed, step):
    curves, reports = random_curves(seed)
    early = EarlyMetrics.at(curves, step)
    assert early.numbers.tolist() == [n for n, found in reports.items() if found[-1]["step"] >= step]
    for row, number in enumerate(early.numbers.tolist()):
        for column, (name, is_mean) in enumerate(zip(early.names, early.is_mean, strict=True)):
            until = [(r["step"], r[name]) for r in reports[number] if r["step"] <= step and name in r]
            late = [value for s, value in until if s > 2 * step / 3]
            expected = (np.mean(late) if late else math.nan) if is_mean else (until[-1][1] if until else math.nan)
            assert early.values[row, column] == pytest.approx(expected, nan_ok=True)


def test_mean_over_a_single_step_is_left_out():
    curves = Curves.from_steps({i: [{"step": 1, "loss": i}, {"step": 2, "loss": 2 * i}] for i in range(3)})
    early = EarlyMetrics.at(curves, 2)
    assert early.names == ("loss",)
    assert early.values.ravel().tolist() == [0, 2, 4]


def test_no_curves_have_no_metrics():
    early = EarlyMetrics.at(Curves.empty(), 1)
    assert early.values.shape == (0, 0)
    assert early.names == ()
