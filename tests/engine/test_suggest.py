"""`suggest` keeps its promises for any trials, spaces and objectives."""

import functools
import itertools
import subprocess
import sys
import warnings
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from paretune import pareto
from paretune.engine import sobol, suggest
from paretune.errors import InvalidInputError, SpaceExhaustedError
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Categorical, Float, Int, Space
from paretune.trials import Trials

SQUARE = Space({"x": Float(0, 1), "y": Float(0, 1)})
MIXED = Space(
    {
        "c": Categorical(["a", "b", "c"]),
        "x": Float(1e-4, 1, log=True),
        "k": Int(1, 64, log=True),
        "d": Categorical(["u", "v"], when={"c": "a"}),
        "z": Float(0, 1, when={"c": ("a", "b")}),
    }
)
SMALL = Space({"c": Categorical(["a", "b"]), "k": Int(0, 4)})
TWO = Objectives([Minimize("f"), Minimize("g")])
FIVE = Objectives([Minimize(f"f{j}") for j in range(5)])
FINITE = Space({"x": Float(0, 1, step=0.0625), "y": Float(0, 1, step=0.0625)})


def table(space, losses, objectives=TWO, seed=1, **columns):
    """Trials at random configurations."""
    X = np.random.default_rng(seed).random((len(losses), len(space)))
    return Trials(space, objectives, tuple(space.decode(X)), losses=losses, **columns)


def losses_of(params):
    """Two valleys: (0.2, 0.3) and (0.8, 0.6)."""
    x, y = params["x"], params["y"]
    return [(x - 0.2) ** 2 + (y - 0.3) ** 2, (x - 0.8) ** 2 + (y - 0.6) ** 2]


def evaluated(space, configurations, evaluate, objectives=TWO):
    """Return trials of configurations; the evaluation returns losses, or a reason of failure."""
    found = [evaluate(params) for params in configurations]
    return Trials(
        space,
        objectives,
        tuple(configurations),
        losses=np.array([[np.nan] * len(objectives) if isinstance(row, str) else row for row in found]).reshape(
            len(found), len(objectives)
        ),
        reasons=np.array([row if isinstance(row, str) else "" for row in found], object),
    )


def keys(configurations):
    return {repr(dict(params)) for params in configurations}


GIVEN = table(SQUARE, np.random.default_rng(0).random((10, 2)))


@functools.cache
def suggested_given():
    """The suggestion for `GIVEN`, with which many tests compare theirs."""
    return suggest(GIVEN, SQUARE, TWO)


def finite_start(seed):
    return list(itertools.islice(sobol(FINITE, seed), 12))


@functools.cache
def suggested_after_start(seed):
    return suggest(evaluated(FINITE, finite_start(seed), losses_of), FINITE, TWO, seed=seed)


# Startup trials


@pytest.mark.parametrize("n", range(8))
def test_first_suggestions_follow_sobol_sequence_whatever_the_results(n):
    points = sobol(SQUARE, seed=4)
    trials = evaluated(SQUARE, [next(points) for _ in range(n)], lambda _: "crashed" if n % 2 else [0, 0])
    assert suggest(trials, SQUARE, TWO, seed=4) == [next(points)]


def test_models_are_used_after_startup_trials_and_not_before():
    startup = [next(sobol(SQUARE, seed=0))]
    assert suggest(GIVEN[:0], SQUARE, TWO, n_startup_trials=1) == startup
    assert suggest(GIVEN[:3], SQUARE, TWO, n_startup_trials=3) != suggest(GIVEN[:3], SQUARE, TWO, n_startup_trials=4)


# Randomness


@pytest.mark.end_to_end
def test_same_seed_gives_same_suggestion_also_in_another_process():
    script = (
        "import sys; sys.path.insert(0, 'tests/engine'); sys.path.insert(0, 'tests')\n"
        "from test_suggest import GIVEN, SQUARE, TWO, suggest\n"
        "print(suggest(GIVEN, SQUARE, TWO, q=2, seed=11))"
    )
    first = suggest(GIVEN, SQUARE, TWO, q=2, seed=11)
    assert suggest(GIVEN, SQUARE, TWO, q=2, seed=11) == first
    assert suggest(GIVEN, SQUARE, TWO, q=2, seed=12) != first
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == repr(first)


