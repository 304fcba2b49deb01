"""Tests of the space that is inferred from trials, with its conditions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState, create_trial

import strategies
from paretune.adapters.optuna.distributions import to_distribution
from paretune.adapters.optuna.infer_space import infer_space, shared_distributions
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
    distributions, space = infer_space([trial(**SVM), trial(**FOREST)])
    assert space == MODELS
    assert distributions == {name: DISTRIBUTIONS[name] for name in MODELS}
    assert infer_space([trial(**SVM)])[1] == Space(
        {"C": Float(1e-3, 1e3, log=True), "model": Categorical(["svm", "forest"])}
    )


def test_condition_can_have_several_values_and_two_parents():
    rows = [{"model": "svm", "layers": n, **({"units": 8} if n >= 3 else {})} for n in (1, 3, 5)]
    units = infer_space([trial(**row) for row in rows])[1]["units"]
    assert units.when == {"layers": (3, 5)}
    rows += [{"model": "forest", "layers": n} for n in (1, 3, 5)]
    units = infer_space([trial(**row) for row in rows])[1]["units"]
    assert units.when == {"model": ("svm",), "layers": (3, 5)}


@pytest.mark.parametrize(
    "another",
    [trial(model="svm"), trial(model="forest", C=1.0, depth=3)],
    ids=["without it where it exists", "with it where it does not"],
)
def test_contradicted_parameter_is_left_out(another):
    _, space = infer_space([trial(**SVM), trial(**FOREST), another])
    assert "C" not in space


def test_parameter_with_several_ranges_is_left_out():
    wider = create_trial(
        params={"model": "svm", "C": 1e5},
        distributions={"model": DISTRIBUTIONS["model"], "C": FloatDistribution(1e-3, 1e6, log=True)},
        values=[0.0],
    )
    assert list(infer_space([trial(**SVM), trial(**FOREST), wider])[1]) == ["model", "depth"]


@pytest.mark.parametrize("incomplete", [failed, pruned])
def test_incomplete_trial_shows_its_parameters_but_no_absent_ones(incomplete):
    three, one = trial(layers=3, units=8), trial(layers=1)
    assert infer_space([three, one, incomplete(layers=3)])[1]["units"].when == {"layers": (3,)}
    assert infer_space([three, one, incomplete(layers=5, units=8)])[1]["units"].when == {"layers": (3, 5)}
    assert "units" not in infer_space([three, one, incomplete(layers=1, units=8)])[1]
    elsewhere = create_trial(
        state=incomplete().state,
        params={"layers": 9, "units": 8},
        distributions={"layers": IntDistribution(1, 9), "units": DISTRIBUTIONS["units"]},
    )
    assert infer_space([three, one, elsewhere])[1]["units"].when == {"layers": (3,)}


def test_none_can_be_a_choice():
    sched = CategoricalDistribution((None, "cosine"))
    rows = [({"model": "svm", "sched": None}), ({"model": "svm", "sched": "cosine"}), {"model": "forest"}]
    trials = [
        create_trial(params=row, distributions={n: {**DISTRIBUTIONS, "sched": sched}[n] for n in row}, values=[0.0])
        for row in rows
    ]
    assert infer_space(trials)[1]["sched"] == Categorical([None, "cosine"], when={"model": "svm"})


@pytest.mark.parametrize("none", [None, "none", False, 0])
def test_condition_can_be_on_any_choice(none):
    choices = {"norm": CategoricalDistribution((none, "batch")), "drop": FloatDistribution(0, 1)}
    rows = [{"norm": none, "drop": 0.5}, {"norm": "batch"}, {"norm": none, "drop": 0.1}]
    trials = [create_trial(params=r, distributions={n: choices[n] for n in r}, values=[0.0]) for r in rows]
    assert infer_space(trials)[1]["drop"] == Float(0, 1, when={"norm": none})


def test_failed_trials_give_all_parameters_if_none_is_complete():
    assert list(shared_distributions([failed(**SVM), pruned(**FOREST)])) == ["C", "depth", "model"]
    assert list(shared_distributions([failed(**SVM), trial(model="forest"), pruned(**FOREST)])) == ["model"]
    assert infer_space([]) == infer_space([trial(TrialState.RUNNING, **SVM)]) == ({}, None)


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
    distributions, found = infer_space(trials)
    for each in trials:
        if found is not None:
            assert found.contains({name: value for name, value in each.params.items() if name in found})
    assert list(distributions) == list(found or ())
