"""Tests of the space that is inferred from trials, with its conditions."""

from copy import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState, create_trial

import strategies
from paretune.adapters.optuna.distributions import to_distribution
from paretune.adapters.optuna.infer_space import InferredSpace, flag_values, infer_space, shared_distributions
from paretune.space import Categorical, Float, Int, Space

DISTRIBUTIONS = {
    "model": CategoricalDistribution(("svm", "forest")),
    "layers": IntDistribution(1, 5),
    "C": FloatDistribution(1e-3, 1e3, log=True),
    "depth": IntDistribution(1, 10),
    "units": IntDistribution(4, 64),
}


def trial(state=TrialState.COMPLETE, **params):
    distributions = {name: DISTRIBUTIONS[name] for name in params}
    values = [0.0] if state == TrialState.COMPLETE else None
    return create_trial(state=state, params=params, distributions=distributions, values=values)


def numbered(trials, start=0):
    """Copies of trials with numbers."""
    found = [copy(each) for each in trials]
    for number, each in enumerate(found, start):
        each.number = number
    return found


def failed(**params):
    return trial(TrialState.FAIL, **params)


def pruned(**params):
    return trial(TrialState.PRUNED, **params)


SVM, FOREST = {"model": "svm", "C": 1.0}, {"model": "forest", "depth": 3}
MODELS = Space(
    {
        "model": Categorical(["svm", "forest"]),
        "C": Float(1e-3, 1e3, log=True, when={"model": "svm"}),
        "depth": Int(1, 10, when={"model": "forest"}),
    }
)


def test_shared_parameters_are_unconditional_and_others_conditional():
    inferred = infer_space([trial(**SVM), trial(**FOREST)])
    distributions, space = inferred.distributions, inferred.space
    assert space == MODELS
    assert distributions == {name: DISTRIBUTIONS[name] for name in MODELS}
    assert infer_space([trial(**SVM)]).space == Space(
        {"C": Float(1e-3, 1e3, log=True), "model": Categorical(["svm", "forest"])}
    )


def test_condition_can_have_several_values_and_two_parents():
    rows = [{"model": "svm", "layers": n, **({"units": 8} if n >= 3 else {})} for n in (1, 3, 5)]
    units = infer_space([trial(**row) for row in rows]).space["units"]
    assert units.when == {"layers": (3, 5)}
    rows += [{"model": "forest", "layers": n} for n in (1, 3, 5)]
    units = infer_space([trial(**row) for row in rows]).space["units"]
    assert units.when == {"model": ("svm",), "layers": (3, 5)}


@pytest.mark.parametrize(
    "another",
    [trial(model="svm"), trial(model="forest", C=1.0, depth=3)],
    ids=["without it where it exists", "with it where it does not"],
)
def test_contradicted_parameter_is_left_out(another):
    space = infer_space([trial(**SVM), trial(**FOREST), another]).space
    assert "C" not in space


def test_latest_range_is_searched():
    old, new = ({"x": FloatDistribution(0, high)} for high in (1.0, 2.0))
    trials = [create_trial(params={"x": 0.5}, distributions=d, values=[0.0]) for d in [old] * 6 + [new]]
    assert infer_space(trials).space == Space({"x": Float(0, 2)})
    assert infer_space(trials[::-1]).space == Space({"x": Float(0, 1)})
    assert infer_space(trials).dynamic == frozenset()


def test_range_that_each_trial_computes_is_searched_as_a_whole():
    trials = [
        create_trial(params={"b": 0}, distributions={"b": IntDistribution(0, high)}, values=[0.0])
        for high in (60, 20, 95, 40, 40)
    ]
    inferred = infer_space(trials)
    assert (inferred.space, inferred.dynamic) == (Space({"b": Int(0, 95)}), {"b"})


def test_parameter_that_came_later_is_searched_and_one_that_went_is_not():
    trials = numbered([trial(units=8, depth=3)] * 4 + [trial(units=8, C=1.0)] * 2)
    inferred = infer_space(trials)
    assert list(inferred.distributions) == ["units", "C"]
    assert inferred.flags == {"paretune:has:C": ("C", 4)}
    assert inferred.space["C"].when == {"paretune:has:C": (True,)}
    assert inferred.outdated == {"depth"}
    assert [flag_values(inferred.flags, t, t.params)["paretune:has:C"] for t in trials] == [False] * 4 + [True] * 2
    (begun,) = numbered([failed(units=8)], start=6)
    assert flag_values(inferred.flags, begun, begun.params) == {"paretune:has:C": True}, "it ended before it asked"


