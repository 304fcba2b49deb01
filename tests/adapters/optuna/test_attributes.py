"""Tests of reading attributes of Optuna trials, which can have any value."""

import math

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.trial import TrialState, create_trial

from paretune.adapters.optuna import attributes
from paretune.adapters.optuna.history import store_suggestion

pytestmark = pytest.mark.usefixtures("quiet_optuna")


def trial(**user_attrs):
    return create_trial(state=TrialState.FAIL, user_attrs=user_attrs)


@pytest.mark.parametrize(("value", "found"), [({"a": 1}, {"a": 1}), (3, {}), ("text", {}), ([1], {})])
def test_only_a_mapping_is_read_as_one(value, found):
    assert attributes.read_mapping(trial(key=value), "key") == found


@pytest.mark.parametrize(("value", "found"), [(1, 1.0), (0.5, 0.5), (True, None), ("1", None), (10**400, None)])
def test_only_a_number_is_read_as_one(value, found):
    read = attributes.read_number(trial(key=value), "key")
    assert math.isnan(read) if found is None else read == found


@pytest.mark.parametrize(("value", "found"), [(0.0, 0.0), (2, 2.0), (-1, None), (math.inf, None), ("small", None)])
def test_impossible_standard_error_is_unknown(value, found):
    read = attributes.read_standard_error(trial(time_se=value), "time")
    assert math.isnan(read) if found is None else read == found


def test_measured_times_win_over_those_of_optuna():
    measured = trial(**{"paretune:seconds": 3.0, "paretune:where": {"begun": 5.0}})
    assert (attributes.evaluation_seconds(measured), attributes.start_time(measured)) == (3.0, 5.0)
    plain = trial()
    assert attributes.evaluation_seconds(plain) == plain.duration.total_seconds()
    assert attributes.start_time(plain) == plain.datetime_start.timestamp()


def test_planned_parameters_include_suggested_and_enqueued_ones():
    study = optuna.create_study()
    study.enqueue_trial({"x": 0.5})
    asked = study.ask()
    store_suggestion(study, study.trials[0], {"x": 0.25, "y": 0.75})
    asked.suggest_float("x", 0, 1)
    assert attributes.planned_params(study.trials[0]) == {"x": 0.5, "y": 0.75}
    assert attributes.requested_params(study.trials[0]) == {"x": 0.5}


@pytest.mark.filterwarnings("ignore:Choices for a categorical distribution:UserWarning")
def test_parameters_are_values_of_a_space():
    tuples = CategoricalDistribution(((1, 2), (3, 4)))
    stored = create_trial(
        values=[0.0], params={"t": (3, 4), "x": 0.5}, distributions={"t": tuples, "x": FloatDistribution(0, 1)}
    )
    assert attributes.requested_params(stored) == {"t": "[3, 4]", "x": 0.5}