@pytest.mark.parametrize("objectives", [TWO, FIVE], ids=["two", "five"])
def test_suggest_changes_neither_trials_nor_global_random_states(objectives):
    trials = table(SQUARE, np.random.default_rng(0).random((10, len(objectives))), objectives)
    before = repr(trials), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist(), torch.get_num_threads()  # noqa: NPY002 (what must not change)
    suggest(trials, SQUARE, objectives)
    after = repr(trials), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist(), torch.get_num_threads()  # noqa: NPY002
    assert after == before


# Invariances


@pytest.mark.parametrize("factors", [(2.0**10, 2.0**-20), (2.0**-900, 2.0**900)])
def test_units_of_losses_do_not_change_suggestions(factors):
    scaled = table(SQUARE, GIVEN.losses * np.array(factors))
    assert suggest(scaled, SQUARE, TWO) == suggested_given()


@pytest.mark.parametrize(("seed", "factors", "offsets"), [(0, (1e3, 0.37), (0.0, 0.0)), (1, (1.0, 7.3), (-2.0, 50.0))])
def test_zero_of_losses_does_not_change_suggestions(seed, factors, offsets):
    """In a finite space rounding errors do not change the suggestion."""
    moved = evaluated(FINITE, finite_start(seed), lambda params: np.array(losses_of(params)) * factors + offsets)
    assert suggest(moved, FINITE, TWO, seed=seed) == suggested_after_start(seed)


@pytest.mark.parametrize("seed", range(2))
def test_order_of_objectives_does_not_change_suggestions(seed):
    turned = Objectives([Minimize("g"), Minimize("f")])
    others = evaluated(FINITE, finite_start(seed), lambda p: losses_of(p)[::-1], turned)
    assert suggest(others, FINITE, turned, seed=seed) == suggested_after_start(seed)


def test_direction_of_objective_with_same_losses_does_not_change_suggestions():
    gains = Objectives([Maximize("f"), Minimize("g")])
    turned = Trials(SQUARE, gains, GIVEN.params, losses=GIVEN.losses)
    assert suggest(turned, SQUARE, gains) == suggested_given()


def test_unit_of_constraint_does_not_change_suggestions():
    excess = np.random.default_rng(5).normal(size=(10, 1))
    first, second = (table(SQUARE, GIVEN.losses, violations=excess * size) for size in (1.0, 2.0**-30))
    assert suggest(first, SQUARE, TWO) == suggest(second, SQUARE, TWO) != suggested_given()


def test_lost_trials_do_not_change_suggestions():
    lost = table(SQUARE, np.full((6, 2), np.nan), seed=9, reasons=np.full(6, "lost", object))
    both = Trials(
        SQUARE,
        TWO,
        lost.params + GIVEN.params,
        losses=np.vstack([lost.losses, GIVEN.losses]),
        reasons=np.concatenate([lost.reasons, GIVEN.reasons]),
    )
    assert suggest(both, SQUARE, TWO) == suggested_given()
    assert suggest(lost, SQUARE, TWO) == suggest(lost[:0], SQUARE, TWO)


# Repetition


@given(st.data(), strategies.finite_spaces(max_size=3), st.integers(0, 99))
def test_finite_space_is_exhausted_without_repetition_and_then_only_successes_are_repeated(data, space, seed):
    outcomes = {
        repr(params): data.draw(st.sampled_from(["complete", "failed", "pending"])) for params in space.configurations()
    }
    done = []

    def trials():
        states = np.array([outcomes[repr(params)] for params in done], object)
        losses = np.where((states == "complete")[:, None], [0.0, 0.0], np.nan).reshape(-1, 2)
        return Trials(space, TWO, tuple(done), losses=losses, states=states)

    for _ in outcomes:
        done += suggest(trials(), space, TWO, seed=seed, n_startup_trials=10**6)
    assert keys(done) == set(outcomes)
    if "complete" not in outcomes.values():
        with pytest.raises(SpaceExhaustedError, match=f"all {len(outcomes)} configurations .* widen the space"):
            suggest(trials(), space, TWO, seed=seed, n_startup_trials=10**6)
        return
    again = suggest(trials(), space, TWO, q=2, seed=seed, n_startup_trials=10**6)
    assert [outcomes[repr(params)] for params in again] == ["complete"] * 2
    assert len(keys(again)) == min(2, list(outcomes.values()).count("complete"))


