"""Tests of the space of a table of all trials."""

from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState, create_trial

from paretune import Categorical, Float, Int, Space
from paretune.adapters.optuna.table_space import TableSpace, table_space

KIND, X = CategoricalDistribution((None, "b")), FloatDistribution(0, 1)


def trial(distributions, state=TrialState.COMPLETE, **params):
    values = [0.0] if state == TrialState.COMPLETE else None
    found = {name: distributions[name] for name in params}
    return create_trial(state=state, params=params, distributions=found, values=values)


def test_table_has_every_parameter_with_all_ranges():
    wide = {"kind": KIND, "x": FloatDistribution(0, 2), "new": IntDistribution(1, 3)}
    first = {"kind": KIND, "x": X, "drop": X, "old": X}
    trials = [
        trial(first, kind=None, x=0.1, drop=0.5, old=0.5),
        trial(first, kind="b", x=0.1, old=0.5),
        trial(wide, kind="b", x=1.5, new=2),
        trial(wide, TrialState.FAIL, kind="b", x=0.2),
        trial({"only": X}, only=0.3),
    ]
    found = table_space(trials)
    assert found.space == Space(
        {
            "kind": Categorical([None, "b"]),
            "x": Float(0, 2, when={"kind": (None, "b")}),  # the last trial has neither
            "old": Float(0, 1),
            "drop": Float(0, 1, when={"kind": None}),
            "new": Int(1, 3),
            "only": Float(0, 1),
        }
    )
    assert found.optional == {"kind", "old", "new", "only"}


def test_parameters_that_all_complete_trials_have_are_not_optional():
    found = table_space([trial({"x": X}, x=0.1), trial({"x": X, "y": X}, TrialState.FAIL, x=0.1, y=0.2)])
    assert found == TableSpace(Space({"x": Float(0, 1), "y": Float(0, 1)}), frozenset({"y"}))


def test_trials_without_parameters_or_without_an_end_have_no_space():
    assert table_space([]) is None
    assert table_space([trial({}), trial({"x": X}, TrialState.RUNNING, x=0.1)]) is None
