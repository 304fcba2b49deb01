"""Means and standard errors over trainings with several seeds."""

import math
import statistics

import pytest

from paretune.evaluation.reporter import Reporter
from paretune.workloads.builtin.seed_average import SeedReport, average_over_seeds


def test_repeats_give_mean_and_standard_error_over_seeds():
    found = {7: (0.5, 3.0), 8: (0.75, 5.0), 9: (1.0, 10.0)}
    seen = []

    def train(seed):
        seen.append(seed)
        accuracy, seconds = found[seed]
        return {"accuracy": accuracy, "seconds": seconds, "size": 12}

    metrics = average_over_seeds(train, 7, 3, ["accuracy", "seconds"])
    assert seen == [7, 8, 9]
    assert metrics == pytest.approx(
        {
            "accuracy": 0.75,
            "seconds": 6.0,
            "size": 12.0,
            "accuracy_se": statistics.stdev([0.5, 0.75, 1.0]) / 3**0.5,
            "seconds_se": statistics.stdev([3, 5, 10]) / 3**0.5,
        }
    )


def test_single_training_has_no_standard_error():
    assert average_over_seeds(lambda seed: {"accuracy": seed / 4}, 3, 1, ["accuracy"]) == {"accuracy": 0.75}


def test_metric_that_is_not_finite_stays_so():
    metrics = average_over_seeds(lambda seed: {"loss": math.inf if seed else 1.0}, 0, 2, ["loss"])
    assert metrics["loss"] == math.inf
    assert math.isnan(metrics["loss_se"])


@pytest.mark.parametrize(
    ("name", "sure", "open_"), [("measured", "exclusive", "shared"), ("from", "whole", "from_steps")]
)
def test_mean_time_is_marked_as_its_least_exact_measurement(name, sure, open_):
    assert average_over_seeds(lambda _: {name: sure}, 0, 3, [])[name] == sure
    assert average_over_seeds(lambda seed: {name: open_ if seed == 1 else sure}, 0, 3, [])[name] == open_


def test_metric_of_some_trainings_is_averaged_over_those():
    found = {0: {"time": 1.0, "time_se": 0.5}, 1: {"time": 2.0}}
    assert average_over_seeds(found.get, 0, 2, ["time"]) == {"time": 1.5, "time_se": 0.5}


def test_words_are_those_of_the_first_training():
    metrics = average_over_seeds(lambda seed: {"accuracy": 0.5, "device": f"gpu{seed}"}, 0, 2, ["accuracy"])
    assert metrics["device"] == "gpu0"


def test_trainings_end_with_the_first_that_gives_no_metrics():
    runs = {0: {"accuracy": 0.5}, 1: {"accuracy": 0.75}}
    assert average_over_seeds(runs.get, 0, 5, ["accuracy"]) == {"accuracy": 0.625, "accuracy_se": 0.125}
    assert average_over_seeds(runs.get, 1, 5, ["accuracy"]) == {"accuracy": 0.75}


def test_further_training_counts_its_steps_on():
    report = Reporter()
    seeds = SeedReport(report)
    for _ in range(2):
        for epoch in (1, 2):
            assert seeds(epoch, {"loss": 0.5})
        seeds.begin_next(2)
    assert [step for step, _ in report.curve.points] == [1, 2, 3, 4]
    assert not seeds.is_stopped
    report.stop()
    assert seeds.is_stopped


def test_refused_report_stops_further_trainings():
    seeds = SeedReport(lambda _step, _metrics: False)
    assert not seeds.is_stopped
    assert not seeds(1, {})
    assert seeds.is_stopped