def test_models_exhaust_finite_space_without_repeating_failures_or_pending_trials():
    everything = list(SMALL.configurations())

    def evaluate(params):
        return "crashed" if params["k"] % 2 else [params["k"], 4 - params["k"] + (params["c"] == "a")]

    done = list(everything[:3])
    while len(done) < len(everything):
        trials = evaluated(SMALL, done, evaluate)
        pending = suggest(trials, SMALL, TWO, q=min(2, len(everything) - len(done)), n_startup_trials=3)
        assert not keys(pending) & keys(done)
        following = trials.with_pending(pending)
        if len(following) < len(everything):
            assert not keys(suggest(following, SMALL, TWO, n_startup_trials=3)) & keys(following.params)
        done += pending
    assert keys(done) == keys(everything)
    repeated = suggest(evaluated(SMALL, done, evaluate), SMALL, TWO, q=6, n_startup_trials=3)
    assert keys(repeated) == keys(params for params in everything if params["k"] % 2 == 0)


def test_suggestions_together_are_all_that_is_left_even_if_likely_to_crash():
    space = Space({"k": Int(0, 19)})
    trials = evaluated(
        space, [{"k": k} for k in range(0, 20, 2)], lambda p: "crashed" if p["k"] > 7 else [p["k"], -p["k"]]
    )
    found = suggest(trials, space, TWO, q=10)
    assert sorted(params["k"] for params in found) == list(range(1, 20, 2))


def test_fewer_suggestions_than_asked_for_where_fewer_are_left():
    space = Space({"k": Int(1, 10)})
    assert keys(suggest(evaluated(space, [], None), space, TWO, q=20)) == keys(space.configurations())
    crashed = evaluated(space, [{"k": k} for k in range(1, 10)], lambda _: "crashed")
    assert suggest(crashed, space, TWO, q=2) == [{"k": 10}]


def test_configuration_that_failed_once_is_not_repeated():
    space = Space({"c": Categorical(["a", "b"])})
    both = evaluated(space, [{"c": "a"}, {"c": "b"}, {"c": "b"}], lambda _: [1.0, 2.0])
    assert suggest(both, space, TWO) == [{"c": "a"}]
    flaky = Trials(space, TWO, both.params, losses=np.where([[True], [False], [False]], np.nan, both.losses))
    assert suggest(flaky, space, TWO, q=2) == [{"c": "b"}] * 2
    flaky = Trials(space, TWO, both.params, losses=np.where([[True], [False], [True]], np.nan, both.losses))
    with pytest.raises(SpaceExhaustedError):
        suggest(flaky, space, TWO)


def test_repeated_configuration_has_types_of_the_space():
    space = Space({"k": Int(3, 3), "c": Categorical([0.5])})
    for k in (3.0, np.int64(3)):
        (params,) = suggest(evaluated(space, [{"c": np.float32(0.5), "k": k}], lambda _: [1.0, 2.0]), space, TWO)
        assert [(name, type(value)) for name, value in params.items()] == [("k", int), ("c", float)]


def test_suggestions_together_are_distinct_and_first_is_that_of_one():
    together = suggest(GIVEN, SQUARE, TWO, q=4, seed=2)
    assert len(keys(together)) == 4
    assert together[:1] == suggest(GIVEN, SQUARE, TWO, q=1, seed=2)
    X = SQUARE.encode(together)
    assert min(np.linalg.norm(X[i] - X[j]) for i in range(4) for j in range(i)) > 0.01


