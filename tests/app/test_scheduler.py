"""The scheduler that the options of a run describe."""

from dataclasses import replace

import pytest

from paretune.app.plan import open_study
from paretune.app.run_options import UNLIMITED, RunOptions
from paretune.app.scheduler import check_scheduler, make_scheduler
from paretune.errors import InvalidInputError
from paretune.schedulers import Asha, Hyperband, Median, StartupHalving
from paretune.study import Budget, open_storage, read_facts
from paretune.workloads.builtin import diatoms
from paretune.workloads.builtin.analytic import WORKLOAD

SETTINGS = {"epochs": 12, "repeats": 2}


def make(workload=WORKLOAD, settings=(), **options):
    return make_scheduler(RunOptions(**options), workload, dict(settings))


def evaluate_with_report(params, report):
    report(1, params)
    return params


def evaluate_without_report(params):
    return params


def test_scheduler_has_the_given_options_and_the_defaults_of_its_rule():
    assert make() is None
    assert make(scheduler="asha", min_resource=2, max_resource=50, eta=4) == Asha(2, 50, 4)
    assert make(scheduler="hyperband", max_resource=27) == Hyperband(27)
    assert make(scheduler="median") == Median()
    assert make(scheduler="median", min_resource=5) == Median(5)


def test_workload_that_knows_its_length_is_the_default_of_max_resource():
    assert make(diatoms.WORKLOAD, SETTINGS, scheduler="asha") == Asha(max_resource=24)
    assert make(diatoms.WORKLOAD, SETTINGS, scheduler="asha", max_resource=12) == Asha(max_resource=12)


def test_short_trainings_fit_into_the_run():
    def rule(**options):
        return make(diatoms.WORKLOAD, {"epochs": 60, "repeats": 1}, scheduler="bayes", **options)

    assert rule(trials=100) == StartupHalving(60, 4, 40, 4)
    assert rule(trials=30) == StartupHalving(60, 4, 15, 4)
    assert rule(trials=UNLIMITED, budget=Budget("epochs", 200)) == StartupHalving(60, 1, 40, 2)
    assert rule(trials=UNLIMITED, budget=Budget("hours", 2)) == StartupHalving(60, 4, 40, 4)
    assert rule(trials=100, min_resource=2) == StartupHalving(60, 2, 40, 4)


def test_options_that_do_not_fit_are_refused_in_one_line():
    with pytest.raises(InvalidInputError, match="^scheduler asha must know how long a training of analytic is: .*$"):
        make(scheduler="asha")
    with pytest.raises(
        InvalidInputError, match="^eta is for asha, halving and hyperband: leave it out with scheduler median$"
    ):
        make(scheduler="median", eta=2)
    with pytest.raises(InvalidInputError, match="^max_resource must be at least min_resource=20, but is 12$"):
        make(diatoms.WORKLOAD, {"epochs": 12, "repeats": 1}, scheduler="asha", min_resource=20)


def test_workload_that_reports_nothing_is_refused_before_its_study_is_made(request_study):
    options = RunOptions(scheduler="median")
    check_scheduler(options, WORKLOAD, {}, evaluate_with_report)
    quiet = replace(WORKLOAD.prepare({"seconds": 0.0}, None), evaluate=evaluate_without_report)
    workload = replace(WORKLOAD, prepare=lambda *_: quiet)
    with pytest.raises(InvalidInputError, match="^analytic reports no steps, so scheduler median cannot stop"):
        open_study(replace(request_study(), workload=workload), {}, options)
    assert read_facts(open_storage("paretune.db"), "mine") is None
