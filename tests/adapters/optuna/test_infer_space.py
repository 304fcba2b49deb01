"""Do trials tell their parameters, and when they exist, and nothing that a trial contradicts?"""

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


def test_what_all_have_is_shared_and_what_some_have_exists_where_they_have_it():
    distributions, space = infer_space([trial(**SVM), trial(**FOREST)])
    assert space == MODELS
    assert distributions == {name: DISTRIBUTIONS[name] for name in MODELS}
    assert infer_space([trial(**SVM)])[1] == Space(
        {"C": Float(1e-3, 1e3, log=True), "model": Categorical(["svm", "forest"])}
    )


def test_with_several_values_of_a_number_and_with_two_parents_at_once():
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
def test_what_a_trial_contradicts_is_not_told(another):
    _, space = infer_space([trial(**SVM), trial(**FOREST), another])
    assert "C" not in space


def test_a_parameter_of_several_ranges_is_not_told():
    wider = create_trial(
        params={"model": "svm", "C": 1e5},
        distributions={"model": DISTRIBUTIONS["model"], "C": FloatDistribution(1e-3, 1e6, log=True)},
        values=[0.0],
    )
    assert list(infer_space([trial(**SVM), trial(**FOREST), wider])[1]) == ["model", "depth"]


@pytest.mark.parametrize("broken_off", [failed, pruned])
def test_of_a_trial_that_was_broken_off_counts_what_it_has_and_not_what_it_lacks(broken_off):
    three, one = trial(layers=3, units=8), trial(layers=1)
    assert infer_space([three, one, broken_off(layers=3)])[1]["units"].when == {"layers": (3,)}
    assert infer_space([three, one, broken_off(layers=5, units=8)])[1]["units"].when == {"layers": (3, 5)}
    assert "units" not in infer_space([three, one, broken_off(layers=1, units=8)])[1]
    elsewhere = create_trial(
        state=broken_off().state,
        params={"layers": 9, "units": 8},
        distributions={"layers": IntDistribution(1, 9), "units": DISTRIBUTIONS["units"]},
    )
    assert infer_space([three, one, elsewhere])[1]["units"].when == {"layers": (3,)}


def test_none_is_a_choice_as_others_are():
    sched = CategoricalDistribution((None, "cosine"))
    rows = [({"model": "svm", "sched": None}), ({"model": "svm", "sched": "cosine"}), {"model": "forest"}]
    trials = [
        create_trial(params=row, distributions={n: {**DISTRIBUTIONS, "sched": sched}[n] for n in row}, values=[0.0])
        for row in rows
    ]
    assert infer_space(trials)[1]["sched"] == Categorical([None, "cosine"], when={"model": "svm"})


def test_of_a_study_that_has_only_failed_all_that_was_asked_for_is_told():
    assert list(shared_distributions([failed(**SVM), pruned(**FOREST)])) == ["C", "depth", "model"]
    assert list(shared_distributions([failed(**SVM), trial(model="forest"), pruned(**FOREST)])) == ["model"]
    assert infer_space([]) == infer_space([trial(TrialState.RUNNING, **SVM)]) == ({}, None)


def has_true_beside_1(space):
    """Optuna takes one for the other."""
    choices = [parameter.choices for parameter in space.values() if isinstance(parameter, Categorical)]
    return any(len(set(each)) < len(each) for each in choices)


@given(st.data(), strategies.finite_spaces().filter(lambda space: not has_true_beside_1(space)))
def test_every_complete_trial_is_of_the_space_that_all_tell(data, space):
    """Whatever the truth is: its parents may be hidden, or too many, or numbers."""
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