def test_continuous_part_behind_one_choice_is_found_after_all_other_choices_failed():
    space = Space({"k": Categorical([f"c{i}" for i in range(200)]), "x": Float(0, 1, when={"k": "c0"})})
    failed = evaluated(space, [{"k": f"c{i}"} for i in range(1, 200)], lambda _: "crashed")
    for seed in range(3):
        found = suggest(failed, space, TWO, q=3, seed=seed)
        assert len(keys(found)) == 3
        assert {params["k"] for params in found} == {"c0"}


def test_pending_configuration_is_not_repeated_while_there_are_others_even_if_repeats_are_allowed():
    space = Space({"k": Int(1, 4)})
    for n in (0, 8):  # the start, and the models
        done = evaluated(space, [{"k": k} for k in (1, 2, 3, 4)] * n, lambda params: [params["k"], -params["k"]])
        trials = done.with_pending([{"k": 1}, {"k": 2}, {"k": 3}])
        assert suggest(trials, space, TWO, may_repeat=True) == [{"k": 4}]
        together = suggest(done, space, TWO, q=6, may_repeat=True)
        assert len(keys(together[:4])) == 4
        assert len(keys(together[4:])) == 2


# Fixed values


def test_suggestions_have_fixed_values_and_learn_from_trials_with_others():
    """Only one trial has the fixed choice; the valleys are the same for both choices."""
    space = Space({"c": Categorical(["a", "b"]), **SQUARE})
    done = [{"c": "ab"[i == 3], **params} for i, params in enumerate(itertools.islice(sobol(SQUARE, 0), 16))]
    trials = evaluated(space, done, losses_of)
    for n in (3, 16):
        found = suggest(trials[:n], space, TWO, q=3, fixed={"c": "b", "y": 0.45})
        assert len(keys(found)) == 3
        assert all((params["c"], params["y"]) == ("b", pytest.approx(0.45)) for params in found)
    assert all(0.1 < params["x"] < 0.9 for params in found)
    assert [params["c"] for params in suggest(trials, space, TWO, fixed={"x": 0.5, "y": 0.45})] == ["b"]


def test_front_to_improve_is_that_of_trials_with_fixed_values():
    """With c = a everything is far worse than with c = b, and the valleys are elsewhere."""
    space = Space({"c": Categorical(["a", "b"]), **SQUARE})

    def evaluate(params):
        x, y = params["x"], params["y"]
        away = [5 + (x - 0.8) ** 2 + (y - 0.2) ** 2, 5 + (x - 0.9) ** 2 + (y - 0.1) ** 2]
        return losses_of(params) if params["c"] == "b" else away

    done = list(itertools.islice(sobol(space, 0), 24))
    for _ in range(3):
        done += suggest(evaluated(space, done, evaluate), space, TWO, q=2, fixed={"c": "a"})
    X = space.encode(done[24:])
    assert np.linalg.norm(X[:, 1:] - [0.85, 0.15], axis=1).min() < 0.1


def test_with_fixed_values_all_that_is_left_is_suggested_then_successes_again():
    def evaluate(params):
        return "crashed" if params["k"] % 2 else [params["k"], -params["k"]]

    done = list(SMALL.configurations())[5:]
    for _ in range(5):
        done += suggest(evaluated(SMALL, done, evaluate), SMALL, TWO, fixed={"c": "a"}, n_startup_trials=7)
    assert keys(done) == keys(SMALL.configurations())
    trials = evaluated(SMALL, done, evaluate)
    again = suggest(trials, SMALL, TWO, q=3, fixed={"c": "a"})
    assert keys(again) == keys({"c": "a", "k": k} for k in (0, 2, 4))
    with pytest.raises(SpaceExhaustedError, match="all 1 configurations"):
        suggest(trials, SMALL, TWO, fixed={"c": "a", "k": 3})


@pytest.mark.parametrize("n", [1, 12])
def test_fixed_choice_without_its_continuous_parameter_is_one_configuration(n):
    space = Space({"optimizer": Categorical(["sgd", "adam"]), "momentum": Float(0, 1, when={"optimizer": "sgd"})})
    adam = {"optimizer": "adam"}
    done = [adam, *({"optimizer": "sgd", "momentum": k / 12} for k in range(1, n))]
    trials = evaluated(space, done, lambda params: [params.get("momentum", 0.5), 1.0])
    assert suggest(trials, space, TWO, fixed=adam) == [adam]


