import numpy as np
import pytest
from scipy.stats import spearmanr

from paretune.objectives import Maximize, Minimize
from paretune.schedulers.expected_losses import expected_losses, find_predictors
from paretune.schedulers.metrics_at_step import MetricsAtStep
from paretune.schedulers.predictor import MIN_ENDED, find_predictor
from schedulers.late_objective import late_trials

FINAL = np.linspace(0, 1, 20)


@pytest.mark.parametrize("step", [2, 5, 10])
@pytest.mark.parametrize("seed", range(3))
def test_loss_is_the_signal_while_the_accuracy_is_near_chance(step, seed):
    trials = late_trials(40, seed)
    accuracy, latency = find_predictors(trials, MetricsAtStep.of(trials.curves, step))
    assert accuracy.metric == "loss"
    assert accuracy.sign == 1
    assert accuracy.correlation > 0.6
    assert (latency.metric, latency.n) == ("latency", 0)  # known before training


def test_accuracy_is_its_own_signal_near_the_end():
    trials = late_trials(40, 0)
    accuracy, _ = find_predictors(trials, MetricsAtStep.of(trials.curves, 26))
    assert accuracy.metric == "accuracy"
    assert accuracy.sign == -1


def test_correlation_is_that_of_scipy():
    rng = np.random.default_rng(0)
    loss = np.round(FINAL + rng.normal(0, 0.2, 20), 1)  # with ties
    found = find_predictor(Minimize("error"), FINAL, {"loss": loss})
    assert found.correlation == pytest.approx(spearmanr(loss, FINAL)[0])


def test_no_signal_with_fewer_than_eight_ended_trials():
    few = FINAL[: MIN_ENDED - 1]
    assert find_predictor(Minimize("error"), few, {"error": few}) is None
    enough = FINAL[:MIN_ENDED]
    assert find_predictor(Minimize("error"), enough, {"error": enough}).n == MIN_ENDED


def test_eight_trials_rarely_choose_a_metric_by_luck():
    rng = np.random.default_rng(1)
    final = np.linspace(0, 1, 8)
    chosen = [
        find_predictor(Minimize("error"), final, {"error": final + rng.normal(0, 0.1, 8), "noise": rng.normal(size=8)})
        for _ in range(300)
    ]
    assert sum(found.metric == "noise" for found in chosen if found is not None) <= 3


def test_noise_is_rarely_a_signal():
    rng = np.random.default_rng(2)
    found = [find_predictor(Minimize("error"), FINAL, {"noise": rng.normal(size=20)}) for _ in range(300)]
    assert sum(predictor is not None for predictor in found) <= 6


def test_sign_of_the_objective_is_never_learned():
    assert find_predictor(Maximize("accuracy"), -FINAL, {"accuracy": -FINAL}) is None
    assert find_predictor(Maximize("accuracy"), -FINAL, {"accuracy": FINAL}).sign == -1


def test_metric_that_is_larger_for_better_trials_counts_with_a_minus():
    assert find_predictor(Minimize("error"), FINAL, {"margin": -FINAL}).sign == -1


def test_objective_without_variation_needs_no_signal():
    found = find_predictor(Minimize("size"), np.ones(9), {"loss": np.arange(9.0)})
    assert found.losses({}, 3).tolist() == [0, 0, 0]


def test_metric_that_some_trials_lack_counts_where_it_is_known():
    loss = np.where(np.arange(20) % 3 == 0, np.nan, FINAL)
    assert find_predictor(Minimize("error"), FINAL, {"loss": loss}).n == 13
    assert find_predictor(Minimize("error"), FINAL, {"loss": np.full(20, np.nan)}) is None


def test_reason_names_the_objective_without_a_signal():
    trials = late_trials(5, 0)
    assert expected_losses(trials, 2) == "no metric is known to predict the final accuracy at step 2"
