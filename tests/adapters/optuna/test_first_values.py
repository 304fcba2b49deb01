"""Tests of the values of trials that begin before any parameter is known."""

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState, create_trial

from paretune.adapters.optuna.first_values import distinct_value, is_small

SMALL = {
    "kind": CategoricalDistribution((None, "a", "b")),
    "k": IntDistribution(1, 7, step=3),
    "rate": FloatDistribution(0.1, 0.3, step=0.1),
}


@pytest.mark.parametrize(
    ("distribution", "few"),
    [
        *[(found, True) for found in SMALL.values()],
        (IntDistribution(1, 17), False),
        (FloatDistribution(0, 1), False),
        (FloatDistribution(1, 2, log=True), False),
    ],
)
def test_parameter_with_few_values_is_small(distribution, few):
    assert is_small(distribution) == few


def test_consecutive_trials_have_every_configuration_once():
    first, found = {"kind": "b", "k": 4, "rate": 0.3}, []
    for number in range(27):
        params = {}
        for name, distribution in SMALL.items():
            trial = create_trial(
                state=TrialState.RUNNING, params=params, distributions={known: SMALL[known] for known in params}
            )
            trial.number = number
            params[name] = distinct_value(first[name], trial, distribution)
        found.append(tuple(round(v, 9) if isinstance(v, float) else v for v in params.values()))
    assert found[0] == ("b", 4, 0.3)
    assert len(set(found)) == 27
    assert {k for _, k, _ in found} == {1, 4, 7}
