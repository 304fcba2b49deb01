"""The unit cube of a mixed space as the search space of a CMA-ES."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from paretune import Categorical, Float, Int, Space
from paretune.searchers.mixed_encoding import MixedEncoding

SPACE = Space(
    {
        "x": Float(0, 1),
        "k": Int(1, 9),
        "many": Int(1, 100_000),
        "c": Categorical(["a", "b", "c"]),
        "two": Int(0, 1),
        "one": Int(5, 5),
    }
)


def test_each_kind_of_parameter_has_its_distribution():
    search = MixedEncoding(SPACE).make_search(6, np.full(6, 0.5), 0.2, seed=0)
    assert (search.n_continuous, search.n_integer, search.n_categorical) == (2, 1, 2)


def test_first_draws_have_the_mean_and_deviation_that_were_asked_for():
    encoding = MixedEncoding(Space({"x": Float(0, 1), "y": Float(0, 1)}))
    search = encoding.make_search(6, np.array([0.3, 0.6]), 0.05, seed=0)
    places = np.array([encoding.decode(search.ask()) for _ in range(400)])
    assert np.allclose(places.mean(axis=0), [0.3, 0.6], atol=0.01)
    assert np.allclose(places.std(axis=0), 0.05, atol=0.01)


def test_choices_begin_with_equal_probabilities():
    encoding = MixedEncoding(SPACE)
    search = encoding.make_search(6, np.full(6, 0.5), 0.2, seed=0)
    places = np.array([encoding.decode(search.ask()) for _ in range(300)])
    drawn = [params["c"] for params in SPACE.decode(places)]
    assert min(drawn.count(choice) for choice in "abc") > 70


@settings(max_examples=15)
@given(st.data())
def test_solutions_are_points_of_the_unit_cube(data):
    space = data.draw(strategies.spaces())
    encoding = MixedEncoding(space)
    search = encoding.make_search(4, np.full(len(space), 0.5), 0.3, seed=0)
    solutions = [search.ask() for _ in range(4)]
    places = np.array([encoding.decode(solution) for solution in solutions])
    assert places.shape == (4, len(space))
    assert ((places >= 0) & (places <= 1)).all()
    assert all(space.contains(params) for params in space.decode(places))


def test_round_has_converged_if_its_numbers_are_equal():
    encoding = MixedEncoding(SPACE)
    search = encoding.make_search(4, np.full(6, 0.5), 1e-7, seed=0)
    assert encoding.has_converged([search.ask() for _ in range(4)], 1e-4)
    choices = MixedEncoding(Space({"c": Categorical(["a", "b"])}))
    search = choices.make_search(4, np.full(1, 0.5), 0.2, seed=0)
    assert not choices.has_converged([search.ask() for _ in range(4)], 1e-4)