@pytest.mark.parametrize(
    "foreign", [trial(C=1.0), trial(units=8)], ids=["nothing in common", "some parameters missing"]
)
@pytest.mark.parametrize("place", [0, 4, 8])
def test_foreign_trial_removes_no_parameter(foreign, place):
    trials = [trial(units=8, depth=3) for _ in range(8)]
    trials.insert(place, foreign)
    inferred = infer_space(numbered(trials))
    assert list(inferred.distributions) == (["units", "depth"] if "units" in foreign.params else ["depth", "units"])
    assert inferred.outdated == foreign.params.keys() - {"units"}


@pytest.mark.parametrize("incomplete", [failed, pruned])
def test_incomplete_trial_shows_its_parameters_but_no_absent_ones(incomplete):
    three, one = trial(layers=3, units=8), trial(layers=1)
    assert infer_space([three, one, incomplete(layers=3)]).space["units"].when == {"layers": (3,)}
    assert infer_space([three, one, incomplete(layers=5, units=8)]).space["units"].when == {"layers": (3, 5)}
    assert "units" not in infer_space([three, one, incomplete(layers=1, units=8)]).space
    elsewhere = create_trial(
        state=incomplete().state,
        params={"layers": 9, "units": 8},
        distributions={"layers": IntDistribution(1, 9), "units": DISTRIBUTIONS["units"]},
    )
    assert infer_space([three, one, elsewhere]).space["units"].when == {"layers": (3,)}


def test_none_can_be_a_choice():
    sched = CategoricalDistribution((None, "cosine"))
    rows = [({"model": "svm", "sched": None}), ({"model": "svm", "sched": "cosine"}), {"model": "forest"}]
    trials = [
        create_trial(params=row, distributions={n: {**DISTRIBUTIONS, "sched": sched}[n] for n in row}, values=[0.0])
        for row in rows
    ]
    assert infer_space(trials).space["sched"] == Categorical([None, "cosine"], when={"model": "svm"})


@pytest.mark.parametrize("none", [None, "none", False, 0])
def test_condition_can_be_on_any_choice(none):
    choices = {"norm": CategoricalDistribution((none, "batch")), "drop": FloatDistribution(0, 1)}
    rows = [{"norm": none, "drop": 0.5}, {"norm": "batch"}, {"norm": none, "drop": 0.1}]
    trials = [create_trial(params=r, distributions={n: choices[n] for n in r}, values=[0.0]) for r in rows]
    assert infer_space(trials).space["drop"] == Float(0, 1, when={"norm": none})


def test_failed_trials_give_all_parameters_if_none_is_complete():
    assert list(shared_distributions([failed(**SVM), pruned(**FOREST)])) == ["C", "depth", "model"]
    assert list(shared_distributions([failed(**SVM), trial(model="forest"), pruned(**FOREST)])) == ["model"]
    assert infer_space([]) == infer_space([trial(TrialState.RUNNING, **SVM)]) == InferredSpace()


def has_true_beside_1(space):
    """Optuna does not distinguish True from 1."""
    choices = [parameter.choices for parameter in space.values() if isinstance(parameter, Categorical)]
    return any(len(set(each)) < len(each) for each in choices)


@given(st.data(), strategies.finite_spaces().filter(lambda space: not has_true_beside_1(space)))
def test_every_complete_trial_is_in_the_inferred_space(data, space):
    """The true parents can be hidden, numerous or numeric."""
    all_params = space.decode(data.draw(strategies.cubes(space)))
    names = data.draw(st.sets(st.sampled_from(sorted(space)), min_size=1))
    seen = [{name: value for name, value in params.items() if name in names} for params in all_params]
    trials = [
        create_trial(params=params, distributions={n: to_distribution(space[n]) for n in params}, values=[0.0])
        for params in seen
    ]
    inferred = infer_space(numbered(trials))
    found = inferred.space
    for each in trials:
        if found is not None and each.params.keys() & set(found):
            values = {name: value for name, value in each.params.items() if name in found}
            assert found.contains(values | flag_values(inferred.flags, each, each.params))
    assert list(inferred.distributions) == [name for name in found or () if name not in inferred.flags]
