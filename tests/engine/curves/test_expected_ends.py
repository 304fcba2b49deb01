"""Expected ends of made-up curves whose ends are known."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from paretune.engine.curves.expected_ends import ExpectedEnds
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Float, Space
from paretune.trials import Curves, Trials

N_ENDED, N_OPEN, N_STEPS = 24, 40, 12


def late_trials(seed: int, last_step: int = 4) -> tuple[Trials, np.ndarray]:
    """Trainings whose accuracy is at chance until step 8, and whose loss tells the end; also all final losses."""
    rng = np.random.default_rng(seed)
    quality, latency = rng.random((2, N_ENDED + N_OPEN))
    steps = np.arange(1, N_STEPS + 1)
    reports = {}
    for i, q in enumerate(quality):
        accuracy = np.where(steps < 8, 0.1, q) + rng.normal(0, 0.01, N_STEPS)
        loss = 2 - q + 1 / steps + rng.normal(0, 0.1, N_STEPS)
        n = N_STEPS if i < N_ENDED else last_step
        reports[i] = [
            {"step": int(s), "accuracy": accuracy[s - 1], "loss": loss[s - 1], "latency": latency[i]} for s in steps[:n]
        ]
    losses = np.column_stack([-quality, latency])
    trials = Trials(
        Space({"x": Float(0, 1)}),
        Objectives([Maximize("accuracy"), Minimize("latency")]),
        tuple({"x": float(q)} for q in quality),
        losses=np.where(np.arange(N_ENDED + N_OPEN)[:, None] < N_ENDED, losses, np.nan),
        states=["complete"] * N_ENDED + ["stopped", "pending"] * (N_OPEN // 2),
        curves=Curves.from_steps(reports),
    )
    return trials, losses


def test_ends_are_predicted_by_the_metric_that_tells_them():
    trials, losses = late_trials(0)
    ends = ExpectedEnds.of(trials)
    assert np.isnan(ends.losses[:N_ENDED]).all()
    assert spearmanr(ends.losses[N_ENDED:, 0], losses[N_ENDED:, 0]).statistic > 0.9
    assert ends.measured[N_ENDED:, 1] == pytest.approx(losses[N_ENDED:, 1], abs=1e-6)  # the latency is known


def test_standard_errors_are_as_large_as_the_errors():
    scores = []
    for seed in range(8):
        trials, losses = late_trials(seed)
        ends = ExpectedEnds.of(trials)
        scores.append((ends.measured - losses)[N_ENDED:, 0] / ends.measured_errors[N_ENDED:, 0])
    assert 0.6 < np.sqrt(np.mean(np.square(scores))) < 1.2


def test_trials_stopped_at_other_steps_are_compared_at_these():
    trials, losses = late_trials(1)
    early, late = ExpectedEnds.of(trials), ExpectedEnds.of(late_trials(1, last_step=10)[0])
    assert (late.errors[N_ENDED:, 0] < early.errors[N_ENDED:, 0]).all()  # the accuracy itself is there by then
    assert np.abs((late.losses - losses)[N_ENDED:, 0]).max() < 0.1


def test_too_few_ended_trials_predict_nothing():
    trials, _ = late_trials(2)
    ends = ExpectedEnds.of(trials[np.arange(N_ENDED - 7, len(trials))])
    assert np.isnan(ends.losses).all()


def test_trial_without_a_curve_has_no_expected_end():
    trials, _ = late_trials(3)
    ends = ExpectedEnds.of(trials.with_pending([{"x": 0.5}]))
    assert np.isnan(ends.losses[-1]).all()
    assert np.isfinite(ends.losses[-2]).all()


def test_many_last_steps_are_grouped_at_ten_steps_before_them():
    rng = np.random.default_rng(4)
    quality = rng.random(80)
    last = [100] * 20 + list(range(1, 61))
    reports = {i: [{"step": s, "loss": q + 1 / s} for s in range(1, last[i] + 1)] for i, q in enumerate(quality)}
    trials = Trials(
        Space({"x": Float(0, 1)}),
        Objectives([Minimize("loss")]),
        tuple({"x": float(q)} for q in quality),
        losses=np.where(np.arange(80) < 20, quality + 0.01, np.nan)[:, None],
        states=["complete"] * 20 + ["stopped"] * 60,
        curves=Curves.from_steps(reports),
    )
    ends = ExpectedEnds.of(trials)
    assert ends.losses[20:, 0] == pytest.approx(quality[20:] + 0.01)