# Limits and reference


def test_suggestions_aim_inside_the_limits():
    def run(objectives):
        trials = evaluated(
            SQUARE, [p for p, _ in zip(sobol(SQUARE, 0), range(12), strict=False)], losses_of, objectives
        )
        return np.array([losses_of(params) for params in suggest(trials, SQUARE, objectives, q=4)])

    limited = run(Objectives([Minimize("f", at_most=0.05), Minimize("g")]))
    assert (limited[:, 0] < 0.08).all()
    assert not (run(TWO)[:, 0] < 0.08).all()


def test_reference_point_does_not_widen_the_limits():
    limited = Objectives([Minimize("f", at_most=0.5), Minimize("g")])
    trials = Trials(SQUARE, limited, GIVEN.params, losses=GIVEN.losses)
    far, near = (suggest(trials, SQUARE, limited, reference_point=point) for point in ([2.0, 1.0], [0.5, 1.0]))
    assert far == near


def test_suggestions_aim_at_losses_better_than_reference_point():
    trials = evaluated(SQUARE, [p for p, _ in zip(sobol(SQUARE, 0), range(12), strict=False)], losses_of)
    found = suggest(trials, SQUARE, TWO, q=3, reference_point=[0.04, 1.0])
    assert all(losses_of(params)[0] < 0.07 for params in found)


# Failures


def test_penalty_counts_as_the_failure():
    """The same holds for a penalty near the losses, and for one outside a limit."""
    penalties = [[1e6, 1e6], [1e300, 1e300], [2.0, 3.0]]
    points = sobol(SQUARE, seed=0)
    configurations = [next(points) for _ in range(12)]

    def with_failures_as(outcome):
        return evaluated(SQUARE, configurations, lambda p: outcome if p["x"] > 0.5 else losses_of(p))

    limited = Objectives([Minimize("f"), Minimize("g", at_most=1.5)])

    def suggestions(outcome):
        trials = with_failures_as(outcome)
        return suggest(trials, SQUARE, TWO), suggest(replace(trials, objectives=limited), SQUARE, limited)

    crashed = suggestions("crashed")
    assert [suggestions(penalty) for penalty in penalties] == [crashed] * len(penalties)


def on_peaks_and_plain(n):
    """Return six trials on a plain, and others on the only two peaks, which are neighbours."""
    places = np.random.default_rng(3).normal([0.3, 0.3], [0.05, 0.02], size=(n - 6, 2))
    done = [*itertools.islice(sobol(SQUARE, 0), 6), *SQUARE.decode(places)]
    return evaluated(SQUARE, done, peak_losses)


def peak_losses(params):
    return (-np.exp(-np.array(squared_distances_from_peaks(params)) / 0.08)).tolist()


def squared_distances_from_peaks(params):
    return [(params["x"] - x) ** 2 + (params["y"] - 0.3) ** 2 for x in (0.25, 0.35)]


@pytest.mark.parametrize("n", [20, 21])
def test_every_other_suggestion_is_far_from_front_where_little_improvement_is_expected(n):
    found = suggest(on_peaks_and_plain(n), SQUARE, TWO, q=2, seed=0)
    is_far = [min(squared_distances_from_peaks(params)) > 0.05 for params in found]
    assert is_far == [(n + i) % 2 == 0 for i in range(2)]


def test_repeats_and_trials_without_fixed_values_do_not_count_for_turns_of_bolder_models():
    """Otherwise studies of repeats, or of two values of a choice in turn, would always or never use bolder models."""
    rng, wide = np.random.default_rng(0), Space({**SQUARE, "c": Categorical(["a", "b"])})
    for n in (20, 21):
        once = on_peaks_and_plain(n)
        twice = Trials(SQUARE, TWO, once.params * 2, losses=np.vstack([once.losses] * 2))
        assert (min(squared_distances_from_peaks(suggest(twice, SQUARE, TWO, seed=0)[0])) > 0.05) == (n % 2 == 0)
    for n_others, n in ((5, 20), (5, 21)):  # counted, they would change the turn
        others = [{"x": x, "y": y, "c": "b"} for x, y in rng.random((n_others, 2))]
        done = [*({**params, "c": "a"} for params in on_peaks_and_plain(n).params), *others]
        (found,) = suggest(evaluated(wide, done, peak_losses), wide, TWO, seed=0, fixed={"c": "a"})
        assert (min(squared_distances_from_peaks(found)) > 0.05) == (n % 2 == 0)


