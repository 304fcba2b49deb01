"""While every trial violates a constraint, suggestions lead to feasible configurations and not to low losses."""

import math

import numpy as np
import pytest

from paretune import Categorical, Float, Minimize, Objectives, Space, Trials, suggest
from paretune.engine.acquisition.front_model import FrontModel
from paretune.engine.history import History

CUBE = Space({name: Float(0, 1) for name in "xyz"})
CENTRE = {"x": 0.93, "y": 0.07, "z": 0.5}
TWO = Objectives([Minimize("f"), Minimize("g")])
ONE = Objectives([Minimize("f")])
NOTHING = [math.nan, math.nan]


def losses_of(params):
    """Both are best far from the centre."""
    return [params["x"] + params["y"], params["z"] - params["y"]]


def beyond(params, radius=0.1):
    """A ball that holds a third of a percent of the cube."""
    return sum((params[name] - at) ** 2 for name, at in CENTRE.items()) - radius**2


def signed(params):
    return losses_of(params), [beyond(params)]


def two_constraints(params):
    return losses_of(params), [100 * (0.9 - params["x"]), params["y"] - 0.1]


def with_flag(params):
    return losses_of(params), [float(params["x"] < 0.75), params["y"] - 0.1]


def raises_outside(params):
    return losses_of(params) if beyond(params) <= 0 else NOTHING, [beyond(params)]


def raises_far_outside(params):
    return (losses_of(params), [beyond(params)]) if beyond(params) < 0.4 else (NOTHING, [math.nan])


def one_objective(params):
    return losses_of(params)[:1], [beyond(params)]


def trials_of(evaluate, configurations, space=CUBE):
    losses, violations = zip(*map(evaluate, configurations), strict=True) if configurations else ((), ())
    objectives = ONE if evaluate is one_objective else TWO
    return Trials(space, objectives, tuple(configurations), losses=np.array(losses), violations=np.array(violations))


def n_until_feasible(evaluate, seed, most, q=1, **settings):
    """How many trials were run until one was complete; more than most where none was."""
    tried = []
    while len(tried) < most:
        trials = trials_of(evaluate, tried)
        if trials.is_complete.any():
            return 1 + int(np.flatnonzero(trials.is_complete)[0])
        tried += suggest(trials, CUBE, trials.objectives, q=q, seed=seed, **settings)
    return most + 1


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "evaluate", [signed, one_objective, two_constraints, with_flag, raises_outside, raises_far_outside]
)
def test_small_feasible_region_is_found_within_a_few_trials_after_the_start(evaluate, seed):
    """Random search needs hundreds on average; the front of infeasible trials once led away from it."""
    assert n_until_feasible(evaluate, seed, 18) <= 18


@pytest.mark.parametrize("reference", [(0.6, 0.0), (10.0, 10.0)])
def test_reference_point_out_of_reach_does_not_lead_away_from_feasible_region(reference):
    assert n_until_feasible(signed, 0, 14, reference_point=reference) <= 14


def test_suggestions_made_together_differ_and_find_feasible_region():
    assert n_until_feasible(signed, 0, 16, q=4) <= 16
    start = [params for i in range(8) for params in suggest(trials_of(signed, [])[:0], CUBE, TWO, seed=i)]
    together = suggest(trials_of(signed, start), CUBE, TWO, q=4)
    assert len({tuple(params.values()) for params in together}) == 4
    (after,) = suggest(trials_of(signed, start).with_pending(together), CUBE, TWO)
    assert after not in together


def test_front_is_of_feasible_trials_once_there_is_one():
    configurations = [*CUBE.decode(np.random.default_rng(0).random((11, 3))), dict(CENTRE)]
    trials = trials_of(signed, configurations)
    model = FrontModel.fit(History(trials, CUBE), np.array([2.0, 1.0]))
    assert trials.is_complete.tolist() == model.is_best.tolist() == [False] * 11 + [True]


def test_flag_that_every_trial_violates_leaves_the_search_to_the_sobol_sequence():
    """Neither such a flag nor the losses show where the flag would be satisfied."""
    configurations = CUBE.decode(np.random.default_rng(0).random((12, 3)))
    trials = trials_of(lambda params: (losses_of(params), [1.0]), configurations)
    assert suggest(trials, CUBE, TWO, q=3) == suggest(trials, CUBE, TWO, q=3, n_startup_trials=10**6)


def test_feasible_region_of_fixed_values_is_found_though_other_values_are_feasible():
    space = Space({**CUBE, "kind": Categorical(["a", "b"])})
    rng = np.random.default_rng(1)
    tried = [{**params, "kind": "a"} for params in CUBE.decode(rng.random((4, 3)))]
    tried += [{**params, "kind": "b"} for params in CUBE.decode(rng.random((12, 3)))]

    def evaluate(params):
        return losses_of(params), [-1.0 if params["kind"] == "a" else beyond(params, 0.2)]

    for _ in range(6):
        (params,) = suggest(trials_of(evaluate, tried, space), space, TWO, fixed={"kind": "b"})
        if beyond(params, 0.2) <= 0:
            return
        tried.append(params)
    raise AssertionError("nothing was found in 6 trials")