def test_bolder_models_are_not_used_where_much_improvement_is_expected(monkeypatch):
    """At even numbers they could be used."""
    trials = evaluated(SQUARE, list(itertools.islice(sobol(SQUARE, 0), 12)), losses_of)
    found = suggest(trials, SQUARE, TWO, q=2, seed=0)
    monkeypatch.setattr("paretune.engine.bayes.BOLD_EVERY", 10**9)
    assert suggest(trials, SQUARE, TWO, q=2, seed=0) == found


@pytest.mark.parametrize("reason", ["crashed", "outside_limits"])
def test_region_that_fails_without_losses_is_avoided_even_if_its_losses_would_be_best(reason):
    """Losses fall towards x = 1, but beyond 0.6 there are none: trials crash or are pruned."""

    def evaluate(params):
        return reason if params["x"] > 0.6 else [1 - params["x"], (params["y"] - 0.5) ** 2]

    done = [params for params, _ in zip(sobol(SQUARE, 0), range(10), strict=False)]
    for _ in range(5):
        done += suggest(evaluated(SQUARE, done, evaluate), SQUARE, TWO, q=2)
    later = np.array([params["x"] for params in done[10:]])
    assert (later > 0.75).sum() <= 2
    assert later[later <= 0.6].max() > 0.5


def test_suggestions_stay_near_successes_after_crashes_in_a_row():
    """Trials crash on the right and succeed near the origin; losses fall from there to the right."""
    rng = np.random.default_rng(0)
    good, bad = SQUARE.decode(0.2 * rng.random((12, 2))), SQUARE.decode(0.85 + 0.15 * rng.random((12, 2)))

    def evaluate(params):
        x, y = params["x"], params["y"]
        return "crashed" if x > 0.7 else [2 - x - y, (1 - x) ** 2 + y]

    def distances(done):
        found = SQUARE.encode(suggest(evaluated(SQUARE, done, evaluate), SQUARE, TWO, q=3))
        return np.linalg.norm(found[:, None] - SQUARE.encode(good), axis=2).min(axis=1)

    assert distances(good + bad).max() < distances(bad + good).min()


# Many trials


@pytest.mark.parametrize("n", [250, pytest.param(1000, marks=pytest.mark.slow)])
def test_front_is_still_improved_after_many_trials(n):
    done = list(itertools.islice(sobol(SQUARE, 0), n))

    def evaluate(params):
        return "crashed" if params["y"] > 0.8 else losses_of(params)

    (params,) = suggest(evaluated(SQUARE, done, evaluate), SQUARE, TWO)
    x, y = params["x"], params["y"]
    assert 0.2 <= x <= 0.8
    assert y == pytest.approx(0.3 + (x - 0.2) / 2, abs=0.05)  # the efficient places are on the line between the valleys


# Extreme and invalid arguments


NASTY = {
    "constant": np.ones((9, 2)),
    "zero": np.zeros((9, 2)),
    "duplicates": np.tile([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], (3, 1)),
    "huge and tiny": np.random.default_rng(0).random((9, 2)) * [1e300, 1e-300],
    "the largest number for a failure": np.where(np.arange(18).reshape(9, 2) % 3 == 0, sys.float_info.max, 1.0),
    "mostly unknown": np.where(np.arange(18).reshape(9, 2) % 7 < 3, np.nan, 1.0 * np.arange(18).reshape(9, 2)),
    "unknown": np.full((9, 2), np.nan),
    "one trial": np.array([[1.0, 2.0]]),
}


FAR_OFF = [-1e9, 1e300]  # a reference point


def test_largest_hours_and_standard_errors_give_a_configuration():
    hours = Objectives([Minimize("f", unit="h"), Minimize("g")])
    losses = np.random.default_rng(0).random((10, 2)) * [1.7e308, 1e-9]
    trials = table(SQUARE, losses, hours, losses_se=np.full((10, 2), 1.7e308))
    (params,) = suggest(trials, SQUARE, hours)
    assert SQUARE.check(params) == params


@pytest.mark.parametrize(
    ("name", "reference_point"),
    [*((name, None) for name in NASTY), ("constant", FAR_OFF), ("huge and tiny", FAR_OFF), ("one trial", FAR_OFF)],
)
def test_extreme_losses_give_a_configuration_of_the_space(name, reference_point):
    trials = table(MIXED, NASTY[name])
    (params,) = suggest(trials, MIXED, TWO, seed=1, n_startup_trials=1, reference_point=reference_point)
    assert MIXED.check(params) == params
    assert not keys([params]) & keys(trials.params)


@settings(max_examples=8)
@given(strategies.trials(), st.integers(0, 2**32 - 1))
def test_any_trials_give_configurations_of_their_space(trials, seed):
    try:
        found = suggest(trials, trials.space, trials.objectives, q=2, seed=seed, n_startup_trials=2)
    except SpaceExhaustedError:
        assert trials.space.n_configurations() <= len(keys(trials.params)) + 1
        return
    assert [trials.space.check(params) for params in found] == found
    failed, pending = trials[trials.is_failed & ~trials.is_lost], trials[trials.is_pending]
    assert not keys(found) & keys(failed.params)
    assert not keys(found) & (keys(pending.params) - keys(trials[trials.is_complete].params))


def test_space_may_be_a_mapping_and_objectives_a_list():
    assert suggest(GIVEN, dict(SQUARE), list(TWO)) == suggested_given()


@pytest.mark.parametrize("space", [Space({"n": Int(3, 3)}), Space({"c": Categorical(["a"]), "x": Float(1, 1)})])
def test_space_of_one_configuration_repeats_it(space):
    only = list(space.configurations())
    assert suggest(evaluated(space, only * 9, lambda _: [1.0, 2.0]), space, TWO) == only


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"q": 0}, "q and n_startup_trials must be at least 1, but are 0 and 8"),
        ({"n_startup_trials": 0}, "q and n_startup_trials must be at least 1"),
        ({"reference_point": [1.0]}, "reference_point must be 2 finite losses"),
        ({"reference_point": [1.0, np.nan]}, "reference_point must be 2 finite losses"),
        ({"objectives": Objectives([Minimize("g"), Minimize("f")])}, "the trials have objectives"),
        ({"objectives": Objectives([Minimize("f"), Maximize("g")])}, "the trials have objectives .*'g': 'minimize'"),
        ({"space": Space({"x": Float(0, 1), "z": Float(0, 1)})}, "of another space: y is Float.* there and None here"),
        ({"space": Space({"x": Float(0, 2), "y": Float(0, 1)})}, "of another space: x is Float.*1.* there and Float"),
        ({"trials": replace(GIVEN, params=({"x": 5.0, "y": 0.5},) * 10)}, "trial 0 does not fit the space: x must be"),
        ({"fixed": {"z": 1}}, "unknown parameter 'z'"),
        ({"fixed": {"x": 2}}, "x must be between 0 and 1, but is 2"),
        ({"q": 1.5}, "q must be a whole number, but is 1.5"),
        ({"n_startup_trials": 2.5}, "n_startup_trials must be a whole number, but is 2.5"),
        ({"reference_point": "a"}, "reference_point must be 2 finite losses, but is 'a'"),
        ({"reference_point": [1, [2, 3]]}, "reference_point must be 2 finite losses"),
        ({"seed": 1.5}, "seed must be a whole number, but is 1.5"),
        ({"seed": None}, "seed must be a number, but is None"),
        ({"seed": -1}, "seed must be at least 0, but is -1"),
        ({"trials": []}, r"trials must be Trials, such as Trials\(space, objectives\), but are \[\]"),
        ({"space": None}, "a space must be a mapping of names to parameters, but is None"),
        ({"objectives": Minimize("f")}, "objectives must be a list of Maximize and Minimize, but are Minimize"),
        ({"fixed": ["x"]}, r"fixed must be a mapping of parameter names to values, but is \['x'\]"),
        ({"device": "meta"}, "device must be one that torch can use here, but is 'meta'"),
    ],
)
def test_invalid_argument_is_an_error_with_its_value(changes, message):
    arguments = {"trials": GIVEN, "space": SQUARE, "objectives": TWO, **changes}
    with pytest.raises(InvalidInputError, match=message):
        suggest(**arguments)


def test_limits_of_suggest_replace_those_of_the_trials():
    limited = TWO.with_limits({}, {"f": 0.4})
    judged = GIVEN.with_objectives(limited)
    assert 0 < judged.is_failed.sum() < 10
    assert suggest(GIVEN, SQUARE, limited) == suggest(judged, SQUARE, limited) != suggested_given()


# The whole search


def test_front_after_thirty_trials_is_far_better_than_that_of_random_search():
    """Each seed leaves less than a fifth of the hypervolume that random search leaves on average."""

    def volume(configurations):
        return pareto.hypervolume([losses_of(params) for params in configurations], [1.0, 1.0])

    possible = volume(FINITE.configurations())
    by_chance = np.mean([volume(FINITE.decode(np.random.default_rng(s).random((30, 2)))) for s in range(20)])
    for seed in range(2):
        done = []
        while len(done) < 30:
            q = min(4, 30 - len(done)) if done else 8
            done += suggest(evaluated(FINITE, done, losses_of), FINITE, TWO, q=q, seed=seed)
        assert possible - volume(done) < (possible - by_chance) / 5


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
def test_models_on_gpu_give_the_same_suggestion():
    trials = table(SMALL, GIVEN.losses[:8])
    assert suggest(trials, SMALL, TWO, device="cuda") == suggest(trials, SMALL, TWO)


# Noise, warnings and repeats


def test_one_very_noisy_trial_does_not_bring_suggestions_together():
    """Pending trials count with the typical noise."""
    X = np.random.default_rng(0).random((16, 2))
    losses = np.array([losses_of(params) for params in SQUARE.decode(X)])
    losses += 0.05 * np.random.default_rng(1).normal(size=losses.shape)
    errors = np.full_like(losses, 0.05)
    errors[losses.sum(axis=1).argmax()] = 10.0
    trials = Trials(SQUARE, TWO, tuple(SQUARE.decode(X)), losses=losses, losses_se=errors)
    found = SQUARE.encode(suggest(trials, SQUARE, TWO, q=5))
    distances = np.linalg.norm(found[:, None] - found, axis=2) + 9 * np.eye(5)
    assert np.median(distances.min(axis=1)) > 0.01


def test_five_objectives_give_no_warning():
    losses = np.random.default_rng(0).random((9, 5))
    limited = Objectives([Minimize(f"f{j}", at_most=-1.0) for j in range(5)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        suggest(table(SQUARE, losses, limited), SQUARE, limited)


def test_tried_configurations_are_suggested_again_if_repeats_are_allowed():
    """One of three kinds is far the best, and each has failed once for a reason outside the parameters."""
    space, one = Space({"kind": Categorical(["a", "b", "c"])}), Objectives([Minimize("f")])
    tried = [{"kind": kind} for kind in "abcabcabc"]
    losses = [[ord(params["kind"]) + 0.1 * i] for i, params in enumerate(tried)]
    losses[:3] = [[np.nan]] * 3
    trials = Trials(space, one, tuple(tried), losses=losses)
    assert suggest(trials, space, one, may_repeat=True) == [{"kind": "a"}]
    nothing_works = Trials(space, one, tuple(tried), losses=[[np.nan]] * 9)
    assert suggest(nothing_works, space, one, may_repeat=True)[0] in tried
    with pytest.raises(SpaceExhaustedError, match="all 3 configurations"):
        suggest(trials, space, one)
